import { SlimFaceError } from '@slimface/core';
import { GraphQLError } from 'graphql';
import { createGraphQLError, maskError } from 'graphql-yoga';
import { currentRequestId } from '../http/handle-request.ts';
import type { GatewayLogger } from '../observe/logger.ts';
import { toCallerError } from '../to-caller-error.ts';

/**
 * Turns what a resolver threw outside a union into what a caller may see. Errors that concern callers keep their code
 * and message; all others are logged and told as `INTERNAL`, with the id of the request for those who look into it.
 */
export function createMaskError({ logger }: { logger: GatewayLogger }): (error: unknown) => Error {
  return (error) => {
    if (maskError(error, '', false) === error) return error as Error; // GraphQL's own: a fault of the request
    const requestId = currentRequestId.getStore() ?? '';
    const seen = toCallerError(originOf(error), { logger, requestId });
    if (!(seen instanceof SlimFaceError)) return seen;
    const { code, retryable, message } = seen;
    const { nodes = null, path = null } = error instanceof GraphQLError ? error : {};
    if (code === 'INTERNAL') {
      // Yoga answers `unexpected` with HTTP 500 when there is nothing else to tell, and sends it to nobody.
      const extensions = { code, retryable, requestId, unexpected: true };
      return createGraphQLError(`Expected to answer but something failed on our side (request ${requestId})`, { nodes, path, extensions });
    }
    const retryAfter = 'retryAfter' in seen && typeof seen.retryAfter === 'number' ? { retryAfter: Math.ceil(seen.retryAfter) } : {};
    return createGraphQLError(message, { nodes, path, extensions: { code, retryable, ...retryAfter } });
  };
}

function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originOf(error.originalError) : error;
}
