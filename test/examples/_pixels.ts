import { fileURLToPath } from 'node:url';
import sharp, { type Region } from 'sharp';
import { expect } from 'vitest';

const portrait = fileURLToPath(new URL('../../fixtures/astronaut.png', import.meta.url));

/** Share of samples in a region that differ by more than `tolerance` levels. */
export async function difference(a: string | Buffer, b: string | Buffer, region: Region, tolerance: number): Promise<number> {
  const [first, second] = await Promise.all([a, b].map((image) => sharp(image).extract(region).removeAlpha().raw().toBuffer()));
  expect(first!.length).toBe(second!.length);
  return first!.filter((sample, i) => Math.abs(sample - second![i]!) > tolerance).length / first!.length;
}

/** Of three files of the portrait, as it was taken and at degrees 1 and 2: the face is slimmed and the rest of the photo as it was. */
export async function expectSlimmed([taken, slimmed, further]: readonly [string, string, string], width: number): Promise<void> {
  const rowBelowFace = Math.ceil((312 / 512) * width);
  const face = { left: 0, top: 0, width, height: rowBelowFace };
  const rest = { left: 0, top: rowBelowFace, width, height: width - rowBelowFace };
  const original = await sharp(portrait).resize(width).png().toBuffer();
  // Differences up to 32 levels are the codec's; what moved goes further.
  expect(await difference(taken, slimmed, face, 32)).toBeGreaterThan(0.0005);
  expect(await difference(taken, further, face, 32)).toBeGreaterThan(0.002);
  expect(await difference(taken, further, rest, 32)).toBeLessThan(0.0003);
  const [moved, noise] = await Promise.all([further, taken].map((file) => difference(file, original, face, 32)));
  expect(moved! - noise!).toBeGreaterThan(0.001);
}
