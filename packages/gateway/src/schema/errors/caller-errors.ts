import {
  BusyError,
  FaceTooSmallError,
  FaceUnusableError,
  FileTooLargeError,
  InsufficientCreditsError,
  InternalError,
  InvalidInputError,
  InvalidSlimDegreeError,
  NoFaceError,
  RateLimitedError,
  ResolutionOutOfRangeError,
  ResultExpiredError,
  ResultUnavailableError,
  TooManyFacesError,
  UnauthorizedError,
  UnreadableImageError,
  UnsupportedFormatError,
  UploadInterruptedError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '@slimface/core';
import type { SlimFaceErrorClass } from './slim-face-error.ts';

// FORBIDDEN and ABORTED are in none of these lists: toCallerError gives both out as something else.

const imageErrors = [FileTooLargeError, UnsupportedFormatError, UnreadableImageError, ResolutionOutOfRangeError];
const faceErrors = [NoFaceError, TooManyFacesError, FaceTooSmallError, FaceUnusableError];
const upstreamErrors = [InsufficientCreditsError, UpstreamUnavailableError, UpstreamTimeoutError, UpstreamProtocolError];

/** What can come of the way of any photo. A rate can also be limited by a remote engine. */
const wayErrors = [BusyError, RateLimitedError, InvalidInputError, UploadInterruptedError, InternalError];

/** Members of `SlimFacesItem`: what can come of one photo that its caller may send. */
export const photoErrors: readonly SlimFaceErrorClass[] = [...wayErrors, ...imageErrors, ...faceErrors, ...upstreamErrors, ResultUnavailableError];

/** Members of `SlimFaceResult`. */
export const slimFaceErrors: readonly SlimFaceErrorClass[] = [UnauthorizedError, InvalidSlimDegreeError, ...photoErrors];

/** Members of `SlimFacesResult`: what can be wrong with all photos at once. */
export const slimFacesErrors: readonly SlimFaceErrorClass[] = [UnauthorizedError, RateLimitedError, InvalidSlimDegreeError, InvalidInputError, InternalError];

/** Members of `DetectFacesResult`. */
export const detectFacesErrors: readonly SlimFaceErrorClass[] = [UnauthorizedError, ...wayErrors, ...imageErrors];

/** Members of `SlimmedImageResult`. */
export const lookupErrors: readonly SlimFaceErrorClass[] = [UnauthorizedError, InternalError, ResultExpiredError, ResultUnavailableError];
