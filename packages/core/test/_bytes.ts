import { crc32 } from 'node:zlib';

/** One marker segment of a JPEG file: marker, length, payload. */
export function segment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** A frame header of three components. */
export function frame(width: number, height: number, marker = 0xc0): Buffer {
  const payload = Buffer.from([8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  payload.writeUInt16BE(height, 1);
  payload.writeUInt16BE(width, 3);
  return segment(marker, payload);
}

/** SOI, the segments, and the start of a scan: a whole JPEG header without pixels. */
export function jpegHeader(...segments: Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...segments, segment(0xda, Buffer.from([3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]))]);
}

export type ByteOrder = 'big-endian' | 'little-endian';

/** A TIFF block whose first directory holds a make and then an orientation (0x0112, SHORT by default). */
export function tiffBlock(orientation: number, byteOrder: ByteOrder, type = 3): Buffer {
  const bytes = Buffer.alloc(8 + 2 + 2 * 12 + 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = byteOrder === 'little-endian';
  bytes.write(little ? 'II' : 'MM', 0, 'latin1');
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little); // first directory
  view.setUint16(8, 2, little); // its entries
  view.setUint16(10, 0x010f, little); // make: ASCII, 3 letters and a zero, in place
  view.setUint16(12, 2, little);
  view.setUint32(14, 4, little);
  bytes.write('Cam\0', 18, 'latin1');
  view.setUint16(22, 0x0112, little);
  view.setUint16(24, type, little);
  view.setUint32(26, 1, little);
  if (type === 3) view.setUint16(30, orientation, little);
  else view.setUint32(30, orientation, little);
  return bytes;
}

/** An APP1 segment with a TIFF block. */
export function exifSegment(tiff: Uint8Array): Buffer {
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]));
}

export const pngSignature: Buffer = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** One chunk of a PNG file: length, type, data, checksum. */
export function chunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
}

/** The header chunk of an 8-bit RGB image. */
export function ihdr(width: number, height: number): Buffer {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return chunk('IHDR', data);
}

/** Puts `inserted` into `bytes` at an offset. */
export function insertAt(bytes: Uint8Array, offset: number, inserted: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, offset), inserted, bytes.subarray(offset)]);
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
