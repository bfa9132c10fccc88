import type { Face, PixelBuffer } from '@slimface/core';
import { boundingBox } from '../image/boxes.ts';
import { applyAffine, compose, invert, turnView, type View } from '../image/orientation.ts';
import { createPyramid, type Pyramid } from '../image/pyramid.ts';
import type { KernelModule } from '../kernels/kernel-module.ts';
import type { InferencePool } from '../models/inference-pool.ts';
import { detect, type Detection } from './detect.ts';
import { findLandmarks } from './landmarks.ts';

/**
 * The best face of an upright photo scores 0.9 and more; one on its side 0.71 to 0.78, one upside down 0.55 to 0.72, and
 * the mesh then fits a crooked face onto it with full confidence. Below this score the other ways up are tried.
 */
const doubtfulScore = 0.85;

/**
 * Finds the faces of an image, whichever way up they are.
 *
 * @param view the upright view of the pixels
 * @returns faces in pixels of the upright view, from left to right
 */
export async function findFaces(pixels: PixelBuffer, view: View, inference: InferencePool, kernels: KernelModule): Promise<Face[]> {
  const pyramid = createPyramid(pixels, kernels);
  const { turned, detections } = await detectAnyWayUp(pyramid, view, inference);
  const faces = await findLandmarks(pyramid, turned, detections, inference);
  const toUpright = compose(invert(view.toStored), turned.toStored);
  return faces
    .map(({ landmarks, presence }) => {
      const upright = landmarks.map((point) => applyAffine(toUpright, point));
      return { box: boundingBox(upright), landmarks: upright, presence };
    })
    .toSorted((a, b) => a.box.x - b.box.x);
}

async function detectAnyWayUp(pyramid: Pyramid, view: View, inference: InferencePool): Promise<{ turned: View; detections: Detection[] }> {
  let best = { turned: view, detections: await detect(pyramid, view, inference) };
  if (bestScore(best.detections) >= doubtfulScore) return best;
  for (const quarters of [1, 2, 3]) {
    const turned = turnView(view, quarters);
    const detections = await detect(pyramid, turned, inference);
    if (bestScore(detections) > bestScore(best.detections)) best = { turned, detections };
  }
  return best;
}

function bestScore(detections: readonly Detection[]): number {
  return detections[0]?.score ?? 0;
}
