import { apiRequirements, type ImageRequirements } from '@slimface/core';

/**
 * What the local engine accepts by itself: the API's degrees, but more formats, larger photos, and more and smaller
 * faces. A JPEG of the largest size takes 200 MB decoded, a 16-bit PNG with alpha 540 MB.
 */
export const engineRequirements: ImageRequirements = Object.freeze({
  ...apiRequirements,
  mediaTypes: Object.freeze(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff'] as const),
  maxBytes: 50 * 2 ** 20,
  minSide: 64,
  maxSide: 8192,
  maxFaces: 32,
  minFaceSide: 24,
});
