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
   * Waits for a place and runs the task in it.
   * @throws {BusyError} too many wait already
   * @throws {AbortedError} the signal was aborted before a place was free
   */
  inTurn<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T>;
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
      // The place is given back when the task ends or the signal is aborted, but it is the task that says how it ended.
      const release = await new Promise<() => void>((resolve, reject) => {
        queue.add(() => new Promise<void>((done) => resolve(done)), { signal }).catch((reason: unknown) => reject(new AbortedError({ cause: reason })));
      });
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}
