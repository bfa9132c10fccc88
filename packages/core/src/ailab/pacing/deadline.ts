import { AbortedError } from '../../errors/call-errors.ts';
import type { Billed, SlimFaceError } from '../../errors/slim-face-error.ts';
import { onAbort } from '../../on-abort.ts';
import { UpstreamTimeoutError } from '../../errors/upstream-errors.ts';

/** Reason of a signal whose time is up. */
class TimeUp extends Error {
  readonly expected: string;

  constructor(expected: string) {
    super(`Expected ${expected}`);
    this.expected = expected;
  }
}

/** A signal that is aborted when its time is up, or with the signal that it hangs on. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds left, 0 when time is up. */
  left(): number;
  /** Aborts the signal before its time. */
  abort(): void;
  /** Takes the timer and the listener away; to be called when the work is over, however it ended. */
  clear(): void;
}

/**
 * Starts a clock. Not `AbortSignal.any` and `AbortSignal.timeout`: what those leave behind on a signal that lives long is
 * only collected later, if at all.
 *
 * @param expected what should have happened by then, e.g. `'an answer within 100 ms'`
 */
export function startDeadline(ms: number, expected: string, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const endsAt = performance.now() + ms;
  const timer = setTimeout(() => controller.abort(new TimeUp(expected)), ms);
  const forget = outer && onAbort(outer, () => controller.abort(outer.reason));
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    left: () => Math.max(0, endsAt - performance.now()),
    clear() {
      clearTimeout(timer);
      forget?.();
    },
  };
}

/** Starts the clock of one try. */
export function startTry({ timeoutMs }: { timeoutMs: number }, outer: AbortSignal): Deadline {
  return startDeadline(timeoutMs, `an answer within ${timeoutMs} ms`, outer);
}

/** Whether a signal was aborted because time was up, and not by the caller. */
export function isTimeUp(signal: AbortSignal): boolean {
  return signal.reason instanceof TimeUp;
}

/** The error for work that ended because its signal was aborted. */
export function toAbortError({ reason }: AbortSignal, billed: Billed = 'no'): SlimFaceError {
  if (!(reason instanceof TimeUp)) return new AbortedError({ cause: reason, billed });
  const paid = billed === 'unknown' ? '; the image had been sent, so the call may have been paid for' : '';
  return new UpstreamTimeoutError(`Expected ${reason.expected} but none came${paid}`, { billed });
}
