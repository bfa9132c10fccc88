import type { FaceWarning, Point, SlimmedFace } from '@slimface/core';
import type { ChosenFace } from './accept-faces.ts';
import { createFaceProfile } from './field/face-profile.ts';
import { jawPairs } from './field/face-points.ts';
import { follow } from './field/follow.ts';
import type { View } from './image/orientation.ts';
import type { DisplacementField } from './stages/field.ts';

/** Degrees of tilt from which a face counts as lying. */
const rotatedFrom = 60;
/** A side that moves by less than this share of what it would on a face straight ahead counts as turned away. */
const farWeight = 0.5;
/** Degrees of yaw from which on a face counts as turned aside; on one straight ahead it is a broad smile that holds a side. */
const turnedFrom = 15;
/** Side of a box in pixels below which an outline that is right to 2 % of the width is right to a pixel only. */
const smallBelow = 64;
/** Distance of the box from the border, as a share of half its width, below which the border holds the face back. */
const nearBorder = 0.25;

/**
 * Tells what was done to a face.
 *
 * @param stored the face's landmarks in stored pixels, as the fields know them
 * @param fields of all faces, as they were applied
 * @param lambda what its displacement was scaled by
 * @param view the upright view, which the face's box is in
 */
export function reportFace({ face, slimDegree }: ChosenFace, stored: readonly Point[], fields: readonly DisplacementField[], lambda: number, view: View): SlimmedFace {
  return { ...face, slimDegree, narrowing: measureNarrowing(stored, fields), lambda, warnings: warningsOf(face, stored, view) };
}

/** Mean over the pairs of points at the corner of the jaw, measured on the map that was applied. */
function measureNarrowing(stored: readonly Point[], fields: readonly DisplacementField[]): { pixels: number; percent: number } {
  const widths = jawPairs.map(([left, right]) => {
    const [a, b] = [stored[left]!, stored[right]!];
    return { before: distance(a, b), after: distance(follow(fields, a), follow(fields, b)) };
  });
  const mean = (of: (width: { before: number; after: number }) => number): number => widths.reduce((sum, width) => sum + of(width), 0) / widths.length;
  return { pixels: round(mean(({ before, after }) => before - after)), percent: round(mean(({ before, after }) => (100 * (before - after)) / before)) };
}

function warningsOf({ box, roll = 0, yaw = 0 }: ChosenFace['face'], stored: readonly Point[], { width, height }: View): FaceWarning[] {
  const margin = Math.min(box.x, box.y, width - box.x - box.width, height - box.y - box.height);
  const found: [FaceWarning, boolean][] = [
    ['FACE_ROTATED', Math.abs(roll) > rotatedFrom],
    ['FACE_PROFILE', Math.abs(yaw) > turnedFrom && createFaceProfile(stored).sides.some(({ weight }) => weight < farWeight)],
    ['FACE_AT_BORDER', margin < (nearBorder * box.width) / 2],
    ['FACE_SMALL', Math.min(box.width, box.height) < smallBelow],
  ];
  return found.filter(([, holds]) => holds).map(([warning]) => warning);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** To hundredths: what lies below is not known. */
function round(value: number): number {
  return Math.round(100 * value) / 100 + 0; // never -0
}
