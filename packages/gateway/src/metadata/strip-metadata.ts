import { type ImageMediaType, inspectImage, InternalError } from '@slimface/core';
import { stripAvif } from './strip-avif.ts';
import { stripJpeg } from './strip-jpeg.ts';
import { stripPng } from './strip-png.ts';
import { stripTiff } from './strip-tiff.ts';
import { stripWebp } from './strip-webp.ts';

/** AVIF and TIFF say in the picture itself how they are turned. */
const strip: Readonly<Record<ImageMediaType, (bytes: Uint8Array, orientation: number) => Uint8Array>> = {
  'image/jpeg': stripJpeg,
  'image/png': stripPng,
  'image/webp': stripWebp,
  'image/avif': stripAvif,
  'image/tiff': stripTiff,
};

/**
 * Takes out of an image what a camera or a program wrote about it: EXIF with its GPS position, XMP, IPTC, texts, times, previews
 * and further pictures, which would still show the face as it was. Pixels, colour profile, density and the way up stay; nothing
 * is decoded. What is not known to be harmless goes.
 *
 * @throws {InternalError} the image is damaged, or built in a way that is not known. It is not handed on as it is, since what it
 *   holds cannot be told.
 */
export function stripMetadata(bytes: Uint8Array, mediaType: ImageMediaType): Uint8Array {
  try {
    const { orientation } = inspectImage(bytes);
    return strip[mediaType](bytes, orientation);
  } catch (cause) {
    throw new InternalError('Expected an image whose metadata can be found', { cause });
  }
}
