import { apiRequirements, FileTooLargeError, inspectImage, type ImageRequirements, type PixelBuffer } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { encodeToFit } from '../../src/encoded/encode-to-fit.ts';
import type { SharpFactory } from '../../src/sharp-like.ts';
import { copies, portrait, samples } from '../_setup.ts';

/** Smooth waves with some noise: what a photo is to an encoder. */
function photo(width: number, height: number, noise: number): PixelBuffer {
  const data = new Uint8Array(width * height * 3);
  let seed = 1;
  for (let i = 0; i < data.length; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    data[i] = 128 + 80 * Math.sin(i / 900) + (seed % 1000) / 1000 * noise;
  }
  return { data, width, height, channels: 3 };
}

const requiring = (changes: Partial<ImageRequirements>): ImageRequirements => ({ ...apiRequirements, ...changes });

describe.each(copies)('encodeToFit with sharp $version', (copy) => {
  const sharp = copy.sharp as unknown as SharpFactory;

  it('loses nothing when a PNG fits', async () => {
    const pixels: PixelBuffer = { data: await samples(portrait), width: 512, height: 512, channels: 3 };
    const { bytes, width, height } = await encodeToFit(sharp, pixels, apiRequirements, { mayScale: false, signal: undefined });
    expect(inspectImage(bytes)).toMatchObject({ mediaType: 'image/png', width, height });
    expect((await samples(Buffer.from(bytes))).equals(pixels.data as Buffer)).toBe(true);
  });

  it('takes the best JPEG that fits, with all of its chroma', async () => {
    const pixels = photo(800, 600, 40);
    const sizes: [number, number][] = [];
    for (const maxBytes of [800_000, 300_000, 200_000, 100_000]) {
      const { bytes } = await encodeToFit(sharp, pixels, requiring({ maxBytes }), { mayScale: false, signal: undefined });
      const { format, chromaSubsampling } = await copy.sharp(bytes).metadata();
      expect({ format, chromaSubsampling }).toEqual({ format: 'jpeg', chromaSubsampling: '4:4:4' });
      expect(bytes.byteLength).toBeLessThanOrEqual(maxBytes);
      sizes.push([maxBytes, bytes.byteLength]);
    }
    const quality = async (at: number) => (await copy.sharp(pixels.data, { raw: { width: 800, height: 600, channels: 3 } }).jpeg({ quality: at, chromaSubsampling: '4:4:4' }).toBuffer()).byteLength;
    const ladder = await Promise.all([100, 98, 95, 92, 90, 87, 85, 80, 75, 70, 60, 50].map(quality));
    for (const [maxBytes, size] of sizes) expect(size).toBe(ladder.find((bytes) => bytes <= maxBytes));
  });

  it('knows from a band across the middle when a PNG would be far too large, and never lets one go that fits', async () => {
    const flat: PixelBuffer = { data: new Uint8Array(2000 * 1500 * 3).fill(90), width: 2000, height: 1500, channels: 3 };
    expect(inspectImage((await encodeToFit(sharp, flat, requiring({ maxBytes: 400_000 }), { mayScale: false, signal: undefined })).bytes).mediaType).toBe('image/png');
    const noisy = photo(2000, 1500, 120);
    expect(inspectImage((await encodeToFit(sharp, noisy, requiring({ maxBytes: 2_500_000 }), { mayScale: false, signal: undefined })).bytes).mediaType).toBe('image/jpeg');
  });

  it('refuses what does not fit, and names the size of the smallest attempt', async () => {
    const rejected = encodeToFit(sharp, photo(800, 600, 200), requiring({ maxBytes: 20_000 }), { mayScale: false, signal: undefined });
    await expect(rejected).rejects.toThrow(FileTooLargeError);
    await expect(rejected).rejects.toMatchObject({ maxBytes: 20_000, byteSize: expect.toSatisfy((size: number) => size > 20_000 && size < 400_000) });
    await expect(encodeToFit(sharp, photo(300, 300, 200), requiring({ maxBytes: 20_000, mediaTypes: ['image/png'] }), { mayScale: false, signal: undefined })).rejects.toMatchObject({ byteSize: expect.toSatisfy((size: number) => size > 20_000 && size < 400_000) });
  });

  it('scales only when asked, and by no more than it takes', async () => {
    const bySides = await encodeToFit(sharp, photo(800, 600, 10), requiring({ maxSide: 400 }), { mayScale: true, signal: undefined });
    expect(bySides).toMatchObject({ width: 400, height: 300 });
    expect(inspectImage(bySides.bytes)).toMatchObject({ width: 400, height: 300 });
    const byBytes = await encodeToFit(sharp, photo(800, 600, 200), requiring({ maxBytes: 60_000 }), { mayScale: true, signal: undefined });
    expect(byBytes.bytes.byteLength).toBeLessThanOrEqual(60_000);
    expect(inspectImage(byBytes.bytes)).toMatchObject({ width: byBytes.width, height: byBytes.height });
    expect(byBytes.width / byBytes.height).toBeCloseTo(4 / 3, 1);
    await expect(encodeToFit(sharp, photo(800, 600, 200), requiring({ maxBytes: 5000 }), { mayScale: true, signal: undefined })).rejects.toThrow(FileTooLargeError);
  });
});
