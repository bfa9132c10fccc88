import {
  type FaceDegree,
  type FaceShape,
  type FaceSlimmer,
  InvalidSlimDegreeError,
  InvalidInputError,
  isPixelSlimmer,
  type Point,
  resolveFaceShape,
  type ResolvedFaceShape,
  resolveSlimOptions,
  shapeControls,
  slimDegreeRange,
} from '@slimface/core';
import { about, invalidArgument } from './invalid-argument.ts';

/** How a photo is to be slimmed, as it was asked for: what is null was left out, but for degrees and controls. */
export interface SlimRequest {
  /** @default 1 */
  readonly slimDegree?: unknown;
  /** @default no change */
  readonly shape?: ShapeRequest | null | undefined;
  /** Given: only these faces are slimmed; `slimDegree` and `shape` are those of the ones that have none of their own. */
  readonly faces?: readonly FaceRequest[] | null | undefined;
}

type ShapeRequest = Readonly<Record<string, unknown>>;

interface FaceRequest {
  readonly index?: number | null | undefined;
  readonly at?: Point | null | undefined;
  readonly slimDegree?: unknown;
  readonly shape?: ShapeRequest | null | undefined;
}

/** The same for an engine. */
export interface CheckedSlimOptions {
  /** Degree of every face that is not in `faces`. */
  readonly slimDegree: number;
  readonly shape?: FaceShape;
  readonly faces?: readonly FaceDegree[];
}

/**
 * Checks everything that can be known about a request without its photo.
 *
 * @throws {InvalidSlimDegreeError} a degree that the engine does not take, one that is not used included
 * @throws {InvalidInputError} a control outside -1 to 1, a face that is named neither by an index nor by a point, or by both, an
 *   index below 0, a face that is listed twice, or a shape or faces for an engine that knows none
 */
export async function checkSlimOptions(request: SlimRequest, slimmer: FaceSlimmer): Promise<CheckedSlimOptions> {
  const slimDegree = checkDegree(request.slimDegree, slimmer);
  const shape = await about('shape', () => checkShape(request.shape, slimmer));
  const { faces } = request;
  if (faces === undefined || faces === null) return { slimDegree, ...(shape && { shape }) };
  return about('faces', () => {
    if (!isPixelSlimmer(slimmer)) throw new InvalidInputError(`no faces, because the engine ${slimmer.id} slims every face by the same degree,`, faces.length);
    const options = { slimDegree: 0, faces: faces.map((face) => checkFace(face, { slimDegree, shape }, slimmer)) };
    resolveSlimOptions(options);
    return options;
  });
}

function checkFace({ index, at, slimDegree, shape }: FaceRequest, ofAll: { slimDegree: number; shape: FaceShape | undefined }, slimmer: FaceSlimmer): FaceDegree {
  const name = { index: index ?? undefined, at: at ?? undefined };
  if (name.index === undefined && name.at === undefined) throw invalidArgument('faces', 'Expected either index or at in faces[] but received neither');
  const wish = { slimDegree: slimDegree === undefined ? ofAll.slimDegree : checkDegree(slimDegree, slimmer), shape: checkShape(shape, slimmer) ?? ofAll.shape };
  return { ...name, ...wish } as FaceDegree; // one that has both names is refused with all of them
}

function checkDegree(received: unknown = slimDegreeRange.default, { requirements: { minSlimDegree: min, maxSlimDegree: max } }: FaceSlimmer): number {
  if (typeof received === 'number' && received >= min && received <= max) return received;
  throw new InvalidSlimDegreeError({ received, min, max });
}

function checkShape(received: ShapeRequest | null | undefined, slimmer: FaceSlimmer): ResolvedFaceShape | undefined {
  if (received === undefined || received === null) return undefined;
  const shape = resolveFaceShape(received);
  const control = shapeControls.find((name) => shape[name] !== 0);
  if (control === undefined || isPixelSlimmer(slimmer)) return shape;
  throw new InvalidInputError(`no shape.${control}, because the engine ${slimmer.id} knows no shape,`, shape[control]);
}
