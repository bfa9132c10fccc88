import { webpChunks, webpFlags, withoutExifPrefix, withoutExifThumbnail } from '@slimface/core';
import { withoutPictures } from './xmp.ts';

/** Whether the pixels of a WebP file are coded without loss. */
export function isLosslessWebp(bytes: Uint8Array): boolean {
  return [...webpChunks(bytes)].some(({ type }) => type === 'VP8L');
}

/**
 * Gives an encoded WebP the metadata of another: ICC profile, EXIF with the orientation, XMP. They keep their bytes, but
 * for pictures of the picture. Chunks that the format does not name do not come along, nor those that the header does not
 * announce: nobody has heeded them, so a turn in them must not start to count.
 *
 * @param size sides in pixels and whether the pixels have alpha, which the header of a file with metadata states
 */
export function keepWebpMetadata(source: Uint8Array, encoded: Uint8Array, size: { width: number; height: number; alpha: boolean }): Uint8Array {
  const chunks = [...webpChunks(source)];
  const flags = chunks[0]?.type === 'VP8X' ? source[chunks[0].payload]! : 0;
  const data = (type: string, flag: number): Uint8Array | undefined => {
    const found = flags & flag ? chunks.find((chunk) => chunk.type === type) : undefined;
    return found === undefined ? undefined : source.subarray(found.payload, found.end);
  };
  const [icc, exif, xmp] = [data('ICCP', webpFlags.icc), data('EXIF', webpFlags.exif), data('XMP ', webpFlags.xmp)];
  if (icc === undefined && exif === undefined && xmp === undefined) return encoded;

  const header = Buffer.alloc(10);
  header[0] = (icc ? webpFlags.icc : 0) | (exif ? webpFlags.exif : 0) | (xmp ? webpFlags.xmp : 0) | (size.alpha ? webpFlags.alpha : 0);
  header.writeUIntLE(size.width - 1, 4, 3);
  header.writeUIntLE(size.height - 1, 7, 3);
  const pixels = [...webpChunks(encoded)].filter(({ type }) => type !== 'VP8X').map(({ type, payload, end }) => toChunk(type, encoded.subarray(payload, end)));
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    toChunk('VP8X', header),
    ...(icc === undefined ? [] : [toChunk('ICCP', icc)]),
    ...pixels,
    ...(exif === undefined ? [] : [toChunk('EXIF', exif.subarray(0, exif.length - withoutExifPrefix(exif).length), withoutExifThumbnail(exif))]),
    ...(xmp === undefined ? [] : [toChunk('XMP ', withoutPictures(xmp))]),
  ]);
  const riff = Buffer.from('RIFF\0\0\0\0', 'latin1');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

/** A chunk, padded to an even length. */
function toChunk(type: string, ...parts: Uint8Array[]): Uint8Array {
  const data = Buffer.concat(parts);
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}
