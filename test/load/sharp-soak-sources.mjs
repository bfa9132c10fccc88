import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const portrait = fileURLToPath(new URL('../../fixtures/astronaut.png', import.meta.url));
const group = createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample3.jpg');

/** Those that sharp cannot read. */
export const brokenSources = ['cut off', 'no image', 'nothing'];

/** Image files of all kinds that a public service meets, by name. */
export async function makeSources() {
  const crop = { left: 96, top: 0, width: 256, height: 320 };
  const faceless = { left: 0, top: 312, width: 512, height: 200 };
  const jpeg = await sharp(portrait).jpeg({ quality: 90 }).toBuffer();
  const frames = await Promise.all([sharp(portrait).resize(96), sharp(portrait).resize(96).negate()].map((frame) => frame.png().toBuffer()));
  return {
    jpeg,
    png: await sharp(portrait).extract(crop).png().toBuffer(),
    'large jpeg': await sharp(portrait).resize(1400).jpeg({ quality: 85, progressive: true }).toBuffer(),
    webp: await sharp(portrait).extract(crop).webp({ quality: 90 }).toBuffer(),
    avif: await sharp(portrait).extract(crop).avif({ effort: 0 }).toBuffer(),
    'lying jpeg': await sharp(portrait).rotate(-90).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'wide gamut': await sharp(portrait).withIccProfile('p3').withExif({ IFD0: { Copyright: 'nobody' } }).jpeg().toBuffer(),
    'with alpha': await sharp(portrait).extract(crop).ensureAlpha(0.5).png().toBuffer(),
    '16 bit': await sharp(portrait).extract(crop).toColourspace('rgb16').png().toBuffer(),
    grey: await sharp(portrait).toColourspace('b-w').jpeg().toBuffer(),
    'three faces': await sharp(group).resize(960).jpeg().toBuffer(),
    'no face': await sharp(portrait).extract(faceless).jpeg().toBuffer(),
    animated: await sharp(frames, { join: { animated: true } }).gif().toBuffer(),
    drawing: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><circle cx="100" cy="100" r="80" fill="teal"/></svg>'),
    'cut off': jpeg.subarray(0, jpeg.length / 2),
    'no image': Buffer.from('404 Not Found'),
    nothing: Buffer.alloc(0),
  };
}

/** Repeatable random numbers from 0 to 1. */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) / 2 ** 23;
  };
}
