import { ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';

/** Adds the types of why a photo that was slimmed cannot be had. */
export function addResultErrors(builder: GatewayBuilder): void {
  builder.objectType(ResultExpiredError, {
    name: 'ResultExpiredError',
    description: 'The slimmed photo was kept for its time and is gone. Slim the original again.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({ expiredAt: t.expose('expiredAt', { type: 'DateTime', description: 'When its time was over.' }) }),
  });

  builder.objectType(ResultUnavailableError, {
    name: 'ResultUnavailableError',
    description: 'The photo was slimmed, but the result could not be fetched from a remote engine, could not be kept, or had to make room before its time was over.',
    interfaces: ['SlimFaceError'],
  });
}
