import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const portrait = fileURLToPath(new URL('../../fixtures/astronaut.png', import.meta.url));
const group = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo/sample3.jpg');

/**
 * A 4:3 JPEG of a given size with 1 or 3 faces, as a phone writes it: quality 92, 4:2:0, an ICC profile. Enlarging
 * smooths, and a smooth photo has few bytes to decode, so it gets grain: 12 MP come to about 4.6 MB, 3 bits a pixel.
 */
export async function makePhoto(megapixels, faces) {
  const width = 4 * Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3) / 4);
  const height = (width * 3) / 4;
  const pixels = await sharp(faces === 1 ? portrait : group).resize(width, height, { fit: 'cover', position: 'top' }).removeAlpha().raw().toBuffer();
  addGrain(pixels, 20);
  return sharp(pixels, { raw: { width, height, channels: 3 } }).withIccProfile('srgb').jpeg({ quality: 92, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** Adds repeatable noise of up to `amplitude` levels. */
function addGrain(pixels, amplitude) {
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    pixels[i] = Math.min(255, Math.max(0, pixels[i] + ((state >> 16) % (2 * amplitude + 1)) - amplitude));
  }
}
