import { InvalidInputError, RateLimitedError } from '@slimface/core';
import type { Caller } from './caller.ts';
import { createCountByName } from './count-by-name.ts';

/** Bounds how many photos each caller sends in a given time. */
export interface RateLimit {
  /**
   * Counts photos of a caller; those that are refused do not count.
   * @throws {RateLimitedError} with the whole seconds to wait, 1 or more
   * @throws {InvalidInputError} that many at once are never let through
   */
  count(caller: Caller, photos: number): Promise<void>;
}

/** Counts nothing. */
export const noRateLimit: RateLimit = { count: async () => {} };

/**
 * @param options.photosPerMinute of each caller, the minute beginning with its first photo; 0 for no limit
 * @param options.maxCallers that are counted one by one within a minute; only addresses can be more, and those beyond share one count
 */
export function createRateLimit({ photosPerMinute, maxCallers = 10_000 }: { photosPerMinute: number; maxCallers?: number }): RateLimit {
  if (photosPerMinute === 0) return noRateLimit;
  const count = createCountByName({ perMinute: photosPerMinute, maxNames: maxCallers });
  return {
    async count({ countedAs }, photos) {
      if (photos > photosPerMinute) throw new InvalidInputError(`at most ${photosPerMinute} photos at once, as many as a caller may send in a minute,`, photos);
      const retryAfter = await count(countedAs, photos);
      if (retryAfter === undefined) return;
      throw new RateLimitedError(`Expected at most ${photosPerMinute} photos a minute but received more; try again in ${retryAfter} s`, { retryAfter });
    },
  };
}
