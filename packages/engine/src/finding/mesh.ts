import type { Point } from '@slimface/core';
import { boundingBox } from '../image/boxes.ts';
import { placeInSquare, sampleSquare, type Square } from '../image/sample-square.ts';
import type { Scene } from './scene.ts';

/** A point with its depth in pixels, which grows away from the viewer. */
export interface DeepPoint extends Point {
  readonly z: number;
}

/** The 468-point face mesh as it was fitted to a square. */
export interface MeshFit {
  readonly landmarks: readonly DeepPoint[];
  /** Confidence that the square holds a face, 0 to 1. A mesh that is upside down on its face may have 0.999. */
  readonly presence: number;
}

const meshSize = 192;
/** The mesh is fitted in a square this much larger than the face. */
const margin = 1.5;
/** Below this a first fit is not worth a second. */
const promising = 0.2;
/** A fit stays where it is when its landmarks move by less than this part of the face, on average. */
const stillness = 0.012;
const mostFits = 4;

/** Outer eye corners: of the eye on the left of an unmirrored upright photo, and of the other. */
export const leftEyeCorner = 33;
export const rightEyeCorner = 263;

/**
 * Fits the face mesh again and again, each time in the square around the last fit, until it stays: twice for most upright
 * faces, three or four times for those that the first square held at an angle.
 *
 * @param square a first guess of the face's square, without a margin
 */
export async function fitMesh(scene: Scene, square: Square): Promise<MeshFit> {
  let fit = await fitOnce(scene, enlarge(square, margin));
  for (let fits = 1; fits < mostFits && fit.presence > promising; fits++) {
    const face = squareOfFace(fit.landmarks);
    const next = await fitOnce(scene, enlarge(face, margin));
    const moved = meanDistance(fit.landmarks, next.landmarks) / face.side;
    fit = next;
    if (moved < stillness) break;
  }
  return fit;
}

/** The square around the landmarks, along the line of the eyes. */
export function squareOfFace(landmarks: readonly Point[]): Square {
  const rotation = angle(landmarks[leftEyeCorner]!, landmarks[rightEyeCorner]!);
  const level = boundingBox(landmarks.map((point) => rotate(point, -rotation)));
  const { x: cx, y: cy } = rotate({ x: level.x + level.width / 2, y: level.y + level.height / 2 }, rotation);
  return { cx, cy, side: Math.max(level.width, level.height), rotation };
}

/** The same square with another side. */
export function enlarge(square: Square, by: number): Square {
  return { ...square, side: square.side * by };
}

/** The mesh comes as 468 triples (x, y, z) in pixels of the model's input. */
async function fitOnce({ pyramid, view, inference }: Scene, square: Square): Promise<MeshFit> {
  const input = sampleSquare(pyramid, view, square, meshSize, { scale: 1 / 255, offset: 0 });
  const outputs = await inference.run('faceMesh', input);
  const [logit, mesh] = outputs.toSorted((a, b) => a.length - b.length) as [Float32Array, Float32Array];
  const landmarks = Array.from({ length: mesh.length / 3 }, (_, i) => ({
    ...placeInSquare({ x: mesh[3 * i]! / meshSize, y: mesh[3 * i + 1]! / meshSize }, square),
    z: (mesh[3 * i + 2]! / meshSize) * square.side,
  }));
  return { landmarks, presence: 1 / (1 + Math.exp(-logit[0]!)) };
}

/** Angle of the line between two points in radians, clockwise from the x axis. */
export function angle(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x);
}

function rotate({ x, y }: Point, by: number): Point {
  const [cos, sin] = [Math.cos(by), Math.sin(by)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}

function meanDistance(a: readonly Point[], b: readonly Point[]): number {
  return a.reduce((sum, { x, y }, i) => sum + Math.hypot(x - b[i]!.x, y - b[i]!.y), 0) / a.length;
}
