import { AbortedError } from '@slimface/core';

/**
 * Settles as `work` does, unless `signal` is aborted first. sharp has no way to be interrupted: what it has begun runs
 * to its end, unheeded.
 *
 * @throws {AbortedError} `signal` is or gets aborted; its `cause` is the signal's reason
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new AbortedError({ cause: signal.reason }));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
