import { type FaceDegree, type FaceSlimmer, InvalidInputError, InvalidSlimDegreeError, isPixelSlimmer, resolveSlimOptions, slimDegreeRange } from '@slimface/core';

/** How a photo is to be slimmed, as it was asked for. */
export interface SlimRequest {
  /** @default 1 */
  readonly slimDegree?: unknown;
  /** Given: only these faces are slimmed, and `slimDegree` is not used. */
  readonly faces?: readonly { readonly index: number; readonly slimDegree?: unknown }[] | undefined;
}

/** The same for an engine. */
export interface CheckedSlimOptions {
  /** Degree of every face that is not in `faces`. */
  readonly slimDegree: number;
  readonly faces?: readonly FaceDegree[];
}

/**
 * Checks everything that can be known about a request without its photo.
 *
 * @throws {InvalidSlimDegreeError} a degree that the engine does not take, one that is not used included
 * @throws {InvalidInputError} a face index below 0, a face that is listed twice, or faces for an engine that does not list any
 */
export function checkSlimOptions(request: SlimRequest, slimmer: FaceSlimmer): CheckedSlimOptions {
  const { slimDegree, faces } = request;
  const degree = checkDegree(slimDegree, slimmer);
  if (faces === undefined) return { slimDegree: degree };
  if (!isPixelSlimmer(slimmer)) throw new InvalidInputError(`no faces, because the engine ${slimmer.id} slims every face by the same degree,`, faces.length);
  const options = { slimDegree: 0, faces: faces.map((face) => ({ index: face.index, slimDegree: checkDegree(face.slimDegree, slimmer) })) };
  resolveSlimOptions(options);
  return options;
}

function checkDegree(received: unknown = slimDegreeRange.default, { requirements: { minSlimDegree: min, maxSlimDegree: max } }: FaceSlimmer): number {
  if (typeof received === 'number' && received >= min && received <= max) return received;
  throw new InvalidSlimDegreeError({ received, min, max });
}
