import { UnreadableImageError } from '../errors/image-errors.ts';
import { exifOrientation } from './exif.ts';

/** One chunk of a PNG file. */
export interface PngChunk {
  /** Four letters, e.g. `'IHDR'`. */
  readonly type: string;
  /** Offset of the chunk's length field. */
  readonly start: number;
  /** Offset of the chunk's data. */
  readonly payload: number;
  /** Offset of the first byte after the chunk's checksum. */
  readonly end: number;
}

/** Chunks with pixels: 512 MB in the parts that libpng writes. */
const mostPixelChunks = 65536;
/** Other chunks. */
const mostChunks = 4096;

/** Bytes of the PNG signature; the first chunk follows them. */
export const pngSignatureLength = 8;

/**
 * Walks the chunks of a PNG file up to and including IEND (PNG specification, section 5). Checksums are not verified.
 *
 * @throws {UnreadableImageError} a chunk is cut off, or there are more than 65536 with pixels or 4096 others
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = pngSignatureLength;
  let [pixels, others] = [0, 0];
  for (;;) {
    if (start + 12 > bytes.length) throw cutOff(bytes.length);
    const payload = start + 8;
    const end = payload + view.getUint32(start) + 4;
    const type = String.fromCharCode(...bytes.subarray(start + 4, payload));
    if (type === 'IDAT' ? ++pixels > mostPixelChunks : ++others > mostChunks) throw new UnreadableImageError(`the PNG file has more than ${type === 'IDAT' ? `${mostPixelChunks} chunks of pixels` : `${mostChunks} chunks`}`);
    if (end > bytes.length) {
      if (type !== 'IDAT') throw cutOff(bytes.length);
      yield { type, start, payload, end: bytes.length }; // a header walk stops here, a decoder finds the cut
      throw cutOff(bytes.length);
    }
    yield { type, start, payload, end };
    if (type === 'IEND') return;
    start = end;
  }
}

/** Size and EXIF orientation of a PNG file and whether it is animated, from the chunks before the pixels. */
export function inspectPng(bytes: Uint8Array): { width: number; height: number; orientation: number; animated: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: { width: number; height: number } | undefined;
  let orientation = 1;
  let animated = false;
  for (const { type, payload, end } of pngChunks(bytes)) {
    if (size === undefined) {
      if (type !== 'IHDR' || end - payload !== 13 + 4) throw new UnreadableImageError('the PNG file does not start with its header');
      size = { width: view.getUint32(payload), height: view.getUint32(payload + 4) };
    }
    if (type === 'eXIf') orientation = exifOrientation(bytes.subarray(payload, end - 4)) ?? 1;
    if (type === 'acTL') animated = true;
    if (type === 'IDAT' || type === 'IEND') break;
  }
  if (!size?.width || !size.height) throw new UnreadableImageError(`the PNG header states ${size?.width} x ${size?.height} px`);
  return { ...size, orientation, animated };
}

function cutOff(length: number): UnreadableImageError {
  return new UnreadableImageError(`the PNG file is cut off after ${length} bytes`);
}
