import { UnreadableImageError } from '../errors/image-errors.ts';
import { exifOrientation, withoutExifPrefix } from './exif.ts';

/** One chunk of a WebP file. */
export interface WebpChunk {
  /** Four letters, e.g. `'VP8X'`, or `'VP8 '` with its blank. */
  readonly type: string;
  /** Offset of the chunk's type. */
  readonly start: number;
  /** Offset of the chunk's data. */
  readonly payload: number;
  /** Offset of the first byte after the chunk's data; a pad byte follows an odd length. */
  readonly end: number;
}

/** What stands in the first byte of a VP8X chunk (RFC 9649, section 2.7). */
export const webpFlags = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04, animated: 0x02 } as const;

/** Chunks of a file that is not animated; RFC 9649 knows seven. */
const mostChunks = 1000;

const pixelChunks = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANMF']);

/**
 * Walks the chunks of a WebP file up to its end as the RIFF header states it (RFC 9649, section 2.3).
 *
 * @throws {UnreadableImageError} a chunk is cut off, or there are more than 1000
 */
export function* webpChunks(bytes: Uint8Array): Generator<WebpChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fileEnd = 8 + view.getUint32(4, true);
  for (let [start, count] = [12, 0]; start + 8 <= fileEnd; count++) {
    if (count >= mostChunks) throw new UnreadableImageError(`the WebP file has more than ${mostChunks} chunks`);
    if (start + 8 > bytes.length) throw cutOff(bytes.length);
    const payload = start + 8;
    const end = payload + view.getUint32(start + 4, true);
    const type = String.fromCharCode(...bytes.subarray(start, start + 4));
    if (end > bytes.length || end > fileEnd) {
      if (!pixelChunks.has(type)) throw cutOff(bytes.length);
      yield { type, start, payload, end: bytes.length }; // a header walk stops here, a decoder finds the cut
      throw cutOff(bytes.length);
    }
    yield { type, start, payload, end };
    start = end + (end & 1);
  }
}

/** Size and EXIF orientation of a WebP file and whether it is animated. EXIF stands behind the pixels, if at all. */
export function inspectWebp(bytes: Uint8Array): { width: number; height: number; orientation: number; animated: boolean } {
  if (bytes.length < 12) throw cutOff(bytes.length);
  let size: { width: number; height: number } | undefined;
  let flags = 0;
  for (const { type, payload, end } of webpChunks(bytes)) {
    const data = bytes.subarray(payload, end);
    if (size === undefined) {
      size = readSize(type, data);
      if (type === 'VP8X') flags = data[0]!;
    }
    if (flags & webpFlags.animated) return { ...size, orientation: 1, animated: true };
    if (flags & webpFlags.exif && type === 'EXIF') return { ...size, orientation: exifOrientation(withoutExifPrefix(data)) ?? 1, animated: false };
    if (!(flags & webpFlags.exif) && pixelChunks.has(type)) break;
  }
  if (size === undefined) throw new UnreadableImageError('the WebP file has no picture');
  return { ...size, orientation: 1, animated: false };
}

/** The size as the first chunk states it, whose kind is that of the file: RFC 9649, sections 2.5 to 2.7. */
function readSize(type: string, data: Uint8Array): { width: number; height: number } {
  const at = (index: number): number => data[index] ?? 0;
  const size = { width: 0, height: 0 };
  if (type === 'VP8X' && data.length >= 10) {
    size.width = 1 + (at(4) | (at(5) << 8) | (at(6) << 16));
    size.height = 1 + (at(7) | (at(8) << 8) | (at(9) << 16));
  } else if (type === 'VP8L' && data.length >= 5 && at(0) === 0x2f) {
    size.width = 1 + (at(1) | ((at(2) & 0x3f) << 8));
    size.height = 1 + ((at(2) >> 6) | (at(3) << 2) | ((at(4) & 0x0f) << 10));
  } else if (type === 'VP8 ' && data.length >= 10 && at(3) === 0x9d && at(4) === 0x01 && at(5) === 0x2a) {
    size.width = at(6) | ((at(7) & 0x3f) << 8);
    size.height = at(8) | ((at(9) & 0x3f) << 8);
  } else {
    throw new UnreadableImageError('the WebP file does not start with its header');
  }
  if (size.width === 0 || size.height === 0) throw new UnreadableImageError(`the WebP header states ${size.width} x ${size.height} px`);
  return size;
}

function cutOff(length: number): UnreadableImageError {
  return new UnreadableImageError(`the WebP file is cut off after ${length} bytes`);
}
