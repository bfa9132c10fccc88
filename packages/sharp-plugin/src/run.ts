import { AbortedError, changesNothing, FaceTooSmallError, NoFaceError, ResolutionOutOfRangeError, SlimFaceError } from '@slimface/core';
import { startDeadline } from './deadline.ts';
import type { ResolvedOptions, SlimFaceInfo, UnchangedReason } from './options.ts';
import type { Sharing } from './sharing/sharing.ts';

/** A value together with what was done to it. */
export interface Outcome<V> {
  readonly value: V;
  readonly info: SlimFaceInfo;
}

/** What a piece of work knows of the call that it is done for. */
export interface Call {
  readonly options: ResolvedOptions;
  /** Aborted by the caller or when the time is up; to be looked at after every await. */
  readonly signal: AbortSignal;
  /** Undefined for a call that stands alone. */
  readonly sharing: Sharing | undefined;
  /** Keeps the call's place until work is over that cannot be interrupted, also when the call itself is. */
  hold(work: Promise<unknown>): void;
}

/**
 * Runs the work of one call in its turn and in its time, and settles what a missing face and a failure mean: an error, or
 * the very value that was handed in.
 *
 * @param describe comes before the turn: a source that is slow to arrive must not stand in the way of others
 */
export async function run<V, D>(
  original: V,
  options: ResolvedOptions,
  sharing: Sharing | undefined,
  describe: (signal: AbortSignal) => Promise<D>,
  work: (description: D, call: Call) => Promise<Outcome<V>>,
): Promise<Outcome<V>> {
  const deadline = startDeadline(options.timeout, options.signal);
  const { signal } = deadline;
  try {
    if (signal.aborted) throw new AbortedError({ cause: signal.reason });
    if (isZero(options)) return unchanged(original, 'zero-degree');
    const description = await describe(signal);
    const workWith = (hold: Call['hold']): Promise<Outcome<V>> => work(description, { options, signal, sharing, hold });
    return await (sharing === undefined ? workWith(() => {}) : sharing.inTurn(signal, workWith));
  } catch (thrown) {
    const error = deadline.explain(thrown);
    const missing = missingFace(error);
    if (missing !== undefined && options.onNoFace === 'pass-through') return unchanged(original, missing);
    if (missing !== undefined || options.onError === 'throw' || isForCaller(error)) throw error;
    return { value: original, info: { changed: false, reason: 'error', faces: [], error } };
  } finally {
    deadline.clear();
  }
}

/** The outcome of a call that leaves everything as it is. */
export function unchanged<V>(value: V, reason: UnchangedReason): Outcome<V> {
  return { value, info: { changed: false, reason, faces: [] } };
}

function isZero(options: ResolvedOptions): boolean {
  return [options, ...options.faceWishes].every(changesNothing);
}

/** Whether an error says that there is no face, or none that is large enough: a matter of `onNoFace`, not of `onError`. */
function missingFace(error: unknown): 'no-face' | 'too-small' | undefined {
  if (error instanceof NoFaceError) return 'no-face';
  const isSmall = error instanceof ResolutionOutOfRangeError && Math.min(error.width, error.height) < error.minSide;
  return isSmall || error instanceof FaceTooSmallError ? 'too-small' : undefined;
}

/** What `onError` does not let pass: what is wrong with the call itself, its own wish to end, and an image that will never be whole. */
function isForCaller(error: unknown): boolean {
  return error instanceof SlimFaceError && ['INVALID_INPUT', 'INVALID_SLIM_DEGREE', 'ABORTED', 'UPLOAD_INTERRUPTED'].includes(error.code);
}
