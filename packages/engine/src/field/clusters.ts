import { changesNothing, type Box } from '@slimface/core';
import { boundingBox, intersection } from '../image/boxes.ts';
import { fromFrame, type FramePoint } from './face-frame.ts';
import { createFaceMotion, reachOf, type FaceMotion } from './face-motion.ts';
import { createFaceProfile, type FaceProfile } from './face-profile.ts';
import { heldReachOf } from './inner-face.ts';
import type { FaceToSlim } from '../stages/field.ts';

/** A face and the parts of the image that it has to do with. */
export interface Part {
  readonly face: FaceToSlim;
  readonly profile: FaceProfile;
  /** How it moves; undefined for a face that stays as it is. */
  readonly motion: FaceMotion | undefined;
  /** All that the face moves, in whole pixels of the image. */
  readonly box: Box;
  /** All that no other face may move freely. */
  readonly heldBox: Box;
}

/** @param face with its landmarks in stored pixels */
export function createPart(face: FaceToSlim, width: number, height: number): Part {
  // Landmarks are continuous; the grid speaks of pixel indices, whose centres are at + 0.5.
  const profile = createFaceProfile(face.landmarks.map(({ x, y }) => ({ x: x - 0.5, y: y - 0.5 })));
  const boxOf = (corners: readonly FramePoint[]): Box => wholePixels(boundingBox(corners.map((corner) => fromFrame(profile.frame, corner))), width, height);
  const motion = changesNothing(face) ? undefined : createFaceMotion(profile, face);
  return { face, profile, motion, box: boxOf(reachOf(profile)), heldBox: boxOf(heldReachOf(profile, motion !== undefined)) };
}

/** The box grown to whole pixels and cut to the image. */
function wholePixels(box: Box, width: number, height: number): Box {
  const x = Math.max(0, Math.floor(box.x));
  const y = Math.max(0, Math.floor(box.y));
  const right = Math.min(width, Math.ceil(box.x + box.width));
  const bottom = Math.min(height, Math.ceil(box.y + box.height));
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

/** Faces whose regions touch. */
export interface Cluster {
  readonly parts: readonly Part[];
  readonly box: Box;
}

/** Joins parts until no two clusters share a pixel. */
export function clustersOf(parts: readonly Part[]): Cluster[] {
  const clusters: Cluster[] = [];
  for (const part of parts) {
    let joined: Cluster = { parts: [part], box: part.box };
    for (let i = 0; i < clusters.length; ) {
      if (intersection(clusters[i]!.box, joined.box) === 0) i++;
      else {
        const [other] = clusters.splice(i, 1) as [Cluster];
        joined = { parts: [...other.parts, ...joined.parts], box: union(other.box, joined.box) };
        i = 0; // the larger box may touch one that was passed
      }
    }
    clusters.push(joined);
  }
  return clusters;
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}
