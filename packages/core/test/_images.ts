import sharp, { type Sharp } from 'sharp';

/** A picture with some detail, so that no encoder can make it trivial. */
export function picture(width: number, height: number): Sharp {
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * i + (i >> 5)) % 251));
  return sharp(data, { raw: { width, height, channels: 3 } });
}
