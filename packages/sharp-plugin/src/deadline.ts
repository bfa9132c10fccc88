import { AbortedError, SlimFaceError, UpstreamTimeoutError } from '@slimface/core';

/** The time that a call has. */
export interface Deadline {
  /** Aborted when the time is up, or with the signal of the caller. */
  readonly signal: AbortSignal;
  /**
   * What a failure means once the signal is aborted: an `UpstreamTimeoutError` when the time was up, else an `AbortedError`,
   * also where an engine rejected with something of its own.
   */
  explain(error: unknown): unknown;
  /** Takes the timer and the listener away. */
  clear(): void;
}

/**
 * Starts the clock of a call. Not `AbortSignal.any` and `AbortSignal.timeout`, which leave something behind on a signal
 * that outlives its calls.
 *
 * @param timeout in milliseconds; none for as long as it takes
 */
export function startDeadline(timeout: number | undefined, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const onOuterAbort = (): void => controller.abort(outer!.reason);
  if (outer?.aborted) onOuterAbort();
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  const timeUp = new DOMException('The time of the step is up', 'TimeoutError');
  const timer = timeout === undefined ? undefined : setTimeout(() => controller.abort(timeUp), timeout);
  return {
    signal: controller.signal,
    explain(error) {
      if (!controller.signal.aborted || (error instanceof SlimFaceError && error.code !== 'ABORTED')) return error;
      const aborted = error instanceof SlimFaceError ? error : new AbortedError({ cause: controller.signal.reason });
      if (controller.signal.reason !== timeUp) return aborted;
      const message = `Expected the step to end within ${timeout} ms but it did not`;
      return new UpstreamTimeoutError(message, { cause: timeUp, billed: aborted.billed });
    },
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onOuterAbort);
    },
  };
}
