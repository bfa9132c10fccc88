import type { Face, Point } from '@slimface/core';
import { boundingBox, intersectionOverUnion } from '../image/boxes.ts';
import type { View } from '../image/orientation.ts';
import type { Pyramid } from '../image/pyramid.ts';
import { sampleSquare, type Square } from '../image/sample-square.ts';
import type { InferencePool } from '../models/inference-pool.ts';
import type { Detection } from './detect.ts';

const meshSize = 192;
/** The mesh looks at a square this much larger than the face. */
const margin = 1.5;
/** Below this a first look is not worth a second. */
const promising = 0.2;
/** From here on it is a face. At 0.5 a rocket and a blurred wall passed for one. */
const accepted = 0.9;
/** Two meshes that share more than this are of one face. */
const sameFace = 0.5;

/** Outer eye corners: of the eye on the left of an unmirrored upright photo, and of the other. */
const leftEyeCorner = 33;
const rightEyeCorner = 263;

/**
 * Fits the 468-point face mesh to each detection, twice: the first fit tells where the second looks.
 *
 * @returns the faces whose presence is 0.9 or more, in pixels of the view, by falling detection score
 */
export async function findLandmarks(pyramid: Pyramid, view: View, detections: readonly Detection[], inference: InferencePool): Promise<Face[]> {
  const fits = await Promise.all(detections.map(fitTwice));
  const faces: Face[] = [];
  for (const face of fits) {
    if (face.presence >= accepted && !faces.some((other) => intersectionOverUnion(face.box, other.box) > sameFace)) faces.push(face);
  }
  return faces;

  async function fitTwice(detection: Detection): Promise<Face> {
    const first = await fitMesh(squareOfDetection(detection));
    return first.presence > promising ? fitMesh(squareOfLandmarks(first.landmarks)) : first;
  }

  async function fitMesh(square: Square): Promise<Face> {
    const input = sampleSquare(pyramid, view, square, meshSize, { scale: 1 / 255, offset: 0 });
    const outputs = await inference.run('faceMesh', input);
    const [logit, mesh] = outputs.toSorted((a, b) => a.length - b.length) as [Float32Array, Float32Array];
    const landmarks = meshToView(mesh, square);
    return { box: boundingBox(landmarks), landmarks, presence: 1 / (1 + Math.exp(-logit[0]!)) };
  }
}

function squareOfDetection({ box, keypoints }: Detection): Square {
  return {
    cx: box.x + box.width / 2,
    cy: box.y + box.height / 2,
    side: margin * Math.max(box.width, box.height),
    rotation: angle(keypoints[0]!, keypoints[1]!),
  };
}

/** The square around the landmarks, along the line of the eyes. */
function squareOfLandmarks(landmarks: readonly Point[]): Square {
  const rotation = angle(landmarks[leftEyeCorner]!, landmarks[rightEyeCorner]!);
  const level = boundingBox(landmarks.map((point) => rotate(point, -rotation)));
  const centre = rotate({ x: level.x + level.width / 2, y: level.y + level.height / 2 }, rotation);
  return { cx: centre.x, cy: centre.y, side: margin * Math.max(level.width, level.height), rotation };
}

/** The mesh comes as 468 triples (x, y, z) in pixels of the model's input; the depth is not used. */
function meshToView(mesh: Float32Array, { cx, cy, side, rotation }: Square): Point[] {
  const zoom = side / meshSize;
  return Array.from({ length: mesh.length / 3 }, (_, i) => {
    const { x, y } = rotate({ x: (mesh[3 * i]! - meshSize / 2) * zoom, y: (mesh[3 * i + 1]! - meshSize / 2) * zoom }, rotation);
    return { x: cx + x, y: cy + y };
  });
}

function angle(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x);
}

function rotate({ x, y }: Point, by: number): Point {
  const [cos, sin] = [Math.cos(by), Math.sin(by)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}
