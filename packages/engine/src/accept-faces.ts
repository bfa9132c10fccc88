import { FaceTooSmallError, InvalidInputError, TooManyFacesError, type Face, type ImageRequirements, type SlimmedFace } from '@slimface/core';

/** The faces whose boxes are large enough. Smaller ones, often passers-by in the background, are left as they are. */
export function largeEnough(faces: readonly Face[], { minFaceSide }: ImageRequirements): Face[] {
  return faces.filter(({ box }) => Math.min(box.width, box.height) >= minFaceSide);
}

/**
 * Chooses the faces to slim, with a degree each.
 *
 * @param faces all that were found, from left to right
 * @param faceDegrees degrees of single faces, by index among those that are large enough
 * @throws {FaceTooSmallError} every face is smaller than `minFaceSide`
 * @throws {TooManyFacesError} more than `maxFaces` are large enough
 * @throws {InvalidInputError} a degree for a face that is not there
 */
export function chooseFaces(
  faces: readonly Face[],
  requirements: ImageRequirements,
  slimDegree: number,
  faceDegrees: ReadonlyMap<number, number>,
): SlimmedFace[] {
  const { minFaceSide, maxFaces: max } = requirements;
  const usable = largeEnough(faces, requirements);
  const largest = faces.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height)[0]?.box;
  if (usable.length === 0 && largest !== undefined) {
    throw new FaceTooSmallError({ faceWidth: Math.floor(largest.width), faceHeight: Math.floor(largest.height), minFaceSide });
  }
  if (usable.length > max) throw new TooManyFacesError({ found: usable.length, max });
  for (const index of faceDegrees.keys()) {
    if (usable.length > 0 && index >= usable.length) throw new InvalidInputError(`faces[].index below the number of faces (${usable.length})`, index);
  }
  return usable.map((face, index) => ({ ...face, slimDegree: faceDegrees.get(index) ?? slimDegree }));
}

