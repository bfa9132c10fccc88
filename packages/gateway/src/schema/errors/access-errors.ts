import { BusyError, RateLimitedError, UnauthorizedError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';

/** Adds the types of what can stand before a photo's way: no key, a limit, no free place. */
export function addAccessErrors(builder: GatewayBuilder): void {
  builder.objectType(UnauthorizedError, {
    name: 'UnauthorizedError',
    description: 'The request carries no API key that is known. Nothing else of it was looked at.',
    interfaces: ['SlimFaceError'],
  });

  const retryAfter = 'Whole seconds to wait before the same request can succeed; null when a remote engine did not say.';

  builder.objectType(RateLimitedError, {
    name: 'RateLimitedError',
    description: 'Too many photos in a given time.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({ retryAfter: t.int({ nullable: true, description: retryAfter, resolve: wholeSeconds }) }),
  });

  builder.objectType(BusyError, {
    name: 'BusyError',
    description: 'All capacity is taken at the moment.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({ retryAfter: t.int({ nullable: true, description: retryAfter, resolve: wholeSeconds }) }),
  });
}

function wholeSeconds({ retryAfter }: { retryAfter?: number }): number | null {
  return retryAfter === undefined ? null : Math.ceil(retryAfter);
}
