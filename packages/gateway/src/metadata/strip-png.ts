import { crc32 } from 'node:zlib';
import { pngChunks, pngSignatureLength } from '@slimface/core';
import { orientationTiff } from './orientation-tiff.ts';

/** The picture, and how its samples are to be shown: colour space, significant bits, transparency, background, density. */
const keptChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP', 'mDCV', 'cLLI', 'sBIT', 'bKGD', 'pHYs']);

/** Copies of a PNG only what shows its picture, and the orientation. */
export function stripPng(bytes: Uint8Array, orientation: number): Uint8Array {
  const [header, ...rest] = [...pngChunks(bytes)].filter(({ type }) => keptChunks.has(type)).map(({ start, end }) => bytes.subarray(start, end));
  const exif = orientation === 1 ? [] : [chunkOf('eXIf', orientationTiff(orientation))];
  return Buffer.concat([bytes.subarray(0, pngSignatureLength), header!, ...exif, ...rest]);
}

function chunkOf(type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}
