import { InternalError } from '../errors/call-errors.ts';

/** The time from a client's first call to its `close()`. */
export interface Lifetime {
  /**
   * Runs work that `end()` waits for.
   * @throws {InternalError} the client was closed
   */
  track<T>(work: () => Promise<T>): Promise<T>;
  /** Accepts no more work, waits for what is under way, then runs `free`, once. */
  end(): Promise<void>;
}

/** @param free gives back what the work needed */
export function createLifetime(free: () => Promise<void>): Lifetime {
  const running = new Set<Promise<unknown>>();
  let ended: Promise<void> | undefined;

  async function settle(): Promise<void> {
    await Promise.allSettled(running);
    await free();
  }

  return {
    async track(work) {
      if (ended !== undefined) throw new InternalError('Expected an open client but it was closed');
      const promise = work();
      running.add(promise);
      try {
        return await promise;
      } finally {
        running.delete(promise);
      }
    },
    end: () => (ended ??= settle()),
  };
}
