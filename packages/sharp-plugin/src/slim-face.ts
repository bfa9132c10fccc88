import { AbortedError, isPixelSlimmer, NoFaceError, orAborted, resolveSlimOptions, type FaceSlimmer, type SlimOptions } from '@slimface/core';
import { checkArguments, type SlimFaceOptions, type SlimFaceResult, type UnchangedReason } from './options.ts';
import { fromPixels, readPixels, toSharedMemory } from './pixels.ts';
import { sharpOf, type SharpLike } from './sharp-like.ts';
import { slimEncoded } from './slim-encoded.ts';
import { toSourceFormat } from './source-format.ts';

/**
 * Slims the faces in an image as one step of a sharp chain: what is queued on `image` runs before it, what is chained
 * on the result runs after it. The result is upright, in sRGB and in the format of the source; `image` stays as it is.
 *
 * When nothing changes the result is `image` itself: no face, a degree of 0, or an animated input.
 *
 * @param image an instance of any copy of sharp from 0.34 on, read from a file, a buffer, a stream or raw pixels
 * @returns an instance of the same copy of sharp; its pixels are in shared memory, so that `clone()` does not copy them
 * @throws {InvalidInputError} no `Sharp`, no engine, or an unknown option value
 * @throws {InvalidSlimDegreeError} a degree that is not a number from 0 to 2
 * @throws {NoFaceError} no face was found, with `onNoFace: 'throw'`
 * @throws {AbortedError} `signal` was aborted; `cause` is its reason
 * @throws {SlimFaceError} whatever else the engine refuses
 * @throws {Error} sharp's own error when it cannot read the input or run what is queued
 *
 * @example
 * const slimmed = await slimFace(sharp('portrait.jpg'), { slimmer, slimDegree: 1.2 });
 * await slimmed.resize(800).webp().toFile('portrait.webp');
 */
export function slimFace<S extends SharpLike>(image: S, options: SlimFaceOptions & { readonly resolveWithObject: true }): Promise<SlimFaceResult<S>>;
export function slimFace<S extends SharpLike>(image: S, options: SlimFaceOptions & { readonly resolveWithObject?: false }): Promise<S>;
export async function slimFace<S extends SharpLike>(image: S, options: SlimFaceOptions): Promise<S | SlimFaceResult<S>> {
  checkArguments(image, options);
  const { slimmer, onNoFace = 'pass-through', resolveWithObject = false, ...slimOptions } = options;
  const result = await slim(image, slimmer, slimOptions).catch((error: unknown) => {
    if (error instanceof NoFaceError && onNoFace === 'pass-through') return unchanged(image, 'no-face');
    throw error;
  });
  return resolveWithObject ? result : result.image;
}

async function slim<S extends SharpLike>(image: S, slimmer: FaceSlimmer, options: SlimOptions): Promise<SlimFaceResult<S>> {
  const { slimDegree, faceDegrees, signal } = resolveSlimOptions(options);
  if (signal?.aborted) throw new AbortedError({ cause: signal.reason });
  if (slimDegree === 0 && [...faceDegrees.values()].every((degree) => degree === 0)) return unchanged(image, 'zero-degree');

  const source = await orAborted(image.metadata(), signal);
  if (source.pages !== undefined && source.pages > 1) return unchanged(image, 'animated');

  const sharp = sharpOf(image);
  const onPixels = isPixelSlimmer(slimmer);
  const depth = onPixels && source.depth === 'ushort' ? 'ushort' : 'uchar';
  const pixels = await orAborted(readPixels(image, source, depth), signal);
  const slimming = onPixels ? slimmer.slimPixels(pixels, options) : slimEncoded(slimmer, sharp, pixels, options);
  const { pixels: slimmed, faces } = await orAborted(slimming, signal);
  if (slimmed === pixels) {
    if (faces.length === 0) throw new NoFaceError();
    return unchanged(image, 'zero-degree');
  }
  const result = fromPixels(sharp, toSharedMemory(slimmed));
  toSourceFormat(result, source);
  return { image: result, info: { changed: true, faces, width: slimmed.width, height: slimmed.height } };
}

function unchanged<S extends SharpLike>(image: S, reason: UnchangedReason): SlimFaceResult<S> {
  return { image, info: { changed: false, reason, faces: [] } };
}
