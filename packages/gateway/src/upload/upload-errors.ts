import type { GraphQLError } from 'graphql';
import { createGraphQLError } from 'graphql-yoga';

/** The multipart request breaks the GraphQL multipart request specification: HTTP 400. */
export function badMultipart(message: string): GraphQLError {
  return createGraphQLError(message, { extensions: { code: 'BAD_MULTIPART_REQUEST', retryable: false, http: { status: 400 } } });
}

/** The request is longer than any request may be: HTTP 413. */
export function payloadTooLarge(message: string): GraphQLError {
  return createGraphQLError(message, { extensions: { code: 'PAYLOAD_TOO_LARGE', retryable: false, http: { status: 413 } } });
}

/** The rest of the body does not come: HTTP 400, should anyone still listen. */
export function uploadInterrupted(reason: string): GraphQLError {
  return createGraphQLError(`Expected a complete upload but ${reason}`, {
    extensions: { code: 'UPLOAD_INTERRUPTED', retryable: true, http: { status: 400 } },
  });
}

/** No memory is left for another upload at the moment: HTTP 503 with `retry-after`. */
export function busy(message: string, retryAfterSeconds: number): GraphQLError {
  return createGraphQLError(message, {
    extensions: { code: 'BUSY', retryable: true, retryAfterSeconds, http: { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } } },
  });
}
