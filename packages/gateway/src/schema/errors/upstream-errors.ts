import {
  BusyError,
  InsufficientCreditsError,
  RateLimitedError,
  ResultUnavailableError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';
import type { SlimFaceErrorClass } from './slim-face-error.ts';

/**
 * Errors of an engine that is busy, or far away. `UNAUTHORIZED` and `FORBIDDEN` are not among them: they are about
 * the gateway's own key, which is nothing that a caller could mend.
 */
export const upstreamErrors: readonly SlimFaceErrorClass[] = [
  BusyError,
  RateLimitedError,
  InsufficientCreditsError,
  UpstreamUnavailableError,
  UpstreamTimeoutError,
  UpstreamProtocolError,
  ResultUnavailableError,
];

/** Adds the types of `upstreamErrors`. */
export function addUpstreamErrors(builder: GatewayBuilder): void {
  const retryAfterDescription = 'Whole seconds to wait before the same request can succeed; null when that is not known.';

  builder.objectType(BusyError, {
    name: 'BusyError',
    description: 'All capacity is taken at the moment.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      retryAfterSeconds: t.int({ nullable: true, description: retryAfterDescription, resolve: wholeSeconds }),
    }),
  });

  builder.objectType(RateLimitedError, {
    name: 'RateLimitedError',
    description: 'Too many requests in a given time.',
    interfaces: ['SlimFaceError'],
    fields: (t) => ({
      retryAfterSeconds: t.int({ nullable: true, description: retryAfterDescription, resolve: wholeSeconds }),
    }),
  });

  builder.objectType(InsufficientCreditsError, {
    name: 'InsufficientCreditsError',
    description: "The gateway's account at the remote engine has too few credits.",
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(UpstreamUnavailableError, {
    name: 'UpstreamUnavailableError',
    description: 'The remote engine could not be reached or failed on its side.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(UpstreamTimeoutError, {
    name: 'UpstreamTimeoutError',
    description: 'The remote engine did not answer in time.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(UpstreamProtocolError, {
    name: 'UpstreamProtocolError',
    description: 'The remote engine gave an answer that nobody can read.',
    interfaces: ['SlimFaceError'],
  });

  builder.objectType(ResultUnavailableError, {
    name: 'ResultUnavailableError',
    description: 'The remote engine slimmed the photo, but the result could not be fetched from it.',
    interfaces: ['SlimFaceError'],
  });
}

function wholeSeconds({ retryAfter }: { retryAfter?: number }): number | null {
  return retryAfter === undefined ? null : Math.ceil(retryAfter);
}
