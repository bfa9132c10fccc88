export type {
  Box,
  Face,
  FaceDegree,
  FaceSlimmer,
  ImageInput,
  PixelBuffer,
  PixelSlimmer,
  Point,
  SlimmedFace,
  SlimmedImage,
  SlimmedPixels,
  SlimOptions,
} from './face-slimmer.ts';
export { isPixelSlimmer } from './face-slimmer.ts';
export { apiRequirements, checkRequirements, type ImageMediaType, type ImageRequirements } from './requirements.ts';
export { inspectImage, type ImageInfo } from './inspect-image.ts';
export { isJpegFrameHeader, jpegSegments, type JpegSegment } from './inspect/jpeg.ts';
export { pngChunks, pngSignatureLength, type PngChunk } from './inspect/png.ts';
export { orAborted } from './or-aborted.ts';
export { readImageInput } from './read-image-input.ts';
export { checkSignal, checkSlimDegree, resolveSlimOptions, slimDegreeRange, type ResolvedSlimOptions } from './slim-options.ts';
export { createSlimmedImage, writeFileAtomically, type SlimmedImageFields } from './slimmed-image.ts';
export { SlimFaceError, type Billed, type SlimFaceErrorCode, type SlimFaceErrorOptions, type UpstreamRefusal } from './errors/slim-face-error.ts';
export { FileTooLargeError, ResolutionOutOfRangeError, UnreadableImageError, UnsupportedFormatError } from './errors/image-errors.ts';
export { FaceTooSmallError, FaceUnusableError, NoFaceError, TooManyFacesError } from './errors/face-errors.ts';
export { AbortedError, InternalError, InvalidInputError, InvalidSlimDegreeError, UploadInterruptedError } from './errors/call-errors.ts';
export {
  BusyError,
  ForbiddenError,
  InsufficientCreditsError,
  RateLimitedError,
  UnauthorizedError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  type RetryAfterOptions,
} from './errors/upstream-errors.ts';
export { ResultExpiredError, ResultUnavailableError } from './errors/result-errors.ts';
