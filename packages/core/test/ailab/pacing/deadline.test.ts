import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isTimeUp, startDeadline, toAbortError } from '../../../src/ailab/pacing/deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a deadline', () => {
  it('ends when its time is up', () => {
    const { signal, left } = startDeadline(100, 'an answer within 100 ms');
    vi.advanceTimersByTime(99);
    expect([signal.aborted, left()]).toEqual([false, 1]);
    vi.advanceTimersByTime(1);
    expect([signal.aborted, left(), isTimeUp(signal)]).toEqual([true, 0, true]);
    expect(toAbortError(signal)).toMatchObject({ code: 'UPSTREAM_TIMEOUT', billed: 'no', message: 'Expected an answer within 100 ms but none came' });
    expect(toAbortError(signal, 'unknown').message).toBe('Expected an answer within 100 ms but none came; the image had been sent, so the call may have been paid for');
  });

  it('ends with the signal that it hangs on', () => {
    const outer = new AbortController();
    const { signal } = startDeadline(100, 'an answer', outer.signal);
    outer.abort('enough');
    expect(isTimeUp(signal)).toBe(false);
    expect(toAbortError(signal, 'unknown')).toMatchObject({ code: 'ABORTED', cause: 'enough', billed: 'unknown' });
    expect(startDeadline(100, 'an answer', outer.signal).signal.aborted).toBe(true);
  });

  it('knows that time is up through another one', () => {
    const outer = startDeadline(10, 'a result within 10 ms');
    const inner = startDeadline(100, 'an answer within 100 ms', outer.signal);
    vi.advanceTimersByTime(10);
    expect(toAbortError(inner.signal)).toMatchObject({ code: 'UPSTREAM_TIMEOUT', message: 'Expected a result within 10 ms but none came' });
  });

  it('leaves neither timer nor listener behind', () => {
    const outer = new AbortController();
    const { clear } = startDeadline(100, 'an answer', outer.signal);
    expect([vi.getTimerCount(), getEventListeners(outer.signal, 'abort').length]).toEqual([1, 1]);
    clear();
    expect([vi.getTimerCount(), getEventListeners(outer.signal, 'abort').length]).toEqual([0, 0]);
  });
});
