import type { Point } from '@slimface/core';
import { chin, leftEye, ovalLeft, ovalRight, rightEye } from './face-points.ts';

/**
 * Coordinates that lie along a face: the origin between the eyes, x along the line of the eyes, v towards the chin,
 * both in units of half the face's width. x is measured from the midline, which runs from the origin to the chin.
 */
export interface FaceFrame {
  readonly origin: Point;
  /** Unit vector along the eyes. */
  readonly across: Point;
  /** Unit vector towards the chin, at a right angle to `across`. */
  readonly down: Point;
  /** Half the width of the face oval in pixels. */
  readonly halfWidth: number;
  /** How far the midline moves along x for each unit of v. */
  readonly lean: number;
  /** v of the chin. */
  readonly chin: number;
}

/** Position of a point in a face's frame. */
export interface FramePoint {
  readonly x: number;
  readonly v: number;
}

/** Whether landmarks span a face at all: eyes apart, the chin below them, a pixel or more on each side. */
export function hasShape(landmarks: readonly Point[]): boolean {
  const { halfWidth, chin: chinV } = createFaceFrame(landmarks);
  return halfWidth >= 1 && Number.isFinite(halfWidth) && chinV >= leastChin && chinV <= mostChin;
}

/** v of the chin on the flattest face and on the longest that are still taken for one; on 105 real ones it is 1.3 to 1.9. */
const [leastChin, mostChin] = [0.3, 3];

/** @param landmarks 468 points in any pixel coordinates; mirrored and turned ones too */
export function createFaceFrame(landmarks: readonly Point[]): FaceFrame {
  const at = (index: number): Point => landmarks[index]!;
  const left = mean(at(leftEye.outer), at(leftEye.inner));
  const right = mean(at(rightEye.outer), at(rightEye.inner));
  const eyes = difference(at(rightEye.outer), at(leftEye.outer));
  const length = Math.hypot(eyes.x, eyes.y);
  const across = { x: eyes.x / length, y: eyes.y / length };
  const origin = mean(left, right);
  const toChin = difference(at(chin), origin);
  // The chin tells which of the two right angles points down: in a mirrored photo it is the other one.
  const side = Math.sign(dot(toChin, { x: -across.y, y: across.x })) || 1;
  const down = { x: -across.y * side, y: across.x * side };

  const oval = [...ovalLeft, ...ovalRight].map((index) => dot(difference(at(index), origin), across));
  const halfWidth = (Math.max(...oval) - Math.min(...oval)) / 2;
  const chinV = dot(toChin, down) / halfWidth;
  return { origin, across, down, halfWidth, lean: dot(toChin, across) / halfWidth / chinV, chin: chinV };
}

export function toFrame(frame: FaceFrame, x: number, y: number): FramePoint {
  const dx = (x - frame.origin.x) / frame.halfWidth;
  const dy = (y - frame.origin.y) / frame.halfWidth;
  const v = dx * frame.down.x + dy * frame.down.y;
  return { x: dx * frame.across.x + dy * frame.across.y - frame.lean * v, v };
}

export function fromFrame({ origin, across, down, halfWidth, lean }: FaceFrame, { x, v }: FramePoint): Point {
  const along = (x + lean * v) * halfWidth;
  return { x: origin.x + along * across.x + v * halfWidth * down.x, y: origin.y + along * across.y + v * halfWidth * down.y };
}

function mean(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function difference(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}

function dot(a: Point, b: Point): number {
  return a.x * b.x + a.y * b.y;
}
