import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events';
import { InvalidInputError, InvalidSlimDegreeError } from './errors/call-errors.ts';
import { InWords } from './errors/describe.ts';
import type { FaceDegree, SlimOptions } from './face-slimmer.ts';

/** Range and default of `slimDegree`, the same for every engine. */
export const slimDegreeRange: { readonly min: 0; readonly max: 2; readonly default: 1 } = Object.freeze({ min: 0, max: 2, default: 1 });

/** Options with defaults in place. */
export interface ResolvedSlimOptions {
  readonly slimDegree: number;
  /** Degree of each face that has its own, by index. */
  readonly faceDegrees: ReadonlyMap<number, number>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fills in defaults and refuses what no engine takes.
 *
 * @throws {InvalidSlimDegreeError} a degree that is not a number from 0 to 2
 * @throws {InvalidInputError} options of another type than documented, a face index that is not a whole number from 0 up,
 *   or a face that is listed twice
 */
export function resolveSlimOptions(options: SlimOptions = {}): ResolvedSlimOptions {
  if (!isObject(options)) throw new InvalidInputError('options to be an object', options);
  const { slimDegree = slimDegreeRange.default, faces = [], signal } = options;
  if (!Array.isArray(faces)) throw new InvalidInputError('faces to be a list', faces);
  checkSignal(signal);
  const faceDegrees = new Map<number, number>();
  for (const face of faces as readonly FaceDegree[]) {
    if (!isObject(face)) throw new InvalidInputError('faces[] to be objects with index and slimDegree', face);
    const { index } = face;
    if (!Number.isInteger(index) || index < 0) throw new InvalidInputError('faces[].index to be a whole number from 0 up', index);
    if (faceDegrees.has(index)) throw new InvalidInputError('each face in faces once', new InWords(`face ${index} twice`));
    faceDegrees.set(index, checkSlimDegree(face.slimDegree));
  }
  return { slimDegree: checkSlimDegree(slimDegree), faceDegrees, signal };
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
  return typeof value === 'object' && value !== null;
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
