import type { ImageRequirements } from '@slimface/core';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

const MAX_FILES = 10;

/** Long enough for a phone that changes from one network to another; a shorter one frees the bytes of a silent client sooner. */
const MAX_IDLE_MS = 10_000;

/** A slow 3G phone sends three times as much. At this rate 6 MB take six minutes. */
const MIN_BYTES_PER_SECOND = 16 * KIB;

/** For all uploads together, where one request does not need more: 16 photos of 6 MB are half of it, which is what one caller gets. */
const MIN_BYTES_IN_FLIGHT = 192 * MIB;

/** Bounds on what one request, and all requests together, may hold in memory. */
export interface UploadLimits {
  /** Most bytes of one image. A longer one is not kept, and ends in `FileTooLargeError`; one that is far longer is not read either. */
  readonly maxFileBytes: number;
  /**
   * Most images in one request.
   * @default 10
   */
  readonly maxFiles: number;
  /**
   * Most bytes of each part that is no image.
   * @default 2 ** 16
   */
  readonly maxFieldBytes: number;
  /**
   * Most bytes of a multipart body.
   * @default what `maxFiles` images need, and 1 MiB
   */
  readonly maxBodyBytes: number;
  /**
   * Most bytes of all multipart bodies that are being read or answered; a body that is longer is refused. Each one
   * counts as long as it says it is, or as long as its images may be, from when they are asked for until its answer has
   * been sent. All bodies of one caller together take half at most, unless there is only one.
   * @default 192 * 2 ** 20, or `maxBodyBytes` when that is more
   */
  readonly maxBytesInFlight: number;
  /**
   * Longest pause within a multipart body, in milliseconds.
   * @default 10 000
   */
  readonly maxIdleMs: number;
  /**
   * Least bytes per second of a multipart body, on average and apart from `maxIdleMs` that are free, while the gateway reads it.
   * @default 2 ** 14
   */
  readonly minBytesPerSecond: number;
}

/** Limits that let `maxFiles` images of the largest accepted size through in one request. */
export function uploadLimitsFor(requirements: Pick<ImageRequirements, 'maxBytes'>, chosen: Partial<UploadLimits> = {}): UploadLimits {
  const { maxFileBytes = requirements.maxBytes, maxFiles = MAX_FILES, maxFieldBytes = 64 * KIB } = chosen;
  const { maxBodyBytes = bodyBytesFor({ maxFileBytes, maxFiles, maxFieldBytes }) } = chosen;
  const { maxBytesInFlight = Math.max(MIN_BYTES_IN_FLIGHT, maxBodyBytes) } = chosen;
  const { maxIdleMs = MAX_IDLE_MS, minBytesPerSecond = MIN_BYTES_PER_SECOND } = chosen;
  return { maxFileBytes, maxFiles, maxFieldBytes, maxBodyBytes: Math.min(maxBodyBytes, maxBytesInFlight), maxBytesInFlight, maxIdleMs, minBytesPerSecond };
}

/** The limits for a request with `files` images. */
export function limitsForFiles(limits: UploadLimits, files: number): UploadLimits {
  const own = { ...limits, maxFiles: files };
  return { ...own, maxBodyBytes: Math.min(limits.maxBodyBytes, bodyBytesFor(own)) };
}

/** Most bytes in front of the first image of a GraphQL request: its two fields, and what a client or a proxy may put around them. */
export function bytesBeforeFiles({ maxFieldBytes }: Pick<UploadLimits, 'maxFieldBytes'>): number {
  return 2 * maxFieldBytes + 64 * KIB;
}

/**
 * What the images need, what fields, boundaries and part headers may add, and room for an image that is a little too
 * long: it should end in an error that names its size, not in a refused body.
 */
function bodyBytesFor({ maxFileBytes, maxFiles, maxFieldBytes }: Pick<UploadLimits, 'maxFileBytes' | 'maxFiles' | 'maxFieldBytes'>): number {
  return maxFiles * maxFileBytes + 2 * maxFieldBytes + MIB;
}
