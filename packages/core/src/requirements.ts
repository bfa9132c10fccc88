import { FileTooLargeError, ResolutionOutOfRangeError, UnreadableImageError } from './errors/image-errors.ts';
import { inspectImage, type ImageInfo } from './inspect-image.ts';

/** Media types of the images that go in and come out: the first two everywhere, the others on engines that say so. */
export type ImageMediaType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/avif' | 'image/tiff';

/** What an engine accepts. Ranges include both ends. */
export interface ImageRequirements {
  readonly mediaTypes: readonly ImageMediaType[];
  /** Most bytes of the encoded image. */
  readonly maxBytes: number;
  /** Range of each side of the image in pixels. */
  readonly minSide: number;
  readonly maxSide: number;
  readonly minFaces: number;
  readonly maxFaces: number;
  /** Least side of a face's box in pixels. */
  readonly minFaceSide: number;
  readonly minSlimDegree: number;
  readonly maxSlimDegree: number;
}

/**
 * What the AILabTools face slimming API accepts, and the gateway's default for both engines.
 *
 * The API calls its bounds "larger than 128" and "smaller than 5000", its upstream includes both, and "6 MB" may be
 * 6 x 10^6 or 6 x 2^20. The wider reading is taken: a photo on the edge is sent, not refused.
 */
export const apiRequirements: ImageRequirements = Object.freeze({
  mediaTypes: Object.freeze(['image/jpeg', 'image/png'] as const),
  maxBytes: 6 * 2 ** 20,
  minSide: 128,
  maxSide: 5000,
  minFaces: 1,
  maxFaces: 3,
  minFaceSide: 64,
  minSlimDegree: 0,
  maxSlimDegree: 2,
});

/**
 * Checks encoded bytes against everything that can be known without decoding them, and describes the image.
 *
 * @throws {FileTooLargeError} more than `maxBytes`
 * @throws {UnsupportedFormatError} not of an accepted type, or a file of several pictures
 * @throws {UnreadableImageError} no bytes at all, or a header that is cut off or damaged
 * @throws {ResolutionOutOfRangeError} a side outside `minSide` to `maxSide`
 */
export function checkRequirements(bytes: Uint8Array, requirements: ImageRequirements): ImageInfo {
  const { maxBytes, mediaTypes, minSide, maxSide } = requirements;
  if (bytes.byteLength === 0) throw new UnreadableImageError('the file is empty (0 bytes)');
  if (bytes.byteLength > maxBytes) throw new FileTooLargeError({ maxBytes, byteSize: bytes.byteLength });
  const info = inspectImage(bytes, mediaTypes);
  const { width, height } = info;
  if (Math.min(width, height) < minSide || Math.max(width, height) > maxSide) {
    throw new ResolutionOutOfRangeError({ width, height, minSide, maxSide });
  }
  return info;
}
