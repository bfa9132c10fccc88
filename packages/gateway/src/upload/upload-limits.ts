import type { ImageRequirements } from '@slimface/core';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Long enough for a phone that changes from one network to another; a shorter one frees the bytes of a silent client sooner. */
const MAX_IDLE_MS = 10_000;

/** Bounds on what one request, and all requests together, may hold in memory. */
export interface UploadLimits {
  /** Most bytes of one image. A longer one is read to its end, not kept, and ends in `FileTooLargeError`. */
  readonly maxFileBytes: number;
  /** Most images in one request. */
  readonly maxFiles: number;
  /** Most bytes of `operations` and of `map`, each. */
  readonly maxFieldBytes: number;
  /** Most bytes of a multipart body. */
  readonly maxBodyBytes: number;
  /** Most bytes of all multipart bodies that are being read or answered. */
  readonly maxBytesInFlight: number;
  /** Longest pause within a multipart body, in milliseconds. */
  readonly maxIdleMs: number;
}

/** Limits that let `maxFiles` images of the largest accepted size through in one request, and four such requests at once. */
export function uploadLimitsFor(requirements: Pick<ImageRequirements, 'maxBytes'>): UploadLimits {
  const maxFiles = 3;
  const maxFieldBytes = 64 * KIB;
  // What the fields, the boundaries and the part headers may add, and room for an image that is a little too long:
  // it should end in an error that names its size, not in a refused body.
  const maxBodyBytes = maxFiles * requirements.maxBytes + 2 * maxFieldBytes + MIB;
  return { maxFileBytes: requirements.maxBytes, maxFiles, maxFieldBytes, maxBodyBytes, maxBytesInFlight: 4 * maxBodyBytes, maxIdleMs: MAX_IDLE_MS };
}
