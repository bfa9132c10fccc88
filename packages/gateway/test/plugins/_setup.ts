import { apiRequirements, type FaceSlimmer } from '@slimface/core';
import type { GatewayOptions } from '../../src/index.ts';
import { type RunningGateway, startGateway } from '../_setup.ts';

/** An engine for requests that never get to one. */
export const noEngine: FaceSlimmer = {
  id: 'none',
  version: '1',
  requirements: apiRequirements,
  slim: () => Promise.reject(new Error('nobody should have asked this engine')),
  close: async () => {},
};

/** A gateway that is there at once: no model is loaded. */
export function startWithoutEngine(options: Partial<GatewayOptions> = {}): Promise<RunningGateway> {
  return startGateway({ slimmer: noEngine, ...options });
}

/** `part(0)`, `part(1)` and so on, with spaces between. */
export function times(count: number, part: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => part(i)).join(' ');
}

/** GraphQL's introspection query at every setting of its options. */
export const introspectionOptions = [
  {},
  { descriptions: false },
  { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true, experimentalDirectiveDeprecation: false },
  { inputValueDeprecation: true, oneOf: true, typeDepth: 100 },
];
