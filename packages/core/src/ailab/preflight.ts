import { inspectImage, type ImageInfo } from '../inspect-image.ts';
import { apiRequirements, checkRequirements } from '../requirements.ts';

/** Most bytes that are sent without a look at the API's requirements. */
export const maxUncheckedBytes: number = 64 * 2 ** 20;

/** What is known of an image before it is sent. */
export interface Preflight {
  /** Absent when nothing was asked of the image and its header cannot be read. */
  readonly info?: ImageInfo;
  /** What the API may take amiss. */
  readonly warnings: readonly string[];
}

/**
 * Checks an image against the API's requirements, so that nobody waits for a refusal. What the API's documents leave
 * open is sent, with a warning.
 *
 * @throws {FileTooLargeError | UnsupportedFormatError | UnreadableImageError | ResolutionOutOfRangeError} the API would refuse it
 */
export function preflight(image: Uint8Array): Preflight {
  const info = checkRequirements(image, apiRequirements);
  return { info, warnings: [...doubtsAbout(image, info)] };
}

/** Describes an image that is sent whatever it is. */
export function withoutPreflight(image: Uint8Array): Preflight {
  try {
    return { info: inspectImage(image, apiRequirements.mediaTypes), warnings: [] }; // results come in these formats
  } catch {
    return { warnings: [] };
  }
}

function* doubtsAbout(image: Uint8Array, { width, height, orientation }: ImageInfo): Generator<string> {
  const { minSide, maxSide } = apiRequirements;
  if (image.byteLength > 6e6) yield `the image has ${image.byteLength} bytes: the API may mean 6,000,000 by "6 MB"`;
  if ([width, height].some((side) => side === minSide || side === maxSide)) {
    yield `the image has ${width} x ${height} px: the API may want more than ${minSide} and less than ${maxSide}`;
  }
  if (orientation !== 1) yield `the image is stored with EXIF orientation ${orientation}: the API may look at it unturned, so turn its pixels first`;
}
