import { type ImageRequirements, InvalidInputError } from '@slimface/core';
import { type UploadLimits, uploadLimitsFor } from './upload-limits.ts';

/** What uploads have to fit. */
export interface UploadRoom {
  /** Photos that may be in at the same time. */
  readonly places: number;
  readonly requirements: Pick<ImageRequirements, 'maxBytes'>;
}

/**
 * Limits with which everything that they accept can be served: by default a request may bring no more images than
 * there are places.
 *
 * @throws {InvalidInputError} one image of the accepted size would be too much for a body, or a request may bring more images than there are places
 */
export function fitUploadLimits(chosen: Partial<UploadLimits> = {}, { places, requirements }: UploadRoom): UploadLimits {
  const { maxFiles = Math.min(uploadLimitsFor(requirements).maxFiles, places) } = chosen;
  const limits = uploadLimitsFor(requirements, { ...chosen, maxFiles });
  if (maxFiles > places) throw new InvalidInputError(`uploadLimits.maxFiles to be at most ${places}, the sum of concurrency and queueLength,`, maxFiles);
  const needed = bytesForOne(limits);
  if (limits.maxBodyBytes < needed) {
    const short = limits.maxBytesInFlight < needed ? 'maxBytesInFlight' : 'maxBodyBytes';
    throw new InvalidInputError(`uploadLimits.${short} to be at least ${needed}, as one image of ${limits.maxFileBytes} bytes needs,`, limits[short]);
  }
  return limits;
}

/** Bytes of a body with one image of the largest accepted size, and what belongs to it. */
export function bytesForOne({ maxFileBytes, maxFieldBytes }: Pick<UploadLimits, 'maxFileBytes' | 'maxFieldBytes'>): number {
  return maxFileBytes + maxFieldBytes;
}
