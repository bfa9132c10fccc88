import { InvalidInputError, InvalidSlimDegreeError } from '../../errors/call-errors.ts';
import { FaceTooSmallError, FaceUnusableError, NoFaceError, TooManyFacesError } from '../../errors/face-errors.ts';
import { FileTooLargeError, ResolutionOutOfRangeError, UnreadableImageError, UnsupportedFormatError } from '../../errors/image-errors.ts';
import type { SlimFaceError } from '../../errors/slim-face-error.ts';
import {
  BusyError,
  ForbiddenError,
  InsufficientCreditsError,
  RateLimitedError,
  UnauthorizedError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  type RetryAfterOptions,
} from '../../errors/upstream-errors.ts';
import { apiRequirements } from '../../requirements.ts';
import type { RefusalErrorCode } from './error-codes.ts';
import type { SentImage } from './refusal.ts';

/**
 * The API's limits as strictly as its documents can be read. `apiRequirements` has the wider reading; once the API has
 * refused what that allows, this is the one that holds.
 */
const strictMaxBytes = 6_000_000;
const strictSides = { minSide: 129, maxSide: 4999 };

/**
 * Creates the error for a refusal, in our words; those of the API are put behind them by the errors themselves.
 *
 * @param status what to tell of the answer, as an HTTP status
 * @param sent what was refused; undefined for a call without an image
 */
export function createRefusalError(code: RefusalErrorCode, status: number, sent: SentImage | undefined, options: RetryAfterOptions): SlimFaceError {
  switch (code) {
    case 'INVALID_INPUT':
      return new InvalidInputError('status 200 from the API', status, options);
    case 'UNAUTHORIZED':
      return new UnauthorizedError('Expected a valid API key but the API refused it', options);
    case 'FORBIDDEN':
      return new ForbiddenError('Expected a call that the account may make but the API refused it', options);
    case 'INSUFFICIENT_CREDITS':
      return new InsufficientCreditsError('Expected enough credits for the call but the account has too few', options);
    case 'RATE_LIMITED':
      return new RateLimitedError('Expected fewer calls in this time but the API refused this one', options);
    case 'BUSY':
      return new BusyError('Expected free capacity but the API has none at the moment', options);
    case 'UPSTREAM_UNAVAILABLE':
      return new UpstreamUnavailableError(`Expected a result but the API failed with status ${status}`, options);
    case 'UPSTREAM_TIMEOUT':
      return new UpstreamTimeoutError('Expected a result in time but the API took too long', options);
    case 'UPSTREAM_PROTOCOL':
      return protocolError(status, options);
    default:
      // Without an image, nothing about one can be meant.
      return sent === undefined ? protocolError(status, options) : createImageError(code, sent, options);
  }
}

type ImageErrorCode = Extract<
  RefusalErrorCode,
  'INVALID_SLIM_DEGREE' | 'FILE_TOO_LARGE' | 'UNSUPPORTED_FORMAT' | 'UNREADABLE_IMAGE' | 'RESOLUTION_OUT_OF_RANGE' | 'NO_FACE' | 'TOO_MANY_FACES' | 'FACE_TOO_SMALL' | 'FACE_UNUSABLE'
>;

function createImageError(code: ImageErrorCode, sent: SentImage, options: RetryAfterOptions): SlimFaceError {
  const { maxFaces, minFaceSide, minSlimDegree, maxSlimDegree } = apiRequirements;
  const { byteSize, slimDegree, mediaType = null } = sent;
  switch (code) {
    case 'INVALID_SLIM_DEGREE':
      return new InvalidSlimDegreeError(
        { received: slimDegree, min: minSlimDegree, max: maxSlimDegree },
        { ...options, message: `Expected a slimDegree that the API takes but it refused ${slimDegree}` },
      );
    case 'FILE_TOO_LARGE':
      return createSizeError(byteSize, options);
    case 'UNSUPPORTED_FORMAT':
      return createFormatError(mediaType, options);
    case 'UNREADABLE_IMAGE':
      return new UnreadableImageError('the API could not read it', options);
    case 'RESOLUTION_OUT_OF_RANGE':
      return createResolutionError(sent, options);
    case 'NO_FACE':
      return new NoFaceError(options);
    case 'TOO_MANY_FACES':
      return new TooManyFacesError({ max: maxFaces }, options);
    case 'FACE_TOO_SMALL':
      return new FaceTooSmallError({ minFaceSide }, options);
    case 'FACE_UNUSABLE':
      return new FaceUnusableError('the API could not work on what it found', options);
  }
}

/** What the API refuses although it keeps to the documented limits is not explained by these. */
function createSizeError(byteSize: number, options: RetryAfterOptions): SlimFaceError {
  const maxBytes = byteSize > apiRequirements.maxBytes ? apiRequirements.maxBytes : strictMaxBytes;
  const message = byteSize > maxBytes ? undefined : `Expected an image that is small enough for the API but it refused one of ${byteSize} bytes`;
  return new FileTooLargeError({ maxBytes, byteSize }, { ...options, ...(message !== undefined && { message }) });
}

function createFormatError(detected: string | null, options: RetryAfterOptions): SlimFaceError {
  const { mediaTypes: accepted } = apiRequirements;
  const isAccepted = accepted.some((mediaType) => mediaType === detected);
  const message = `Expected an image of a kind that the API takes but it refused this ${detected}`;
  return new UnsupportedFormatError({ accepted, detected }, { ...options, ...(isAccepted && { message }) });
}

function createResolutionError({ width, height }: SentImage, options: RetryAfterOptions): SlimFaceError {
  if (width === undefined || height === undefined) return new UnreadableImageError('the API does not accept its sides', options);
  const { minSide, maxSide } = apiRequirements;
  const isOutside = (least: number, most: number): boolean => Math.min(width, height) < least || Math.max(width, height) > most;
  const sides = isOutside(minSide, maxSide) ? { minSide, maxSide } : strictSides;
  const message = isOutside(sides.minSide, sides.maxSide) ? undefined : `Expected sides that the API takes but it refused ${width} x ${height} px`;
  return new ResolutionOutOfRangeError({ width, height, ...sides }, { ...options, ...(message !== undefined && { message }) });
}

function protocolError(status: number, options: RetryAfterOptions): SlimFaceError {
  return new UpstreamProtocolError(`Expected a documented answer but received status ${status}`, options);
}
