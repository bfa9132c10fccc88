import type { Point } from '@slimface/core';
import { boundingBox, intersectionOverUnion } from '../image/boxes.ts';
import type { Square } from '../image/sample-square.ts';
import { byScore, type Detection } from '../finding/detection.ts';
import { fitMesh, type MeshFit } from '../finding/mesh.ts';
import type { Scene } from '../finding/scene.ts';
import { closeUp, isRightWayUp, squareOfDetection } from '../finding/way-up.ts';

/** From this presence on it is a face. At 0.5 a rocket and a blurred wall passed for one. */
const accepted = 0.9;
/** A close-up of a real face the right way up, or up to 45 degrees off, scores 0.67 and more. */
const certain = 0.6;
/** Two meshes that share more than this are of one face. */
const sameFace = 0.5;

/**
 * Fits the face mesh to what may be faces.
 *
 * @param detections by falling score
 * @returns the fits that are on a face and the right way up, each face once, in the order of the detections
 */
export async function findLandmarks(scene: Scene, detections: readonly Detection[]): Promise<MeshFit[]> {
  const fits = await Promise.all(detections.map((detection) => fitFace(scene, detection)));
  const faces: MeshFit[] = [];
  for (const fit of fits) {
    if (fit !== undefined && !faces.some((other) => isSameFace(fit, other))) faces.push(fit);
  }
  return faces;
}

/** Whether two meshes are of the same face. */
export function isSameFace(a: { readonly landmarks: readonly Point[] }, b: { readonly landmarks: readonly Point[] }): boolean {
  return intersectionOverUnion(boundingBox(a.landmarks), boundingBox(b.landmarks)) > sameFace;
}

/**
 * Most faces are as the detection has them. One that is not is looked at from four sides, and then once more when it is level.
 * What is sure to be a face and was still not fitted, as profiles are, gets a try from each of eight sides that shows it.
 */
async function fitFace(scene: Scene, detection: Detection): Promise<MeshFit | undefined> {
  const face = squareOfDetection(detection);
  const fit = await fitRightWayUp(scene, face);
  if (fit !== undefined) return fit;
  const sides = await closeUps(scene, face, [0, 90, 180, 270]);
  const [best] = byScore(sides);
  if (best === undefined) return undefined;
  const level = (await closeUp(scene, squareOfDetection(best))) ?? best;
  const levelled = await fitRightWayUp(scene, squareOfDetection(level));
  if (levelled !== undefined) return levelled;
  for (const side of byScore([...sides, ...(await closeUps(scene, face, [45, 135, 225, 315]))])) {
    const tried = await fitRightWayUp(scene, squareOfDetection(side));
    if (tried !== undefined) return tried;
  }
  return undefined;
}

/** The close-ups that certainly show a face, of those with the square turned by so many degrees. */
async function closeUps(scene: Scene, face: Square, degrees: readonly number[]): Promise<Detection[]> {
  const seen = await Promise.all(degrees.map((angle) => closeUp(scene, { ...face, rotation: (angle * Math.PI) / 180 })));
  return seen.filter((detection) => detection !== undefined).filter(({ score }) => score >= certain);
}

async function fitRightWayUp(scene: Scene, face: Square): Promise<MeshFit | undefined> {
  const fit = await fitMesh(scene, face);
  return fit.presence >= accepted && (await isRightWayUp(scene, fit)) ? fit : undefined;
}
