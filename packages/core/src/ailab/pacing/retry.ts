import { setTimeout as pause } from 'node:timers/promises';
import type { Billed, SlimFaceError } from '../../errors/slim-face-error.ts';
import { toAbortError } from './deadline.ts';

/** Whether a failed try is worth another one. */
export type RetryAdvice = 'never' | 'once' | 'backoff';

/** How a try ended. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure;

/** A try that failed. */
export interface Failure {
  readonly ok: false;
  readonly error: SlimFaceError;
  readonly retry: RetryAdvice;
  /** Pause that the other side asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** When to try again. */
export interface RetryPolicy {
  readonly maxRetries: number;
  /** Whether to repeat what may have been paid for. */
  readonly retryUnknown: boolean;
  /** First, longest and summed pause in milliseconds. */
  readonly retryDelayMs: number;
  readonly maxRetryDelayMs: number;
  readonly retryBudgetMs: number;
}

/** Surroundings of the tries. */
export interface RetryContext {
  readonly signal: AbortSignal;
  /** Milliseconds that the call has left: a pause that would outlast it is not begun. */
  left(): number;
  onRetry(next: { attempt: number; delayMs: number; error: SlimFaceError }): void;
}

/**
 * Tries until a try succeeds or no other one is allowed, and then throws what the last try failed with.
 * Pauses follow "full jitter": drawn evenly from 0 to a bound that doubles with each retry
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param tryOnce gets the number of the try, from 1; it never rejects
 * @throws {SlimFaceError} the last failure
 * @throws {AbortedError | UpstreamTimeoutError} the signal was aborted during a pause
 */
export async function withRetries<T>(tryOnce: (attempt: number) => Promise<Outcome<T>>, policy: RetryPolicy, context: RetryContext): Promise<T> {
  let waited = 0;
  let mayBePaid = false;
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(attempt);
    if (outcome.ok) return outcome.value;
    const { error } = outcome;
    mayBePaid ||= error.billed === 'unknown';
    // That this try was free does not undo an earlier one.
    if (mayBePaid && error.billed === 'no') Object.defineProperty(error, 'billed', { value: 'unknown' satisfies Billed });
    if (context.signal.aborted || !mayRetry(outcome, attempt, policy)) throw error;
    const delayMs = pauseBefore(attempt, outcome, policy);
    if (waited + delayMs > policy.retryBudgetMs || delayMs >= context.left()) throw error;
    waited += delayMs;
    context.onRetry({ attempt: attempt + 1, delayMs, error });
    await pause(delayMs, undefined, { signal: context.signal }).catch(() => {
      throw toAbortError(context.signal, error.billed);
    });
  }
}

function mayRetry({ error, retry }: Failure, attempt: number, { maxRetries, retryUnknown }: RetryPolicy): boolean {
  if (retry === 'never' || (error.billed === 'unknown' && !retryUnknown)) return false;
  return attempt <= (retry === 'once' ? Math.min(1, maxRetries) : maxRetries);
}

function pauseBefore(attempt: number, { retryAfterMs }: Failure, { retryDelayMs, maxRetryDelayMs }: RetryPolicy): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, maxRetryDelayMs);
  return Math.random() * Math.min(retryDelayMs * 2 ** (attempt - 1), maxRetryDelayMs);
}

/**
 * Pause that an answer asks for, in milliseconds: `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3), or
 * `retry-after-ms`. Undefined when it asks for none, or for none that can be read.
 */
export function readRetryAfter(headers: Readonly<Record<string, string | string[] | undefined>>, now: number = Date.now()): number | undefined {
  const milliseconds = toNumber(headers['retry-after-ms']);
  if (milliseconds !== undefined) return milliseconds;
  const value = headers['retry-after'];
  const seconds = toNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  const date = typeof value === 'string' && /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function toNumber(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\s*\d{1,10}(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
