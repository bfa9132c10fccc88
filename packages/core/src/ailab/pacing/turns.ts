import PQueue from 'p-queue';

/** A limit on work at the same time; who has to wait is served in the order of arrival. */
export interface Turns {
  /**
   * Waits for a turn, which lasts until the function that it resolves with is called or `signal` is aborted.
   * @throws the signal's reason, when it was aborted before
   */
  take(signal: AbortSignal): Promise<() => void>;
}

/** @param concurrency turns at the same time, 1 or more */
export function createTurns(concurrency: number): Turns {
  const queue = new PQueue({ concurrency });
  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        queue.add(() => new Promise<void>((release) => resolve(release)), { signal }).catch(reject);
      }),
  };
}
