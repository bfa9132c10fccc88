import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import sharp034 from 'sharp-0.34';

const require = createRequire(import.meta.url);

/** Path of a photo in the workspace's fixtures. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));
}

/** NASA portrait, 512 x 512 PNG, one face; nothing below its row 300 is a face. */
export const portrait: string = fixture('astronaut.png');

/** 1920 x 1280 JPEG with three faces. */
export const group: string = require.resolve('@vladmandic/face-api/demo/sample3.jpg');

/** CC0 photos of a cat, a cup and a rocket. They are not part of the repository: tests skip those that are not there. */
export const noFacePhotos = ['no-face-chelsea.png', 'no-face-coffee.png', 'no-face-rocket.jpg'] as const;

/** Two copies of sharp, as they meet in real dependency trees. */
export const copies = [
  { version: '0.35', sharp },
  { version: '0.34', sharp: sharp034 as unknown as typeof sharp },
] as const;

/** The portrait as a JPEG that a camera held sideways would write: stored lying, EXIF orientation 6. */
export async function lyingPortrait(): Promise<Buffer> {
  return sharp(portrait).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
}

/** The portrait as a 16-bit PNG, most of whose samples 8 bits cannot hold. */
export async function deepPortrait(): Promise<Buffer> {
  const data = Uint16Array.from(await samples(portrait), (sample, i) => sample * 250 + (i % 211));
  return sharp(data, { raw: { width: 512, height: 512, channels: 3 } }).toColourspace('rgb16').png().toBuffer();
}

/** Two frames of a GIF. */
export async function animation(): Promise<Buffer> {
  const frames = await Promise.all([sharp(portrait).resize(256), sharp(portrait).resize(256).negate()].map((frame) => frame.png().toBuffer()));
  return sharp(frames, { join: { animated: true } }).gif().toBuffer();
}

/** Upright 8-bit samples of anything that sharp reads. */
export async function samples(image: string | Buffer | Sharp): Promise<Buffer> {
  const source = typeof image === 'string' || Buffer.isBuffer(image) ? sharp(image) : image.clone();
  return source.autoOrient().raw().toBuffer();
}

/** Share of samples that differ by more than `tolerance`. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 0): number {
  if (a.length !== b.length) throw new Error(`${a.length} samples against ${b.length}`);
  let differing = 0;
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > tolerance) differing++;
  return differing / a.length;
}

/** A PNG of two frames, of which sharp sees the first: the portrait with the control chunk of an animation before its pixels. */
export async function animatedPng(): Promise<Buffer> {
  const png = await sharp(portrait).png().toBuffer();
  const control = Buffer.alloc(20);
  control.writeUInt32BE(8, 0);
  control.write('acTL', 4, 'latin1');
  control.writeUInt32BE(2, 8);
  control.writeUInt32BE(crc32(control.subarray(4, 16)), 16);
  const afterHeader = 8 + 25;
  return Buffer.concat([png.subarray(0, afterHeader), control, png.subarray(afterHeader)]);
}
