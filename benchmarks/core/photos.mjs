import { randomFillSync } from 'node:crypto';
import sharp from 'sharp';

/** A JPEG of about 2 MB, another one each time: noise, since smooth pictures of that size would be huge. */
export async function makeJpeg() {
  const [width, height] = [2000, 1500];
  const noise = randomFillSync(Buffer.alloc(width * height * 3)).map((value) => 32 + (value & 127));
  return sharp(noise, { raw: { width, height, channels: 3 } }).jpeg({ quality: 91 }).toBuffer();
}
