import { webpChunks, webpFlags } from '@slimface/core';
import { orientationTiff } from './orientation-tiff.ts';

/** What shows the picture, in the order in which it must stand. */
const keptChunks = ['ICCP', 'ALPH', 'VP8 ', 'VP8L'] as const;

/** Copies of a WebP only what shows its picture: pixels, alpha, ICC profile, orientation. */
export function stripWebp(bytes: Uint8Array, orientation: number): Uint8Array {
  const chunks = new Map<string, Uint8Array>();
  for (const { type, payload, end } of webpChunks(bytes)) if (!chunks.has(type)) chunks.set(type, bytes.subarray(payload, end)); // the first counts
  const header = chunks.get('VP8X');
  const kept = keptChunks.filter((type) => chunks.has(type)).map((type) => chunkOf(type, chunks.get(type)!));
  if (!chunks.has('VP8 ') && !chunks.has('VP8L')) throw new RangeError('a WebP without a picture');
  // Without VP8X a file has one chunk, and nothing in it can say how it is turned.
  const all = header === undefined ? kept.slice(0, 1) : [chunkOf('VP8X', describing(header, orientation)), ...kept];
  if (header !== undefined && orientation !== 1) all.push(chunkOf('EXIF', orientationTiff(orientation)));
  const body = Buffer.concat(all);
  const start = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  start.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([start, body]);
}

/** VP8X with what is kept only: flags and the sides of the canvas. */
function describing(header: Uint8Array, orientation: number): Buffer {
  const copy = Buffer.alloc(10);
  copy.set(header.subarray(4, 10), 4);
  copy[0] = (header[0]! & (webpFlags.icc | webpFlags.alpha)) | (orientation === 1 ? 0 : webpFlags.exif);
  return copy;
}

function chunkOf(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(8 + data.length + (data.length % 2));
  chunk.write(type, 'latin1');
  chunk.writeUInt32LE(data.length, 4);
  chunk.set(data, 8);
  return chunk;
}
