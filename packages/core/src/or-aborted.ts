import { AbortedError } from './errors/call-errors.ts';
import type { Billed } from './errors/slim-face-error.ts';
import { onAbort } from './on-abort.ts';

/**
 * Waits for a promise, but no longer than until the signal is aborted. The work behind the promise goes on by itself;
 * its outcome is dropped then, a rejection too. No listener stays on the signal.
 *
 * @param billed what the work may have cost when the signal is aborted meanwhile
 * @throws {AbortedError} the signal was aborted, before or meanwhile; its reason is the `cause`
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, billed: Billed = 'no'): Promise<T> {
  if (signal === undefined) return promise;
  promise.catch(() => {});
  if (signal.aborted) throw new AbortedError({ cause: signal.reason });
  let forget = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    forget = onAbort(signal, () => reject(new AbortedError({ cause: signal.reason, billed })));
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    forget();
  }
}
