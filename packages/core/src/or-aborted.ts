import { AbortedError } from './errors/call-errors.ts';
import { onAbort } from './on-abort.ts';

/**
 * Waits for a promise, but no longer than until the signal is aborted. The work behind the promise goes on by itself;
 * its outcome is dropped then, a rejection too. No listener stays on the signal.
 *
 * @throws {AbortedError} the signal was aborted, before or meanwhile; its reason is the `cause`
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  promise.catch(() => {});
  if (signal.aborted) throw new AbortedError({ cause: signal.reason });
  let forget = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    forget = onAbort(signal, () => reject(new AbortedError({ cause: signal.reason })));
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    forget();
  }
}
