import { AbortedError, ForbiddenError, InternalError, ResultUnavailableError, SlimFaceError, UploadInterruptedError } from '@slimface/core';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from './context.ts';
import { loggableError } from './observe/loggable-error.ts';

/**
 * What a caller may see of an error: those that concern callers as they are, all others logged and told without their
 * details. A fault of the request itself is a `GraphQLError` by then and stays one. What an engine said, and why a result
 * is unavailable, is in the cause and logged too.
 */
export function toCallerError(error: unknown, { logger, requestId }: Pick<GatewayContext, 'logger' | 'requestId'>): SlimFaceError | GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof AbortedError) return new UploadInterruptedError('the client disconnected', { cause: error });
  if (error instanceof SlimFaceError && !isOurs(error)) {
    if (error instanceof ResultUnavailableError && error.cause !== undefined) logger.error({ requestId, err: loggableError(error) }, 'result unavailable');
    else if (error.cause instanceof SlimFaceError) logger.error({ requestId, err: loggableError(error) }, 'engine failed');
    return error;
  }
  logger.error({ requestId, err: loggableError(error) }, 'operation failed');
  return new InternalError(`Expected to work on the photo but something failed on our side (request ${requestId})`, { cause: error });
}

function isOurs(error: SlimFaceError): boolean {
  return error instanceof InternalError || error instanceof ForbiddenError;
}
