import type { Point } from '@slimface/core';
import type { Square } from '../image/sample-square.ts';
import type { Detection } from './detection.ts';
import { look, shortRange } from './detectors.ts';
import { headPose } from './head-pose.ts';
import { angle, enlarge, squareOfFace, type MeshFit } from './mesh.ts';
import type { Scene } from './scene.ts';

/** A close-up shows this much more than the face: the short-range model wants to see shoulders or hair. */
const margin = 2.5;
/** Below this score a close-up shows nothing. */
const visible = 0.1;

/**
 * How far the eyes, nose and mouth of the mesh may lie from those that a detector sees, on average and in sides of the face.
 * On 23 faces at 24 angles each, 99 % of the right fits were closer than this; the wrong ones lay 0.049 off and more, and
 * what is no face 0.109 and more.
 */
const agreement = 0.045;
/** Eyes, nose and mouth of a profile are guesses of both, which agree less: one lay 0.06 to 0.15 off, right at every angle. */
const profileAgreement = 0.17;
/** Degrees of yaw from which on a face is a profile. */
const profileYaw = 45;
/** A profile's close-up must score this much more than the same upside down. */
const profileLead = 0.3;

/** Landmarks whose middle is what a detector calls the left eye, the right eye, the nose and the mouth. */
const keypointLandmarks: readonly (readonly [number, number])[] = [[33, 133], [362, 263], [1, 4], [13, 14]];

/**
 * Whether a mesh sits on its face the right way up. Its own presence does not tell: a mesh that is upside down or askew may
 * have 0.999. So a detector takes a close-up that is level by the mesh, and must see eyes, nose and mouth where it has them.
 */
export async function isRightWayUp(scene: Scene, { landmarks }: MeshFit): Promise<boolean> {
  const face = squareOfFace(landmarks);
  const seen = await closeUp(scene, face);
  if (seen === undefined) return false;
  const apart = meanDistance(landmarks, seen) / face.side;
  if (apart < agreement) return true;
  if (apart > profileAgreement || Math.abs(headPose(landmarks).yaw) < profileYaw) return false;
  const upsideDown = await closeUp(scene, { ...face, rotation: face.rotation + Math.PI });
  return seen.score - (upsideDown?.score ?? 0) > profileLead;
}

/** What the short-range model sees of a face in a close-up with the square's top on top. */
export async function closeUp(scene: Scene, face: Square): Promise<Detection | undefined> {
  const seen = await look(scene, enlarge(face, margin), shortRange, visible);
  return seen.find(({ box }) => Math.hypot(box.x + box.width / 2 - face.cx, box.y + box.height / 2 - face.cy) < face.side / 2);
}

/** The square of a face as a detector sees it, level with its eyes. */
export function squareOfDetection({ box, keypoints }: Detection): Square {
  return { cx: box.x + box.width / 2, cy: box.y + box.height / 2, side: box.width, rotation: angle(keypoints[0]!, keypoints[1]!) };
}

function meanDistance(landmarks: readonly Point[], { keypoints }: Detection): number {
  const sum = keypointLandmarks.reduce((total, [i, j], k) => {
    const [a, b, seen] = [landmarks[i]!, landmarks[j]!, keypoints[k]!];
    return total + Math.hypot((a.x + b.x) / 2 - seen.x, (a.y + b.y) / 2 - seen.y);
  }, 0);
  return sum / keypointLandmarks.length;
}
