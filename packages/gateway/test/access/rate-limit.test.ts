import { InvalidInputError, RateLimitedError } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../src/access/caller.ts';
import { createRateLimit } from '../../src/access/rate-limit.ts';

const web: Caller = { name: 'web', countedAs: 'web' };
const batch: Caller = { name: 'batch', countedAs: 'batch' };
const address = (n: number): Caller => ({ name: 'anonymous', countedAs: `anonymous ${n}` });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('createRateLimit', () => {
  it('lets each caller send its photos, and says when it can send more', async () => {
    const { count } = createRateLimit({ photosPerMinute: 3 });
    await count(web, 1);
    vi.advanceTimersByTime(20_500);
    await count(web, 2);
    await expect(count(web, 1)).rejects.toEqual(new RateLimitedError('Expected at most 3 photos a minute but received more; try again in 40 s', { retryAfter: 40 }));
    await count(batch, 3);
    vi.advanceTimersByTime(39_400);
    await expect(count(web, 1)).rejects.toMatchObject({ retryAfter: 1, retryable: true });
    vi.advanceTimersByTime(100);
    await count(web, 3);
    await expect(count(web, 1)).rejects.toBeInstanceOf(RateLimitedError);
  });

  it('does not count what it refuses', async () => {
    const { count } = createRateLimit({ photosPerMinute: 5 });
    await count(web, 3);
    await expect(count(web, 3)).rejects.toBeInstanceOf(RateLimitedError);
    await count(web, 2);
    await expect(count(web, 1)).rejects.toBeInstanceOf(RateLimitedError);
  });

  it('says so when as many photos at once can never be sent', async () => {
    const { count } = createRateLimit({ photosPerMinute: 5 });
    await expect(count(web, 6)).rejects.toEqual(new InvalidInputError('at most 5 photos at once, as many as a caller may send in a minute,', 6));
    await count(web, 5);
  });

  it('counts nothing when told so', async () => {
    const { count } = createRateLimit({ photosPerMinute: 0 });
    for (let i = 0; i < 1000; i++) await count(web, 10);
  });

  it('bounds its memory: counts the callers beyond a number together, until the others have left', async () => {
    const { count } = createRateLimit({ photosPerMinute: 1, maxCallers: 100 });
    for (let i = 0; i < 100; i++) await count(address(i), 1);
    await count(address(100), 1);
    await expect(count(address(101), 1)).rejects.toBeInstanceOf(RateLimitedError);
    await expect(count(address(0), 1)).rejects.toBeInstanceOf(RateLimitedError);
    vi.advanceTimersByTime(60_000);
    await count(address(101), 1);
    await count(address(102), 1);
  });
});
