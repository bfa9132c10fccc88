import { InternalError } from '../errors/call-errors.ts';
import type { SlimFaceErrorOptions } from '../errors/slim-face-error.ts';

/** The time from a client's first call to its `close()`. */
export interface Lifetime {
  /**
   * Runs work that `end()` waits for.
   * @throws {InternalError} the client was closed
   */
  track<T>(work: () => Promise<T>, options?: Pick<SlimFaceErrorOptions, 'billed'>): Promise<T>;
  /** Makes `end()` wait for work that nobody else waits for. */
  linger(work: Promise<unknown>): void;
  /** Accepts no more work, waits for what is under way, then runs `free`, once. */
  end(): Promise<void>;
}

/** @param free gives back what the work needed */
export function createLifetime(free: () => Promise<void>): Lifetime {
  const running = new Set<Promise<unknown>>();
  let ended: Promise<void> | undefined;

  async function settle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
    await free();
  }

  return {
    async track(work, options) {
      if (ended !== undefined) throw new InternalError('Expected an open client but it was closed', options);
      const promise = work();
      running.add(promise);
      try {
        return await promise;
      } finally {
        running.delete(promise);
      }
    },
    linger(work) {
      running.add(work);
      const forget = (): void => void running.delete(work);
      work.then(forget, forget);
    },
    end: () => (ended ??= settle()),
  };
}
