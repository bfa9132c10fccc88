import { AbortedError, InternalError, type SlimFaceError, UploadInterruptedError } from '@slimface/core';
import type { GatewayContext } from '../../context.ts';
import { loggableError } from '../../loggable-error.ts';
import { callErrors } from './call-errors.ts';
import { faceErrors } from './face-errors.ts';
import { imageErrors } from './image-errors.ts';
import type { SlimFaceErrorClass } from './slim-face-error.ts';
import { upstreamErrors } from './upstream-errors.ts';

/** Every error that is a member of `SlimFaceResult`. */
export const callerErrors: readonly SlimFaceErrorClass[] = [...imageErrors, ...faceErrors, ...callErrors, ...upstreamErrors];

/** What a caller may see of an error: those that concern callers as they are, all others logged and told without their details. */
export function toCallerError(error: unknown, { logger, requestId }: Pick<GatewayContext, 'logger' | 'requestId'>): SlimFaceError {
  if (error instanceof AbortedError) return new UploadInterruptedError('the client disconnected', { cause: error });
  const concernsCallers = !(error instanceof InternalError) && callerErrors.some((type) => error instanceof type);
  if (concernsCallers) return error as SlimFaceError;
  logger.error({ requestId, err: loggableError(error) }, 'slimFace failed');
  return new InternalError(`Expected to slim the photo but something failed on our side (request ${requestId})`, { cause: error });
}
