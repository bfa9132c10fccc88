import { apiRequirements, type ImageRequirements } from '@slimface/core';

/** What the local engine accepts by itself: the API's formats and degrees, but larger photos and more and smaller faces. */
export const engineRequirements: ImageRequirements = Object.freeze({
  ...apiRequirements,
  maxBytes: 50 * 2 ** 20,
  minSide: 64,
  maxSide: 10_000,
  maxFaces: 32,
  minFaceSide: 24,
});
