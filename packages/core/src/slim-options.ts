import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events';
import { InvalidInputError, InvalidSlimDegreeError } from './errors/call-errors.ts';
import { InWords } from './errors/describe.ts';
import { resolveFaceShape, type ResolvedFaceShape } from './face-shape.ts';
import type { FaceDegree, Point } from './face.ts';
import type { SlimOptions } from './face-slimmer.ts';

/** Range and default of `slimDegree`, the same for every engine. */
export const slimDegreeRange: { readonly min: 0; readonly max: 2; readonly default: 1 } = Object.freeze({ min: 0, max: 2, default: 1 });

/** Options with defaults in place. */
export interface ResolvedSlimOptions extends FaceWish {
  /** The faces that have wishes of their own, each named once where that can be told without the photo. */
  readonly faceWishes: readonly OwnFaceWish[];
  readonly signal: AbortSignal | undefined;
}

/** What is to happen to a face. */
export interface FaceWish {
  readonly slimDegree: number;
  readonly shape: ResolvedFaceShape;
}

/** The same for the face with an index, or at a point. */
export interface OwnFaceWish extends FaceWish {
  readonly face: number | Point;
}

/**
 * Fills in defaults and refuses what no engine takes.
 *
 * @throws {InvalidSlimDegreeError} a degree that is not a number from 0 to 2
 * @throws {InvalidInputError} options of another type than documented, a shape outside -1 to 1, a face that is named neither
 *   by an index nor by a point, or by both, an index that is not a whole number from 0 up, or a face that is listed twice
 */
export function resolveSlimOptions(options: SlimOptions = {}): ResolvedSlimOptions {
  if (!isObject(options)) throw new InvalidInputError('options to be an object', options);
  const { faces, signal } = options;
  if (faces !== undefined && !Array.isArray(faces)) throw new InvalidInputError('faces to be a list', faces);
  checkSignal(signal);
  const slimDegree = options.slimDegree === undefined ? undefined : checkSlimDegree(options.slimDegree);
  const shape = resolveFaceShape(options.shape);
  const faceWishes = Array.from(faces ?? [], (face) => resolveFace(face, { slimDegree: slimDegree ?? slimDegreeRange.default, shape }));
  const indices = faceWishes.map(({ face }) => face).filter((face) => typeof face === 'number');
  const twice = indices.find((index, i) => indices.indexOf(index) < i);
  if (twice !== undefined) throw new InvalidInputError('each face in faces once', new InWords(`face ${twice} twice`));
  return { slimDegree: slimDegree ?? (faces === undefined ? slimDegreeRange.default : 0), shape, faceWishes, signal };
}

function resolveFace(wish: FaceDegree, ofCall: FaceWish): OwnFaceWish {
  if (!isObject(wish)) throw new InvalidInputError('faces[] to be objects with index or at, and slimDegree', wish);
  const { index, at, slimDegree, shape, ...others } = wish;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new InvalidInputError('faces[] to have index or at, slimDegree, shape and nothing else', unknown);
  return {
    face: nameOfFace(index, at),
    slimDegree: slimDegree === undefined ? ofCall.slimDegree : checkSlimDegree(slimDegree),
    shape: shape === undefined ? ofCall.shape : resolveFaceShape(shape),
  };
}

function nameOfFace(index: number | undefined, at: Point | undefined): number | Point {
  if (at === undefined) {
    if (index === undefined) throw new InvalidInputError('either index or at in faces[]', new InWords('neither'));
    if (Number.isInteger(index) && index >= 0) return index;
    throw new InvalidInputError('faces[].index to be a whole number from 0 up', index);
  }
  if (index !== undefined) throw new InvalidInputError('either index or at in faces[]', new InWords('both'));
  if (isObject(at) && Number.isFinite(at.x) && Number.isFinite(at.y)) return { x: at.x, y: at.y };
  throw new InvalidInputError('faces[].at to be a point with x and y', at);
}

/** Whether a wish leaves a face as it is. */
export function changesNothing({ slimDegree, shape }: FaceWish): boolean {
  return slimDegree === 0 && Object.values(shape).every((value) => value === 0);
}

/**
 * Checks a caller's signal. Node warns of a leak from the 11th listener on, but a signal that ends a whole program rightly
 * has one for each call under way: unless somebody has set a limit of their own, the warning is put off.
 *
 * @throws {InvalidInputError} neither undefined nor an AbortSignal
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (typeof (signal as AbortSignal | null)?.addEventListener !== 'function') throw new InvalidInputError('signal to be an AbortSignal', signal);
  try {
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(maxCallsOfSignal, signal);
  } catch {
    // A signal of another make, as GraphQL Yoga has one: nobody counts its listeners.
  }
}

const maxCallsOfSignal = 10_000;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns `slimDegree` when it is a number from 0 to 2.
 * @throws {InvalidSlimDegreeError} anything else, NaN and numeric strings included
 */
export function checkSlimDegree(slimDegree: unknown): number {
  const { min, max } = slimDegreeRange;
  if (typeof slimDegree === 'number' && slimDegree >= min && slimDegree <= max) return slimDegree;
  throw new InvalidSlimDegreeError({ received: slimDegree, min, max });
}
