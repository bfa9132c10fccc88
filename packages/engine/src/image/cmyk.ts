import { types } from 'node:util';
import type { PixelBuffer } from '@slimface/core';

/**
 * RGB pixels that look about like those of CMYK: good enough to find a face, not to look at.
 *
 * @param inverted whether the samples say how much light there is, not how much ink
 */
export function cmykToRgb({ data, width, height }: PixelBuffer, inverted: boolean): PixelBuffer {
  const most = types.isUint16Array(data) ? 65535 : 255;
  const rgb = new Uint8Array(width * height * 3);
  const light = (at: number): number => (inverted ? data[at]! : most - data[at]!) / most;
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const paper = 255 * light(from + 3);
    for (let ink = 0; ink < 3; ink++) rgb[to + ink] = Math.round(paper * light(from + ink));
  }
  return { data: rgb, width, height, channels: 3 };
}

/**
 * CMYK pixels as an uncompressed TIFF, little-endian and in one strip (TIFF 6.0, section 16): as raw pixels sharp would take
 * the fourth channel for alpha.
 */
export function toCmykTiff({ data, width, height }: PixelBuffer): Uint8Array {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const [short, long] = [3, 4];
  const entries = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, 4, 10 + 12 * 9 + 4], // bits of each sample, behind this directory
    [259, short, 1, 1], // not compressed
    [262, short, 1, 5], // inks: CMYK
    [273, long, 1, 10 + 12 * 9 + 4 + 8],
    [277, short, 1, 4],
    [278, long, 1, height],
    [279, long, 1, bytes.length],
  ];
  const head = Buffer.alloc(10 + 12 * entries.length + 4 + 8);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + 12 * i;
    head.writeUInt16LE(tag!, at);
    head.writeUInt16LE(type!, at + 2);
    head.writeUInt32LE(count!, at + 4);
    head.writeUInt32LE(value!, at + 8);
  }
  for (let sample = 0; sample < 4; sample++) head.writeUInt16LE(8 * data.BYTES_PER_ELEMENT, head.length - 8 + 2 * sample);
  return Buffer.concat([head, bytes]);
}
