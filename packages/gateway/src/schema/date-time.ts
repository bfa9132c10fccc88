import { createGraphQLError } from 'graphql-yoga';
import type { GatewayBuilder } from './builder.ts';

/** Adds the scalar for moments; it only goes out. */
export function addDateTime(builder: GatewayBuilder): void {
  builder.scalarType('DateTime', {
    description: 'A moment in UTC as RFC 3339 writes it, e.g. `2026-01-31T12:00:00.000Z`.',
    serialize: (value) => value.toISOString(),
    parseValue: () => {
      throw createGraphQLError('DateTime is not accepted as input');
    },
  });
}
