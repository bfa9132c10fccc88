import { UnauthorizedError } from '@slimface/core';
import type { GatewayContext } from '../context.ts';
import type { Caller } from './caller.ts';

/**
 * What is asked before anything of a request is looked at: a known key, and not too many photos under it.
 *
 * @throws {UnauthorizedError | RateLimitedError}; {InvalidInputError} more photos at once than the rate ever lets through
 */
export async function passGate(context: Pick<GatewayContext, 'caller' | 'rateLimit'>, photos: number): Promise<Caller> {
  const caller = requireCaller(context);
  await context.rateLimit.count(caller, photos);
  return caller;
}

/** @throws {UnauthorizedError} the request carries no key that is known */
export function requireCaller({ caller }: Pick<GatewayContext, 'caller'>): Caller {
  if (caller === undefined) throw new UnauthorizedError('Expected an API key of this gateway in the header x-api-key or authorization: Bearer but received none that is known');
  return caller;
}
