import type { GraphQLError } from 'graphql';
import { createGraphQLError } from 'graphql-yoga';

/** The request asks for more than any honest one: HTTP 400, or 200 for a client that takes plain JSON only. */
export function tooComplex(message: string): GraphQLError {
  return createGraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX', retryable: false, http: { status: 400, spec: true } } });
}
