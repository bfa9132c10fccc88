import { BusyError } from '@slimface/core';
import { createTurns } from './turns.ts';

/** Lets as many photos in as the engine can work on, and a few that wait for it. */
export interface Admission {
  /**
   * Runs `work` with a place for one photo, from before its upload is read until its result is stored.
   * @throws {BusyError} all places are taken, or the gateway is shutting down
   */
  hold<T>(work: (place: Place) => Promise<T>): Promise<T>;
  /** Lets nothing in any more; what is in goes on. */
  close(): void;
  /** Resolves as soon as nothing is in. */
  idle(): Promise<void>;
  /** Photos that the engine works on, and photos that are being received or wait for it. */
  readonly depth: { readonly working: number; readonly waiting: number };
}

/** A photo's place. */
export interface Place {
  /**
   * Resolves when it is this photo's turn on the engine; who came first goes first.
   * @throws {AbortedError} `signal` was aborted while it waited
   */
  turn(signal?: AbortSignal): Promise<void>;
  /** Lets the next photo have its turn; the end of `hold` does so too. */
  done(): void;
}

/** What a photo is taken to need on the engine before one has been seen, in milliseconds. */
const FIRST_GUESS_MS = 1000;
/** How much the latest photo counts in the mean of what photos need. */
const LATEST_WEIGHS = 0.2;
const MAX_RETRY_AFTER_SECONDS = 60;

/** @param options.capacity photos that the engine works on at the same time. @param options.queueLength photos beside them that are received or wait */
export function createAdmission({ capacity, queueLength }: { capacity: number; queueLength: number }): Admission {
  const places = capacity + queueLength;
  const turns = createTurns(capacity);
  const whenIdle: (() => void)[] = [];
  let inside = 0;
  let closed = false;
  let meanMs = FIRST_GUESS_MS;

  const enter = (): void => {
    if (!closed && inside < places) return void inside++;
    // By then the engine is through with all that are in now.
    const retryAfter = Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(((inside / capacity) * meanMs) / 1000)));
    const obstacle = closed ? 'a gateway that takes photos but this one is shutting down' : `at most ${places} photos at a time but received one more`;
    throw new BusyError(`Expected ${obstacle}; try again in ${retryAfter} s`, { retryAfter });
  };
  const leave = (): void => {
    inside--;
    if (inside === 0) for (const resolve of whenIdle.splice(0)) resolve();
  };

  return {
    async hold(work) {
      enter();
      let begun: number | undefined;
      let left = false;
      const turn = async (signal?: AbortSignal): Promise<void> => {
        if (begun !== undefined) return;
        await turns.take(signal);
        begun = performance.now();
        if (left) done(); // `work` did not wait for it
      };
      const done = (): void => {
        if (begun === undefined) return;
        meanMs += (performance.now() - begun - meanMs) * LATEST_WEIGHS;
        begun = undefined;
        turns.pass();
      };
      try {
        return await work({ turn, done });
      } finally {
        left = true;
        done();
        leave();
      }
    },
    close() {
      closed = true;
    },
    async idle() {
      if (inside > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
    get depth() {
      return { working: turns.taken, waiting: inside - turns.taken };
    },
  };
}
