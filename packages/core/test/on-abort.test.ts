import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { onAbort } from '../src/on-abort.ts';

describe('onAbort', () => {
  it('calls its listener once, and is forgotten', () => {
    const controller = new AbortController();
    const [listener, other] = [vi.fn<() => void>(), vi.fn<() => void>()];
    onAbort(controller.signal, listener);
    onAbort(controller.signal, other)();
    controller.abort();
    expect([listener.mock.calls.length, other.mock.calls.length]).toEqual([1, 0]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('calls it at once when the signal is aborted already', () => {
    const listener = vi.fn<() => void>();
    onAbort(AbortSignal.abort(), listener)();
    expect(listener).toHaveBeenCalledOnce();
  });
});
