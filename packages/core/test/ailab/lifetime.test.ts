import { describe, expect, it, vi } from 'vitest';
import { createLifetime } from '../../src/ailab/lifetime.ts';

describe('a lifetime', () => {
  it('ends after the work under way, however that ends, and frees once', async () => {
    const order: string[] = [];
    const { track, end } = createLifetime(async () => void order.push('freed'));
    let fail: (error: Error) => void = () => {};
    const work = track(() => new Promise((_, reject) => (fail = reject))).catch(() => order.push('failed'));
    const ends = [end(), end()];
    fail(new Error('broken'));
    await Promise.all([work, ...ends]);
    expect(order).toEqual(['failed', 'freed']);
  });

  it('takes no work after its end', async () => {
    const { track, end } = createLifetime(async () => {});
    await end();
    const work = vi.fn<() => Promise<void>>();
    await expect(track(work)).rejects.toMatchObject({ code: 'INTERNAL', message: 'Expected an open client but it was closed' });
    expect(work).not.toHaveBeenCalled();
  });
});
