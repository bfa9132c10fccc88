import { InvalidInputError } from '@slimface/core';
import { checkCount } from './check-arguments.ts';

/** How faces are looked for. */
export interface FindFacesOptions {
  /**
   * How many looks the detectors take: `'fast'` two at the whole picture; `'auto'` four to six, at halves of it as well, and
   * as many as `'deep'` where the picture is larger than 1200 px and shows four faces, a small one or none; `'deep'` always about
   * twenty, at quarters as well. Where no face is upright, the other ways up are looked at, too.
   * @default 'auto'
   */
  readonly plan?: 'fast' | 'auto' | 'deep' | undefined;
  /**
   * Whether faces of down to 2 % of the picture's longer side matter: `true` makes the plan deep, `false` keeps `'auto'` from
   * taking more looks than six.
   * @default decided by what the first looks find
   */
  readonly smallFaces?: boolean | undefined;
  /**
   * Faces whose box has a shorter side than this many pixels are left out.
   * @default 1, so that none is
   */
  readonly minFaceSize?: number | undefined;
  /**
   * Of more faces than this, the largest are kept.
   * @default Infinity, so that all are
   */
  readonly maxFaces?: number | undefined;
}

/** Options with defaults in place. */
export interface ResolvedFindOptions {
  readonly plan: 'fast' | 'auto' | 'deep';
  /** Whether `'auto'` may take a closer look. */
  readonly mayEscalate: boolean;
  readonly minFaceSize: number;
  readonly maxFaces: number;
}

const plans: readonly unknown[] = ['fast', 'auto', 'deep'];

/**
 * Fills in defaults.
 * @param ofEngine what the engine was set up with, for what the call leaves open
 * @throws {InvalidInputError} a plan that does not exist, a number that is not a whole one from 1 up, or contradictions
 */
export function resolveFindOptions(ofCall: FindFacesOptions, ofEngine: FindFacesOptions = {}): ResolvedFindOptions {
  if (typeof ofCall !== 'object' || ofCall === null) throw new InvalidInputError('options to be an object', ofCall);
  // A call that says how closely to look has said it all: the engine's own plan does not contradict it.
  const looking = ofCall.plan === undefined && ofCall.smallFaces === undefined ? ofEngine : ofCall;
  const { plan = 'auto', smallFaces } = looking;
  const { minFaceSize = ofEngine.minFaceSize ?? 1, maxFaces = ofEngine.maxFaces ?? Infinity } = ofCall;
  if (!plans.includes(plan)) throw new InvalidInputError("plan to be 'fast', 'auto' or 'deep'", plan);
  if (smallFaces !== undefined && typeof smallFaces !== 'boolean') throw new InvalidInputError('smallFaces to be true or false', smallFaces);
  if (smallFaces === true && plan === 'fast') throw new InvalidInputError("the plan 'auto' or 'deep' with smallFaces", plan);
  if (smallFaces === false && plan === 'deep') throw new InvalidInputError("the plan 'fast' or 'auto' without smallFaces", plan);
  checkCount('minFaceSize', minFaceSize);
  if (maxFaces !== Infinity) checkCount('maxFaces', maxFaces);
  return { plan: smallFaces === true ? 'deep' : plan, mayEscalate: smallFaces !== false, minFaceSize, maxFaces };
}
