import { types } from 'node:util';
import { InvalidInputError, ResolutionOutOfRangeError, type ImageInput, type ImageRequirements, type PixelBuffer } from '@slimface/core';

/** @throws {InvalidInputError} not a whole number from 1 up */
export function checkCount(name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new InvalidInputError(`${name} to be a whole number from 1 up`, count);
}

/** @throws {InvalidInputError} not a whole number from 1 to 100; undefined is 92 */
export function checkQuality(quality = 92): number {
  if (Number.isInteger(quality) && quality >= 1 && quality <= 100) return quality;
  throw new InvalidInputError('quality to be a whole number from 1 to 100', quality);
}

/** @throws {InvalidInputError} neither `'throw'` nor `'pass-through'`; undefined is `'throw'` */
export function checkOnNoFace(onNoFace: 'throw' | 'pass-through' = 'throw'): 'throw' | 'pass-through' {
  if (onNoFace === 'throw' || onNoFace === 'pass-through') return onNoFace;
  throw new InvalidInputError("onNoFace to be 'throw' or 'pass-through'", onNoFace);
}

/** Whether an argument is pixels and not an encoded image. */
export function isPixelBuffer(image: ImageInput | PixelBuffer): image is PixelBuffer {
  return typeof image === 'object' && image !== null && 'channels' in image;
}

/**
 * @throws {InvalidInputError} a buffer of another type or length than its size asks for
 * @throws {ResolutionOutOfRangeError} a side outside the engine's range
 */
export function checkPixels(pixels: PixelBuffer, { minSide, maxSide }: ImageRequirements): void {
  if (typeof pixels !== 'object' || pixels === null) throw new InvalidInputError('pixels to be an object with data, width, height and channels', pixels);
  const { data, width, height, channels } = pixels;
  if (!types.isUint8Array(data) && !types.isUint16Array(data)) throw new InvalidInputError('data to be a Uint8Array or a Uint16Array', data);
  if (![1, 2, 3, 4].includes(channels)) throw new InvalidInputError('1 to 4 channels', channels);
  if (!Number.isInteger(width) || !Number.isInteger(height)) throw new InvalidInputError('whole numbers for width and height', `${width} x ${height}`);
  if (Math.min(width, height) < minSide || Math.max(width, height) > maxSide) {
    throw new ResolutionOutOfRangeError({ width, height, minSide, maxSide });
  }
  const samples = width * height * channels;
  if (data.length !== samples) throw new InvalidInputError(`${samples} samples for ${width} x ${height} x ${channels}`, data.length);
}
