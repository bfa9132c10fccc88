import { UnreadableImageError, UnsupportedFormatError } from './errors/image-errors.ts';
import { inspectJpeg } from './inspect/jpeg.ts';
import { sniffMediaType } from './inspect/magic-bytes.ts';
import { inspectPng } from './inspect/png.ts';
import type { ImageMediaType } from './requirements.ts';

/** What an image says about itself before it is decoded. */
export interface ImageInfo {
  readonly mediaType: ImageMediaType;
  /** Sides in pixels as stored; swap them for orientations 5 to 8 to get what a viewer shows. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8; 1 when the file states none. */
  readonly orientation: number;
}

/** Sides of an image as a viewer shows it. */
export function uprightSides({ width, height, orientation }: ImageInfo): { width: number; height: number } {
  return orientation < 5 ? { width, height } : { width: height, height: width };
}

/**
 * Reads format, size and EXIF orientation from an image's header. Nothing is decoded, and neither a file name nor a
 * content type is asked: the bytes alone count.
 *
 * @param bytes a JPEG or PNG file; its header is enough
 * @throws {UnsupportedFormatError} any other format, an animated PNG included
 * @throws {UnreadableImageError} no bytes, or a header that is cut off or damaged
 *
 * @example
 * inspectImage(await readFile('portrait.jpg')) // { mediaType: 'image/jpeg', width: 512, height: 512, orientation: 1 }
 */
export function inspectImage(bytes: Uint8Array): ImageInfo {
  if (bytes.byteLength === 0) throw new UnreadableImageError('the file is empty (0 bytes)');
  const detected = sniffMediaType(bytes);
  if (detected === 'image/jpeg') return { mediaType: detected, ...inspectJpeg(bytes) };
  if (detected === 'image/png') {
    const { animated, ...info } = inspectPng(bytes);
    if (!animated) return { mediaType: detected, ...info };
  }
  throw new UnsupportedFormatError({ accepted: ['image/jpeg', 'image/png'], detected: detected === 'image/png' ? 'image/apng' : detected });
}
