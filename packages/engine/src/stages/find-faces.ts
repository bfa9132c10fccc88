import type { Face, PixelBuffer } from '@slimface/core';
import { boundingBox, intersectionOverUnion } from '../image/boxes.ts';
import type { View } from '../image/orientation.ts';
import { createPyramid } from '../image/pyramid.ts';
import type { KernelModule } from '../kernels/kernel-module.ts';
import type { ResolvedFindOptions } from '../find-options.ts';
import { headPose } from '../finding/head-pose.ts';
import type { PlanName } from '../finding/plans.ts';
import type { Scene } from '../finding/scene.ts';
import type { InferencePool } from '../models/inference-pool.ts';
import { detect } from './detect.ts';
import { findLandmarks, isSameFace } from './landmarks.ts';

/** `auto` looks closer at a photo with a longer side above this, in pixels, when it shows no face, ... */
const largePhoto = 1200;
/** ... or so many that there may be more in the rows behind, ... */
const manyFaces = 4;
/** ... or one that is narrower than this part of the longer side. */
const narrowFace = 0.08;
/** Faces are found well up to this many degrees off the way up that is looked for. */
const reach = 60;
/** A head that is tilted by more degrees than this tells of a photo that is not upright. */
const mostTilt = 50;
/** A detection that shares more than this with a face that was found is that face again. */
const knownFace = 0.3;

/**
 * Finds the faces of an image, whichever way up they are.
 *
 * @param view the upright view of the pixels
 * @returns faces in pixels of the upright view, from left to right, and the others that the options leave out
 */
export async function findFaces(pixels: PixelBuffer, view: View, options: ResolvedFindOptions, inference: InferencePool, kernels: KernelModule): Promise<{ faces: Face[]; others: Face[] }> {
  const scene: Scene = { pyramid: createPyramid(pixels, view, kernels), view, inference };
  const { plan, mayEscalate, minFaceSize, maxFaces } = options;
  let faces = await addFacesAnyWayUp(scene, plan === 'fast' ? 'fast' : 'auto', []);
  const closer = plan === 'deep' || (plan === 'auto' && mayEscalate && deserveCloserLook(faces, view));
  if (closer && (faces.length > 0 || plan === 'deep')) faces = await addFacesAnyWayUp(scene, 'closer', faces);
  else if (closer) faces = await addFaces(scene, 'closer', 0, faces); // in four directions it would take 64 looks, mostly for nothing
  const wanted = largestFirst(faces.filter(({ box }) => Math.min(box.width, box.height) >= minFaceSize)).slice(0, maxFaces);
  return { faces: wanted.toSorted((a, b) => a.box.x - b.box.x), others: faces.filter((face) => !wanted.includes(face)) };
}

/** Looks for upright faces, and for others when there is none, or when one lies about that way up: where one does, others may. */
async function addFacesAnyWayUp(scene: Scene, plan: PlanName, known: readonly Face[]): Promise<readonly Face[]> {
  let faces = await addFaces(scene, plan, 0, known);
  for (const quarters of [1, 3, 2]) {
    if (faces.length > 0 && !faces.some((face) => liesAbout(face, quarters))) continue;
    // Those that lie are looked at anew: a photo on its side is to give what it gives upright.
    const lying = faces.filter((face) => wayUp(face) === quarters);
    const again = await addFaces(scene, plan, quarters, faces.filter((face) => !lying.includes(face)));
    faces = [...again, ...lying.filter((face) => !again.some((other) => isSameFace(other, face)))];
  }
  return faces;
}

/** Adds the faces that a plan finds so many quarter turns clockwise from upright to those that are known. */
async function addFaces(scene: Scene, plan: PlanName, quarters: number, known: readonly Face[]): Promise<readonly Face[]> {
  const detections = await detect(scene, plan, quarters);
  const unknown = detections.filter(({ box }) => !known.some((face) => intersectionOverUnion(box, face.box) > knownFace));
  const found = (await findLandmarks(scene, unknown)).filter((fit) => !known.some((face) => isSameFace(fit, face)));
  return [
    ...known,
    ...found.map(({ landmarks, presence }) => ({
      box: boundingBox(landmarks),
      landmarks: landmarks.map(({ x, y }) => ({ x, y })),
      presence,
      ...headPose(landmarks),
    })),
  ];
}

/** The quarter turn that a face is nearest to, 0 to 3, where upright reaches farthest. */
function wayUp({ roll = 0 }: Face): number {
  return Math.abs(roll) < reach ? 0 : (Math.round(roll / 90) + 4) % 4;
}

/** Whether a face lies so many quarter turns clockwise, or so nearly that one beside it may, with its head the other way. */
function liesAbout({ roll = 0 }: Face, quarters: number): boolean {
  const turn = Math.abs(roll - 90 * quarters) % 360;
  return Math.abs(roll) > mostTilt && Math.min(turn, 360 - turn) <= reach;
}

function deserveCloserLook(faces: readonly Face[], { width, height }: View): boolean {
  const longer = Math.max(width, height);
  const isNarrow = ({ box }: Face): boolean => box.width < narrowFace * longer;
  return longer > largePhoto && (faces.length === 0 || faces.length >= manyFaces || faces.some(isNarrow));
}

function largestFirst(faces: readonly Face[]): Face[] {
  return faces.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
}
