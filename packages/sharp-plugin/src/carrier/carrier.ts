import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { withoutExifThumbnail, type PixelBuffer } from '@slimface/core';
import { bytesOf } from '../cache/changed-box.ts';
import type { SharpMetadata } from '../sharp-like.ts';
import { toUprightXmp } from './xmp.ts';

/**
 * A PNG that carries pixels together with the metadata of their source, since raw pixels cannot: profile, density, and EXIF and
 * XMP for upright pixels and without thumbnails, which show the old face. Written by hand because sharp has no way to attach
 * them byte for byte, and stored rather than compressed because it is read once, at once.
 * PNG specification, third edition: https://www.w3.org/TR/png-3/
 *
 * @param source what to carry; its profile has to be that of the pixels
 * @returns the file in shared memory, so that `clone()` does not copy it
 */
export async function toCarrier(pixels: PixelBuffer, source: SharpMetadata): Promise<Uint8Array> {
  const { icc, exif, xmp, density } = source;
  const chunks = [toChunk('IHDR', header(pixels))];
  if (icc !== undefined) chunks.push(toChunk('iCCP', Buffer.from('icc\0\0'), await toZlib(icc, 6)));
  if (density !== undefined) chunks.push(toChunk('pHYs', perMetre(density)));
  if (exif !== undefined) chunks.push(toChunk('eXIf', withoutExifThumbnail(exif, { upright: true })));
  const packet = xmp === undefined ? new Uint8Array() : toUprightXmp(xmp);
  if (packet.length > 0) chunks.push(toChunk('iTXt', Buffer.from('XML:com.adobe.xmp\0\0\0\0\0'), packet));
  chunks.push(toChunk('IDAT', await toZlib(toRows(pixels), 0)), toChunk('IEND'));
  return concat([signature, ...chunks.flat()]);
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Colour types of PNG by the number of channels: grey, grey + alpha, RGB, RGB + alpha. */
const colourTypes = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;

function header({ data, width, height, channels }: PixelBuffer): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  ihdr.writeUInt8(data.BYTES_PER_ELEMENT * 8, 8);
  ihdr.writeUInt8(colourTypes[channels], 9);
  return ihdr;
}

/** The same density across and down, from pixels per inch to pixels per metre. */
function perMetre(density: number): Buffer {
  const phys = Buffer.alloc(9);
  phys.writeUInt32BE(Math.round(density / 0.0254), 0);
  phys.writeUInt32BE(Math.round(density / 0.0254), 4);
  phys.writeUInt8(1, 8);
  return phys;
}

/** Rows as PNG has them: filter type 0 before each, 16-bit samples with their high byte first. */
function toRows(pixels: PixelBuffer): Buffer {
  const { data, rowBytes } = bytesOf(pixels);
  const rows = Buffer.allocUnsafeSlow(pixels.height * (1 + rowBytes));
  for (let row = 0; row < pixels.height; row++) {
    const start = row * (1 + rowBytes);
    rows[start] = 0;
    data.copy(rows, start + 1, row * rowBytes, (row + 1) * rowBytes);
    if (pixels.data.BYTES_PER_ELEMENT === 2) rows.subarray(start + 1, start + 1 + rowBytes).swap16();
  }
  return rows;
}

const deflateAsync = promisify<Uint8Array, { level: number; chunkSize: number }, Buffer>(deflate);

/** A level of 0 stores; the room for headers of stored blocks spares a second buffer. */
function toZlib(bytes: Uint8Array, level: number): Promise<Buffer> {
  return deflateAsync(bytes, { level, chunkSize: bytes.byteLength + (bytes.byteLength >> 10) + 64 });
}

function toChunk(type: string, ...parts: Uint8Array[]): Uint8Array[] {
  const data = [Buffer.from(type, 'latin1'), ...parts];
  const [before, after] = [Buffer.alloc(4), Buffer.alloc(4)];
  before.writeUInt32BE(parts.reduce((sum, part) => sum + part.byteLength, 0));
  after.writeUInt32BE(data.reduce((sum, part) => crc32(part, sum), 0));
  return [before, ...data, after];
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(new SharedArrayBuffer(parts.reduce((sum, part) => sum + part.byteLength, 0)));
  let end = 0;
  for (const part of parts) {
    file.set(part, end);
    end += part.byteLength;
  }
  return file;
}
