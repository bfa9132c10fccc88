import {
  FaceTooSmallError,
  InvalidInputError,
  InWords,
  TooManyFacesError,
  type Face,
  type FaceWish,
  type ImageRequirements,
  type Point,
  type ResolvedSlimOptions,
} from '@slimface/core';
import { contains } from './image/boxes.ts';

/** The faces whose boxes are large enough. Smaller ones, often passers-by in the background, are left as they are. */
export function largeEnough(faces: readonly Face[], { minFaceSide }: ImageRequirements): Face[] {
  return faces.filter(({ box }) => Math.min(box.width, box.height) >= minFaceSide);
}

/** A face and what is to happen to it. */
export interface ChosenFace extends FaceWish {
  readonly face: Face;
}

/**
 * Chooses the faces to slim, with a wish each.
 *
 * @param faces all that were found, from left to right
 * @param options the wish of the call, and those of single faces by index among those that are large enough, or by a point
 * @throws {FaceTooSmallError} every face is smaller than `minFaceSide`
 * @throws {TooManyFacesError} more than `maxFaces` are large enough
 * @throws {InvalidInputError} a wish for a face that is not there, or two for the same
 */
export function chooseFaces(faces: readonly Face[], requirements: ImageRequirements, { slimDegree, shape, faceWishes }: ResolvedSlimOptions): ChosenFace[] {
  const { minFaceSide, maxFaces: max } = requirements;
  const usable = largeEnough(faces, requirements);
  const largest = faces.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height)[0]?.box;
  if (usable.length === 0 && largest !== undefined) {
    throw new FaceTooSmallError({ faceWidth: Math.floor(largest.width), faceHeight: Math.floor(largest.height), minFaceSide });
  }
  if (usable.length > max) throw new TooManyFacesError({ found: usable.length, max });
  if (usable.length === 0) return []; // what wishes are for was not found either: that there is no face says more
  const own = new Map<Face, FaceWish>();
  for (const wish of faceWishes) {
    const face = typeof wish.face === 'number' ? faceAtIndex(usable, wish.face) : faceAtPoint(usable, wish.face);
    if (own.has(face)) throw new InvalidInputError('each face in faces once', new InWords(`face ${usable.indexOf(face)} twice`));
    own.set(face, wish);
  }
  return usable.map((face) => {
    const wish = own.get(face) ?? { slimDegree, shape };
    return { face, slimDegree: wish.slimDegree, shape: wish.shape };
  });
}

function faceAtIndex(faces: readonly Face[], index: number): Face {
  const face = faces[index];
  if (face === undefined) throw new InvalidInputError(`faces[].index below the number of faces (${faces.length})`, index);
  return face;
}

function faceAtPoint(faces: readonly Face[], { x, y }: Point): Face {
  const distance = ({ box }: Face): number => Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y);
  const [nearest] = faces.filter(({ box }) => contains(box, x, y)).toSorted((a, b) => distance(a) - distance(b));
  if (nearest === undefined) throw new InvalidInputError(`faces[].at inside one of the ${faces.length} faces`, new InWords(`x ${x}, y ${y}`));
  return nearest;
}
