import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

const SECONDS = 60;

/** Bounds of a count. */
export interface CountLimits {
  /** Of each name, the minute beginning with the first. */
  readonly perMinute: number;
  /** Names that are counted one by one within a minute; those beyond share one count. */
  readonly maxNames: number;
}

/**
 * Counts under a name; what is over the limit does not count.
 * @returns whole seconds to wait, 1 or more; `undefined` within the limit
 */
export type CountByName = (name: string, amount: number) => Promise<number | undefined>;

/** Counts by name in the memory of the process, of which it takes a bounded share. */
export function createCountByName({ perMinute, maxNames }: CountLimits): CountByName {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: SECONDS });
  const nameFor = createRoster(maxNames);
  return async (given, amount) => {
    const name = nameFor(given);
    try {
      await limiter.consume(name, amount);
      return undefined;
    } catch (refusal) {
      await limiter.reward(name, amount);
      return Math.max(1, Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000));
    }
  };
}

/** Gives a name back, or a common one to all for which there is no room. */
function createRoster(maxNames: number): (name: string) => string {
  const leaving = new Map<string, number>(); // in the order in which they came
  return (given) => {
    const now = performance.now();
    for (const [name, at] of leaving) {
      if (at > now) break;
      leaving.delete(name);
    }
    if (leaving.has(given)) return given;
    if (leaving.size >= maxNames) return 'everybody else';
    leaving.set(given, now + SECONDS * 1000);
    return given;
  };
}
