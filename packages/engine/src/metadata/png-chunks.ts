import { crc32, inflateSync } from 'node:zlib';
import { pngChunks, pngSignatureLength, withoutExifThumbnail, type PngChunk } from '@slimface/core';
import { withoutPictures } from './xmp.ts';

/**
 * Ancillary chunks that say nothing about how the pixels are coded, so that they fit the new ones too: colour space,
 * pixel density, EXIF, texts and time.
 */
const metadataChunks = new Set(['cHRM', 'cICP', 'eXIf', 'gAMA', 'iCCP', 'iTXt', 'mDCV', 'cLLI', 'pHYs', 'sRGB', 'tEXt', 'tIME', 'zTXt']);

/** The chunk in which PNG keeps XMP (XMP specification, part 3, section 1.1.5), up to its flag for compression. */
const xmpKeyword = 'XML:com.adobe.xmp\0';
/** EXIF and Photoshop's blocks as hexadecimal text, as programs wrote them before there was eXIf. */
const rawProfile = /^Raw profile type (?!icc\0|icm\0)/i;
const textChunks = new Set(['iTXt', 'tEXt', 'zTXt']);
/** The start of a JPEG in base64, as programs put previews into texts. */
const base64Jpeg = Buffer.from('/9j/');

/**
 * Gives an encoded PNG the metadata chunks of another, in front of its pixels or behind them as they were. They keep their
 * bytes, but for pictures of the picture: EXIF loses its thumbnail, XMP its pictures; raw profiles, texts with a JPEG in base64
 * and every XMP packet but the first are left out.
 */
export function keepPngMetadata(source: Uint8Array, encoded: Uint8Array): Uint8Array {
  const chunks = [...pngChunks(source)];
  const xmp = chunks.find((chunk) => isXmp(source, chunk));
  const all = chunks.filter((chunk) => chunk === xmp || !isXmp(source, chunk));
  const firstData = all.findIndex(({ type }) => type === 'IDAT');
  const [before, behind] = [all.slice(0, firstData), all.slice(firstData)].map((part) => part.filter(({ type }) => metadataChunks.has(type)).map((chunk) => cleaned(source, chunk)));
  const coding = [...pngChunks(encoded)].filter(({ type }) => !metadataChunks.has(type)).map(({ start, end }) => encoded.subarray(start, end));
  return Buffer.concat([encoded.subarray(0, pngSignatureLength), coding[0]!, ...before!, ...coding.slice(1, -1), ...behind!, coding.at(-1)!]);
}

function cleaned(bytes: Uint8Array, { type, start, payload, end }: PngChunk): Uint8Array {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset + payload, end - 4 - payload);
  if (type === 'eXIf') return toChunk(type, withoutExifThumbnail(data));
  if (!textChunks.has(type)) return bytes.subarray(start, end);
  const head = data.toString('latin1', 0, 40);
  if (head.startsWith(xmpKeyword)) return type === 'iTXt' ? toChunk(type, cleanXmp(data)) : new Uint8Array(); // no place for XMP
  return rawProfile.test(head) || data.includes(base64Jpeg) ? new Uint8Array() : bytes.subarray(start, end);
}

function isXmp(bytes: Uint8Array, { type, payload, end }: PngChunk): boolean {
  return type === 'iTXt' && String.fromCharCode(...bytes.subarray(payload, Math.min(payload + xmpKeyword.length, end - 4))) === xmpKeyword;
}

/** A text is compressed or not, has a compression method, two more texts that end with a zero, and then itself. */
function cleanXmp(data: Uint8Array): Uint8Array {
  const at = data.indexOf(0, data.indexOf(0, xmpKeyword.length + 2) + 1) + 1;
  const packed = data[xmpKeyword.length] === 1;
  const packet = withoutPictures(packed ? inflate(data.subarray(at)) : data.subarray(at));
  if (!packed && packet.length === data.length - at) return data;
  const head = Buffer.from(data.subarray(0, at));
  head[xmpKeyword.length] = 0;
  return Buffer.concat([head, packet]);
}

/** What cannot be unpacked, or is too much, is no packet that a photo needs. */
function inflate(packed: Uint8Array): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: 2 ** 22 });
  } catch {
    return new Uint8Array();
  }
}

function toChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}
