import { AbortedError, orAborted } from '@slimface/core';

/** Turns on something that only so many can use at the same time. */
export interface Turns {
  /**
   * Waits for a turn; who came first goes first.
   * @throws {AbortedError} `signal` was aborted before the turn came
   */
  take(signal?: AbortSignal): Promise<void>;
  /** Ends a turn that was taken. */
  pass(): void;
  /** Turns that have begun and not ended. */
  readonly taken: number;
}

/** Lets `capacity` turns run at the same time. */
export function createTurns(capacity: number): Turns {
  let taken = 0;
  const waiting = new Set<() => void>(); // keeps the order, and whoever gives up is out of it at once

  const pass = (): void => {
    const [next] = waiting;
    if (next === undefined) taken--;
    else next(); // in the same moment: nobody who comes meanwhile gets in between
  };

  return {
    async take(signal) {
      if (signal?.aborted) throw new AbortedError({ cause: signal.reason });
      if (taken < capacity) return void taken++;
      let begin!: () => void;
      const begun = new Promise<void>((resolve) => {
        begin = () => {
          waiting.delete(begin);
          resolve();
        };
      });
      waiting.add(begin);
      try {
        await orAborted(begun, signal);
      } catch (error) {
        if (!waiting.delete(begin)) pass(); // its turn came in the moment of the abort
        throw error;
      }
    },
    pass,
    get taken() {
      return taken;
    },
  };
}
