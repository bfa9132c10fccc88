export type { Box, Face, FaceDegree, FaceName, FaceShape, FaceWarning, Point, SlimmedFace } from './face.ts';
export type { FaceSlimmer, ImageInput, PixelBuffer, PixelSlimmer, SlimmedImage, SlimmedPixels, SlimOptions } from './face-slimmer.ts';
export { isPixelSlimmer } from './face-slimmer.ts';
export { apiRequirements, checkRequirements, type ImageMediaType, type ImageRequirements } from './requirements.ts';
export { inspectImage, type ImageInfo } from './inspect-image.ts';
export { isJpegFrameHeader, jpegSegments, type JpegSegment } from './inspect/jpeg.ts';
export { pngChunks, pngSignatureLength, type PngChunk } from './inspect/png.ts';
export { webpChunks, webpFlags, type WebpChunk } from './inspect/webp.ts';
export { avifMeta, avifParts, avifPrimary, isoBoxes, type AvifPrimary, type IsoBox } from './inspect/avif.ts';
export { mostTiffEntries, readTiffDirectory, tiffByteOrder, tiffNumber, tiffTypeSizes, type TiffDirectory, type TiffEntry } from './inspect/tiff.ts';
export { withoutExifThumbnail } from './inspect/exif-thumbnail.ts';
export { hasXmpPictures, withoutXmpPictures } from './inspect/xmp-pictures.ts';
export { withoutExifPrefix } from './inspect/exif.ts';
export { orAborted } from './or-aborted.ts';
export { readImageInput } from './read-image-input.ts';
export { resolveFaceShape, shapeControls, type ResolvedFaceShape } from './face-shape.ts';
export { changesNothing, checkSignal, checkSlimDegree, resolveSlimOptions, slimDegreeRange, type FaceWish, type OwnFaceWish, type ResolvedSlimOptions } from './slim-options.ts';
export { createSlimmedImage, writeFileAtomically, type SlimmedImageFields } from './slimmed-image.ts';
export { SlimFaceError, type Billed, type SlimFaceErrorCode, type SlimFaceErrorOptions, type UpstreamRefusal } from './errors/slim-face-error.ts';
export { FileTooLargeError, ResolutionOutOfRangeError, UnreadableImageError, UnsupportedFormatError } from './errors/image-errors.ts';
export { FaceTooSmallError, FaceUnusableError, NoFaceError, TooManyFacesError } from './errors/face-errors.ts';
export { InWords } from './errors/describe.ts';
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
  type UpstreamProtocolOptions,
} from './errors/upstream-errors.ts';
export { ResultExpiredError, ResultUnavailableError, type ResultUnavailableOptions } from './errors/result-errors.ts';
export { createAilabClient, type AilabClient, type CreditsOptions } from './ailab/client.ts';
export type { AilabCallSettings, AilabClientOptions, AilabSlimOptions } from './ailab/client-options.ts';
export type { AilabSlimmedImage, FetchOptions } from './ailab/result/remote-image.ts';
export type { CachedSlimming, SlimmingCache } from './ailab/pacing/cache.ts';
export type { CreditPool, Credits } from './ailab/credits.ts';
export { ailabErrorCodes, isAilabErrorCode, type AilabErrorCategory, type AilabErrorCode, type AilabErrorCodeInfo, type RefusalErrorCode } from './ailab/answer/error-codes.ts';
export type { RetryAdvice } from './ailab/pacing/retry.ts';
export type { AilabEvent, AilabOperation, AttemptEvent, CacheEvent, Logger, RetryEvent, SharedEvent, WarningEvent } from './ailab/observe/events.ts';
export type { Dispatcher, DispatchedAnswer, DispatchOptions } from './ailab/dispatcher.ts';
