import { getEventListeners } from 'node:events';
import { AbortedError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { untilAborted } from '../src/until-aborted.ts';

describe('untilAborted', () => {
  const never = new Promise<never>(() => {});

  it('settles as the work does and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const failure = new Error('broken');
    expect(await untilAborted(Promise.resolve(1), undefined)).toBe(1);
    expect(await untilAborted(Promise.resolve(2), signal)).toBe(2);
    await expect(untilAborted(Promise.reject(failure), signal)).rejects.toBe(failure);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('rejects with the reason as cause, at once, whatever the work does', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    const reason = new Error('the client left');
    controller.abort(reason);
    await expect(waiting).rejects.toThrow(AbortedError);
    await expect(waiting).rejects.toHaveProperty('cause', reason);
    await expect(untilAborted(Promise.resolve(1), controller.signal)).rejects.toHaveProperty('cause', reason);
    await expect(untilAborted(Promise.reject(new Error('late')), controller.signal)).rejects.toHaveProperty('cause', reason);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
