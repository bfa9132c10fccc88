import * as core from '@slimface/core';
import type { SlimFaceError, SlimFaceErrorCode, SlimFaceErrorOptions } from '@slimface/core';

/** A class of the tree, as its users see it. */
export type ErrorClass = (new (...values: never[]) => SlimFaceError) & { readonly code: SlimFaceErrorCode };

/** How one class is made, with all of its own fields and with those that are always there, and what it says. */
interface Sample {
  message: string;
  full(options?: SlimFaceErrorOptions): SlimFaceError;
  /** Only for classes with optional fields. */
  bare?(): SlimFaceError;
}

const retryLater = 'Expected at most 5 calls a second';

/** Every class of the tree by its name. */
const samples: Record<string, Sample> = {
  FileTooLargeError: {
    message: 'Expected an image of at most 100 bytes but received 101 bytes',
    full: (options) => new core.FileTooLargeError({ maxBytes: 100, byteSize: 101 }, options),
    bare: () => new core.FileTooLargeError({ maxBytes: 100 }),
  },
  UnsupportedFormatError: {
    message: 'Expected an image of type image/jpeg or image/png but received image/gif',
    full: (options) => new core.UnsupportedFormatError({ accepted: ['image/jpeg', 'image/png'], detected: 'image/gif' }, options),
  },
  UnreadableImageError: {
    message: 'Expected a complete image but the file is empty (0 bytes)',
    full: (options) => new core.UnreadableImageError('the file is empty (0 bytes)', options),
  },
  ResolutionOutOfRangeError: {
    message: 'Expected sides of 128 to 5000 px but received 127 x 300 px',
    full: (options) => new core.ResolutionOutOfRangeError({ width: 127, height: 300, minSide: 128, maxSide: 5000 }, options),
  },
  NoFaceError: {
    message: 'Expected a photo with at least 1 face but found 0',
    full: (options) => new core.NoFaceError(options),
  },
  TooManyFacesError: {
    message: 'Expected at most 3 faces but found 4',
    full: (options) => new core.TooManyFacesError({ found: 4, max: 3 }, options),
    bare: () => new core.TooManyFacesError({ max: 3 }),
  },
  FaceTooSmallError: {
    message: 'Expected a face of at least 64 x 64 px but the largest found is 40 x 48 px',
    full: (options) => new core.FaceTooSmallError({ faceWidth: 40, faceHeight: 48, minFaceSide: 64 }, options),
    bare: () => new core.FaceTooSmallError({ minFaceSide: 64 }),
  },
  FaceUnusableError: {
    message: 'Expected a face that can be worked on but it is turned away from the camera',
    full: (options) => new core.FaceUnusableError('it is turned away from the camera', options),
  },
  InvalidSlimDegreeError: {
    message: 'Expected slimDegree between 0 and 2 but received 2.5',
    full: (options) => new core.InvalidSlimDegreeError({ received: 2.5, min: 0, max: 2 }, options),
  },
  InvalidInputError: {
    message: 'Expected quality between 1 and 100 but received 101',
    full: (options) => new core.InvalidInputError('quality between 1 and 100', 101, options),
  },
  UnauthorizedError: { message: 'Unknown key', full: (options) => new core.UnauthorizedError('Unknown key', options) },
  ForbiddenError: { message: 'Not enabled', full: (options) => new core.ForbiddenError('Not enabled', options) },
  InsufficientCreditsError: { message: 'No credits', full: (options) => new core.InsufficientCreditsError('No credits', options) },
  RateLimitedError: {
    message: retryLater,
    full: (options) => new core.RateLimitedError(retryLater, { ...options, retryAfter: 2 }),
    bare: () => new core.RateLimitedError(retryLater),
  },
  BusyError: {
    message: 'All workers are busy',
    full: (options) => new core.BusyError('All workers are busy', { ...options, retryAfter: 2 }),
    bare: () => new core.BusyError('All workers are busy'),
  },
  UpstreamUnavailableError: { message: 'Refused', full: (options) => new core.UpstreamUnavailableError('Refused', options) },
  UpstreamTimeoutError: { message: 'Too late', full: (options) => new core.UpstreamTimeoutError('Too late', options) },
  UpstreamProtocolError: { message: 'No JSON', full: (options) => new core.UpstreamProtocolError('No JSON', { ...options, excerpt: '<html>' }), bare: () => new core.UpstreamProtocolError('No JSON') },
  ResultExpiredError: {
    message: 'The result expired at 2026-01-02T03:04:05.000Z',
    full: (options) => new core.ResultExpiredError({ expiredAt: new Date('2026-01-02T03:04:05Z') }, options),
  },
  ResultUnavailableError: { message: 'Not found', full: (options) => new core.ResultUnavailableError('Not found', options) },
  UploadInterruptedError: {
    message: 'Expected a complete upload but the client disconnected',
    full: (options) => new core.UploadInterruptedError('the client disconnected', options),
  },
  AbortedError: { message: 'The call was aborted', full: (options) => new core.AbortedError(options) },
  InternalError: { message: 'The disk is full', full: (options) => new core.InternalError('The disk is full', options) },
};

/** Names of the classes that the package exports, the root left out. */
export function errorClasses(exports: object): Map<string, ErrorClass> {
  const isErrorClass = (value: unknown): value is ErrorClass => typeof value === 'function' && Object.hasOwn(value, 'code');
  return new Map(Object.entries(exports).filter((entry): entry is [string, ErrorClass] => isErrorClass(entry[1])));
}

/** Every class that the package exports, with its sample. */
export const everyError: { name: string; errorClass: ErrorClass; sample: Sample }[] = [...errorClasses(core)].map(([name, errorClass]) => {
  const sample = samples[name];
  if (sample === undefined) throw new Error(`${name} has no sample yet`);
  return { name, errorClass, sample };
});

const common = ['code', 'retryable', 'billed', 'requestId', 'logId', 'upstream'];

/** Fields that a class adds to those of the root, `?` behind the optional ones. */
export function ownFields({ full, bare = full }: Sample): string[] {
  const always = Object.keys(bare());
  const fields = Object.keys(full()).filter((field) => !common.includes(field));
  return fields.map((field) => (always.includes(field) ? field : `${field}?`));
}
