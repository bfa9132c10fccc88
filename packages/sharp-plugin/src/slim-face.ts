import { hop } from './hop.ts';
import { checkImage, resolveOptions, type SlimFaceOptions, type SlimFaceResult } from './options.ts';
import { run, unchanged, type Outcome } from './run.ts';
import { readDescription } from './read-description.ts';
import { sharpOf, type SharpLike, type SharpMetadata } from './sharp-like.ts';
import type { Sharing } from './sharing/sharing.ts';
import { toImage } from './to-image.ts';

/**
 * Slims the faces in an image as one step of a sharp chain: what is queued on `image` runs before it, what is chained
 * on the result runs after it. The result is upright, in sRGB and in the format of the source; `image` stays as it is.
 *
 * When nothing changes the result is `image` itself: no face, a degree of 0, or an animated input. It is then as upright as
 * it was; `autoOrient()` on `image` makes all results alike.
 *
 * @param image an instance of any copy of sharp from 0.34 on, read from a file, a buffer, a stream or raw pixels
 * @returns an instance of the same copy of sharp; its pixels are in shared memory, so that `clone()` does not copy them
 * @throws {InvalidInputError} no `Sharp`, no engine, or an unknown option value
 * @throws {InvalidSlimDegreeError} a degree that is not a number from 0 to 2
 * @throws {NoFaceError} no face was found, with `onNoFace: 'throw'`
 * @throws {AbortedError} `signal` was aborted; `cause` is its reason
 * @throws {UpstreamTimeoutError} `timeout` was over; `cause` is a `TimeoutError`
 * @throws {SlimFaceError} whatever else the engine refuses
 * @throws {Error} sharp's own error when it cannot read the input or run what is queued
 *
 * @example
 * const slimmed = await slimFace(sharp('portrait.jpg'), { slimmer, slimDegree: 1.2 });
 * await slimmed.resize(800).webp().toFile('portrait.webp');
 */
export function slimFace<S extends SharpLike>(image: S, options: SlimFaceOptions & { readonly resolveWithObject: true }): Promise<SlimFaceResult<S>>;
export function slimFace<S extends SharpLike>(image: S, options: SlimFaceOptions & { readonly resolveWithObject?: false | undefined }): Promise<S>;
export function slimFace<S extends SharpLike>(image: S, options: SlimFaceOptions): Promise<S | SlimFaceResult<S>>;
export async function slimFace<S extends SharpLike>(image: S, options: SlimFaceOptions): Promise<S | SlimFaceResult<S>> {
  const { value, info } = await slimImage(image, options);
  return options.resolveWithObject ? { image: value, info } : value;
}

/** The same, with what calls of one `createSlimFace` share. */
export async function slimImage<S extends SharpLike>(image: S, options: SlimFaceOptions, sharing?: Sharing): Promise<Outcome<S>> {
  checkImage(image);
  const describe = (signal: AbortSignal): Promise<SharpMetadata> => readDescription(image, signal);
  return run(image, resolveOptions(options), sharing, describe, async (source, call) => {
    const hopped = await hop(image, source, call);
    if (!hopped.changed) return unchanged(image, hopped.reason);
    return { value: await toImage(sharpOf(image), hopped, call), info: hopped.info };
  });
}
