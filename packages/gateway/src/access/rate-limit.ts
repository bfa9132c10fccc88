import { InvalidInputError, RateLimitedError } from '@slimface/core';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from './caller.ts';

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

const SECONDS = 60;

/**
 * @param options.photosPerMinute of each caller, the minute beginning with its first photo; 0 for no limit
 * @param options.maxCallers that are counted one by one within a minute; only addresses can be more, and those beyond share one count
 */
export function createRateLimit({ photosPerMinute, maxCallers = 10_000 }: { photosPerMinute: number; maxCallers?: number }): RateLimit {
  if (photosPerMinute === 0) return noRateLimit;
  const limiter = new RateLimiterMemory({ points: photosPerMinute, duration: SECONDS });
  const nameOf = createRoster(maxCallers);
  return {
    async count({ countedAs }, photos) {
      if (photos > photosPerMinute) throw new InvalidInputError(`at most ${photosPerMinute} photos at once, as many as a caller may send in a minute,`, photos);
      const name = nameOf(countedAs);
      try {
        await limiter.consume(name, photos);
      } catch (refusal) {
        await limiter.reward(name, photos);
        const retryAfter = Math.max(1, Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000));
        throw new RateLimitedError(`Expected at most ${photosPerMinute} photos a minute but received more; try again in ${retryAfter} s`, { retryAfter });
      }
    },
  };
}

/** Bounds the memory that counting takes: gives a caller's own name, or a common one to all for whom there is no room. */
function createRoster(maxCallers: number): (countedAs: string) => string {
  const leaving = new Map<string, number>(); // in the order in which they came
  return (countedAs) => {
    const now = performance.now();
    for (const [name, at] of leaving) {
      if (at > now) break;
      leaving.delete(name);
    }
    if (leaving.has(countedAs)) return countedAs;
    if (leaving.size >= maxCallers) return 'everybody else';
    leaving.set(countedAs, now + SECONDS * 1000);
    return countedAs;
  };
}
