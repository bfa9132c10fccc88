import { UploadInterruptedError } from '@slimface/core';
import type { GraphQLError } from 'graphql';
import { createGraphQLError } from 'graphql-yoga';
import { BodyFault } from './body-fault.ts';

/** The multipart request breaks the GraphQL multipart request specification: HTTP 400. */
export function badMultipart(message: string): GraphQLError {
  return createGraphQLError(message, { extensions: { code: 'BAD_MULTIPART_REQUEST', retryable: false, http: { status: 400 } } });
}

/** The request is longer than any request may be: HTTP 413. */
export function payloadTooLarge(message: string): GraphQLError {
  return createGraphQLError(message, { extensions: { code: 'PAYLOAD_TOO_LARGE', retryable: false, http: { status: 413 } } });
}

/** For an error within an operation: what is wrong with the request itself is an error of all of it. */
export function toOperationError(error: unknown): unknown {
  if (!(error instanceof BodyFault)) return error;
  return error.kind === 'malformed' ? badMultipart(error.message) : payloadTooLarge(error.message);
}

/** For an error before there is an operation: nothing else can tell of it. */
export function toRequestError(error: unknown): unknown {
  if (!(error instanceof UploadInterruptedError)) return toOperationError(error);
  const { message, code, retryable } = error;
  return createGraphQLError(message, { extensions: { code, retryable, http: { status: 400 } } });
}
