import { UnreadableImageError, UnsupportedFormatError } from './errors/image-errors.ts';
import { inspectAvif } from './inspect/avif.ts';
import { inspectJpeg } from './inspect/jpeg.ts';
import { sniffMediaType } from './inspect/magic-bytes.ts';
import { inspectPng } from './inspect/png.ts';
import { inspectTiff } from './inspect/tiff.ts';
import { inspectWebp } from './inspect/webp.ts';
import type { ImageMediaType } from './requirements.ts';

/** What an image says about itself before it is decoded. */
export interface ImageInfo {
  readonly mediaType: ImageMediaType;
  /** Sides in pixels as stored; swap them for orientations 5 to 8 to get what a viewer shows. */
  readonly width: number;
  readonly height: number;
  /** How to turn the stored pixels, 1 to 8 as EXIF counts it; 1 when the file states nothing. */
  readonly orientation: number;
}

/** Sides of an image as a viewer shows it. */
export function uprightSides({ width, height, orientation }: ImageInfo): { width: number; height: number } {
  return orientation < 5 ? { width, height } : { width: height, height: width };
}

/** Formats whose headers `inspectImage` reads. */
const readable: readonly ImageMediaType[] = Object.freeze(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff']);

/**
 * Reads format, size and orientation from an image's header. Nothing is decoded, and neither a file name nor a content
 * type is asked: the bytes alone count. An AVIF is described as its decoder turns it, so its orientation is 1.
 *
 * @param bytes an image file; of a JPEG, PNG or AVIF its header is enough
 * @param accepted which of the formats are welcome
 * @default accepted JPEG, PNG, WebP, AVIF and TIFF
 * @throws {UnsupportedFormatError} any other format, and files of several pictures: animations, sequences, pages
 * @throws {UnreadableImageError} no bytes, or a header that is cut off or damaged
 *
 * @example
 * inspectImage(await readFile('portrait.jpg')) // { mediaType: 'image/jpeg', width: 512, height: 512, orientation: 1 }
 */
export function inspectImage(bytes: Uint8Array, accepted: readonly ImageMediaType[] = readable): ImageInfo {
  if (bytes.byteLength === 0) throw new UnreadableImageError('the file is empty (0 bytes)');
  const sniffed = sniffMediaType(bytes);
  const mediaType = accepted.find((known) => known === sniffed);
  if (mediaType === undefined) throw new UnsupportedFormatError({ accepted, detected: sniffed });
  const { refused, width, height, orientation } = readHeader[mediaType](bytes);
  if (refused !== undefined) throw new UnsupportedFormatError({ accepted, detected: refused });
  return { mediaType, width, height, orientation };
}

interface Header extends Omit<ImageInfo, 'mediaType'> {
  /** What the file is when it is a kind of its format that is not taken. */
  readonly refused?: string | undefined;
}

const readHeader: Readonly<Record<ImageMediaType, (bytes: Uint8Array) => Header>> = {
  'image/jpeg': inspectJpeg,
  'image/png': (bytes) => {
    const { animated, ...info } = inspectPng(bytes);
    return { ...info, refused: animated ? 'image/apng' : undefined };
  },
  'image/webp': (bytes) => {
    const { animated, ...info } = inspectWebp(bytes);
    return { ...info, refused: animated ? 'image/webp (animated)' : undefined };
  },
  'image/avif': (bytes) => {
    const { sequence, ...size } = inspectAvif(bytes);
    return { ...size, orientation: 1, refused: sequence ? 'image/avif (a sequence of images)' : undefined };
  },
  'image/tiff': (bytes) => {
    const { pages, raw, ...info } = inspectTiff(bytes);
    return { ...info, refused: raw === 'dng' ? 'image/x-adobe-dng' : raw === 'other' ? 'image/tiff of a raw photo' : pages > 1 ? `image/tiff (${pages} pages)` : undefined };
  },
};
