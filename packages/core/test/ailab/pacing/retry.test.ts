import { BusyError, InternalError, UpstreamUnavailableError, type SlimFaceError } from '@slimface/core';
import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readRetryAfter, withRetries, type Failure, type RetryPolicy } from '../../../src/ailab/pacing/retry.ts';

const policy: RetryPolicy = { maxRetries: 2, retryUnknown: false, retryDelayMs: 4, maxRetryDelayMs: 16, retryBudgetMs: 1000 };
const failure = (error: SlimFaceError = new BusyError('busy'), fields: Partial<Failure> = {}): Failure => ({ ok: false, error, retry: 'backoff', ...fields });

/** Runs tries that all fail, and gives how many there were and the pauses between them. */
async function run(outcome: Failure, changes: Partial<RetryPolicy> = {}, left = () => Infinity) {
  const pauses: number[] = [];
  let tries = 0;
  const { signal } = new AbortController();
  const call = withRetries(async () => (tries++, outcome), { ...policy, ...changes }, { signal, left, onRetry: ({ delayMs }) => pauses.push(delayMs) });
  expect(await call.catch((error: unknown) => error)).toBe(outcome.error);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  return { tries, pauses };
}

afterEach(() => void vi.restoreAllMocks());

describe('how often', () => {
  const lost = new UpstreamUnavailableError('lost', { billed: 'unknown' });
  it.each<[string, Failure, Partial<RetryPolicy>, number]>([
    ['tries three times by default', failure(), {}, 3],
    ['tries once without retries', failure(), { maxRetries: 0 }, 1],
    ['tries as often as it is told', failure(), { maxRetries: 5 }, 6],
    ['repeats once what may pass', failure(undefined, { retry: 'once' }), {}, 2],
    ['repeats not even that without retries', failure(undefined, { retry: 'once' }), { maxRetries: 0 }, 1],
    ['never repeats what does not pass', failure(undefined, { retry: 'never' }), {}, 1],
    ['never repeats what may have been paid for', failure(lost), {}, 1],
    ['repeats it when it may', failure(lost), { retryUnknown: true }, 3],
  ])('%s', async (_, outcome, changes, tries) => expect((await run(outcome, changes)).tries).toBe(tries));
});

describe('pauses', () => {
  it('are drawn from 0 to a bound that doubles, up to the longest', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect((await run(failure(), { maxRetries: 5 })).pauses).toEqual([2, 4, 8, 8, 8]);
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect((await run(failure())).pauses).toEqual([0, 0]);
  });

  it('are what the other side asks for, up to the longest', async () => {
    expect((await run(failure(undefined, { retryAfterMs: 5 }))).pauses).toEqual([5, 5]);
    expect((await run(failure(undefined, { retryAfterMs: 3_600_000 }))).pauses).toEqual([16, 16]);
  });

  it('are not begun beyond the budget, nor beyond the time that is left', async () => {
    expect((await run(failure(undefined, { retryAfterMs: 10 }), { maxRetries: 9, retryBudgetMs: 25 })).pauses).toEqual([10, 10]);
    expect((await run(failure(undefined, { retryAfterMs: 10 }), {}, () => 10)).tries).toBe(1);
  });

  it('end at once when the signal is aborted', async () => {
    const stop = new AbortController();
    const call = withRetries(async () => failure(undefined, { retryAfterMs: 60_000 }), { ...policy, maxRetryDelayMs: 60_000, retryBudgetMs: 60_000 }, { signal: stop.signal, left: () => Infinity, onRetry: () => stop.abort('enough') });
    await expect(call).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough', billed: 'no' });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});

it('gives the first success', async () => {
  const { signal } = new AbortController();
  const tries = [failure(), { ok: true as const, value: 'done' }, failure(new InternalError('too far'))];
  const value = await withRetries(async (attempt) => tries[attempt - 1]!, { ...policy, retryDelayMs: 0 }, { signal, left: () => Infinity, onRetry: () => {} });
  expect(value).toBe('done');
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  it.each<[string, Record<string, string | string[]>, number | undefined]>([
    ['seconds', { 'retry-after': '3' }, 3000],
    ['fractions of a second', { 'retry-after': '0.25' }, 250],
    ['nothing to wait for', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' }, 10_000],
    ['a date that is past', { 'retry-after': 'Fri, 02 Jan 2026 03:04:00 GMT' }, 0],
    ['milliseconds', { 'retry-after-ms': '40', 'retry-after': '3' }, 40],
    ['less than nothing', { 'retry-after': '-5' }, undefined],
    ['a word', { 'retry-after': 'soon' }, undefined],
    ['nothing at all', { 'retry-after': '' }, undefined],
    ['two of them', { 'retry-after': ['1', '2'] }, undefined],
    ['no header', {}, undefined],
  ])('is read from %s', (_, headers, expected) => expect(readRetryAfter(headers, now)).toBe(expected));
});
