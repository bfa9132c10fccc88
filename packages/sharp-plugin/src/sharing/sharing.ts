import { availableParallelism } from 'node:os';
import { AbortedError, BusyError, InvalidInputError, isPixelSlimmer, type FaceSlimmer } from '@slimface/core';
import PQueue from 'p-queue';
import type { Slimmed } from '../cache/entry.ts';
import { createFlights, type Flights } from './flights.ts';

/** What the calls of one `createSlimFace` share. */
export interface Sharing {
  /** One slimming for all who want the same at the same time. */
  readonly flights: Flights<Slimmed>;
  /**
   * Waits for a place and runs the task in it. The place is free again when the task is over, and the work that it has
   * asked to hold the place for.
   *
   * @throws {BusyError} too many wait already
   * @throws {AbortedError} the signal was aborted before a place was free
   */
  inTurn<T>(signal: AbortSignal, task: (hold: (work: Promise<unknown>) => void) => Promise<T>): Promise<T>;
}

/** How many calls run and wait. */
export interface SharingOptions {
  /**
   * Calls at the same time, each with its decoded image in memory; others wait.
   * @default os.availableParallelism() for an engine that takes pixels, 3 for a remote one
   */
  readonly concurrency?: number | undefined;
  /**
   * Most calls that wait; one more is a `BusyError`.
   * @default 10,000
   */
  readonly maxWaiting?: number | undefined;
}

/** @throws {InvalidInputError} a number that is not whole or too small */
export function createSharing(slimmer: FaceSlimmer, options: SharingOptions): Sharing {
  const onPixels = isPixelSlimmer(slimmer);
  const { concurrency = onPixels ? availableParallelism() : 3, maxWaiting = 10_000 } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) throw new InvalidInputError('concurrency to be a whole number from 1 up', concurrency);
  if (!Number.isSafeInteger(maxWaiting) || maxWaiting < 0) throw new InvalidInputError('maxWaiting to be a whole number from 0 up', maxWaiting);
  const queue = new PQueue({ concurrency });
  return {
    flights: createFlights(onPixels ? 'no' : 'unknown'),
    async inTurn(signal, task) {
      if (queue.pending >= concurrency && queue.size >= maxWaiting) {
        throw new BusyError(`Expected at most ${maxWaiting} calls to wait but received one more`, { retryAfter: 1 });
      }
      const release = await takePlace(queue, signal);
      const held: Promise<unknown>[] = [];
      try {
        return await task((work) => held.push(work));
      } finally {
        Promise.allSettled(held).then(release);
      }
    },
  };
}

/** Resolves with what gives the place back; only while it waits does the signal count. */
function takePlace(queue: PQueue, signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const waiting = new AbortController();
    const leave = (): void => waiting.abort(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    const begin = (): Promise<void> => {
      signal.removeEventListener('abort', leave);
      return new Promise((release) => resolve(release));
    };
    queue.add(begin, { signal: waiting.signal }).catch((reason: unknown) => reject(new AbortedError({ cause: reason })));
    if (signal.aborted) leave();
  });
}
