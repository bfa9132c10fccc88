import { BusyError } from '@slimface/core';
import type { Caller } from '../access/caller.ts';
import { createTurns } from './turns.ts';

/** Lets as many photos in as the engine can work on, and a few that wait for it. */
export interface Admission {
  /**
   * Runs `work` with a place for one photo, from before its upload is read until its result is stored.
   * @param caller whose share of the places it is; without one, it is nobody's
   * @throws {BusyError} all places are taken, or the caller's share of them, or the gateway is shutting down
   */
  hold<T>(work: (place: Place) => Promise<T>, caller?: Pick<Caller, 'countedAs'>): Promise<T>;
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

/**
 * One caller gets as many places as the queue has, or, if that is more, as the engine can work on or one request may need.
 * So nobody who is alone leaves the engine idle, and nobody who sends slowly shuts out everybody else.
 *
 * @param options.capacity photos that the engine works on at the same time
 * @param options.queueLength photos beside them that are received or wait
 * @param options.maxImages photos that one request may bring; 1 by default
 */
export function createAdmission({ capacity, queueLength, maxImages = 1 }: { capacity: number; queueLength: number; maxImages?: number }): Admission {
  const places = capacity + queueLength;
  const share = Math.max(capacity, queueLength, maxImages);
  const heldBy = new Map<string, number>();
  const turns = createTurns(capacity);
  const whenIdle: (() => void)[] = [];
  let inside = 0;
  let closed = false;
  let meanMs = FIRST_GUESS_MS;

  const enter = (caller: string | undefined): void => {
    const held = (caller !== undefined && heldBy.get(caller)) || 0;
    if (!closed && inside < places && held < share) {
      inside++;
      if (caller !== undefined) heldBy.set(caller, held + 1);
      return;
    }
    // By then the engine is through with all that are in now.
    const retryAfter = Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(((inside / capacity) * meanMs) / 1000)));
    const obstacle = closed ? 'a gateway that takes photos but this one is shutting down' : `at most ${held < share ? places : share} photos at a time but received one more`;
    throw new BusyError(`Expected ${obstacle}; try again in ${retryAfter} s`, { retryAfter });
  };
  const leave = (caller: string | undefined): void => {
    inside--;
    if (caller !== undefined) {
      const others = heldBy.get(caller)! - 1;
      if (others > 0) heldBy.set(caller, others);
      else heldBy.delete(caller);
    }
    if (inside === 0) for (const resolve of whenIdle.splice(0)) resolve();
  };

  return {
    async hold(work, caller) {
      enter(caller?.countedAs);
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
        leave(caller?.countedAs);
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
