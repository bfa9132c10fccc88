import { type ImageMediaType, inspectImage, InternalError } from '@slimface/core';
import { stripJpeg } from './strip-jpeg.ts';
import { stripPng } from './strip-png.ts';

/**
 * Takes out of a JPEG or PNG what a camera or a program wrote about it: EXIF with its GPS position, XMP, IPTC, texts,
 * times, previews and further pictures behind its end, which would still show the face as it was. Pixels, colour profile,
 * density and the way up stay; nothing is decoded. What is not known to be harmless goes.
 *
 * @throws {InternalError} the image is damaged. It is not handed on as it is, since what it holds cannot be told.
 */
export function stripMetadata(bytes: Uint8Array, mediaType: ImageMediaType): Uint8Array {
  try {
    const { orientation } = inspectImage(bytes);
    return mediaType === 'image/jpeg' ? stripJpeg(bytes, orientation) : stripPng(bytes, orientation);
  } catch (cause) {
    throw new InternalError('Expected an image whose metadata can be found', { cause });
  }
}
