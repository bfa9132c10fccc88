import { UpstreamTimeoutError, type SlimFaceError } from '@slimface/core';

/** The time that a call has. */
export interface Deadline {
  /** Aborted when the time is up, or with the signal of the caller. */
  readonly signal: AbortSignal;
  /** Tells an abort for want of time from the caller's: the former becomes an `UpstreamTimeoutError`. */
  explain(error: SlimFaceError): SlimFaceError;
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
      if (error.code !== 'ABORTED' || error.cause !== timeUp) return error;
      return new UpstreamTimeoutError(`Expected the step to end within ${timeout} ms but it did not`, { cause: timeUp, billed: error.billed });
    },
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onOuterAbort);
    },
  };
}
