import { InsufficientCreditsError, UpstreamProtocolError, UpstreamTimeoutError, UpstreamUnavailableError } from '@slimface/core';
import type { GatewayBuilder } from '../builder.ts';

/** Adds the types of what can go wrong with an engine that is far away. */
export function addUpstreamErrors(builder: GatewayBuilder): void {
  builder.objectType(InsufficientCreditsError, {
    name: 'InsufficientCreditsError',
    description: "The gateway's account at the remote engine has too few credits. Who runs the gateway has to buy some.",
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
}
