import type { Box, FaceWish, Point } from '@slimface/core';
import { clustersOf, createPart, type Cluster, type Part } from '../field/clusters.ts';
import { hasShape, toFrame } from '../field/face-frame.ts';
import { leastDeterminant, minDeterminant as leastOf } from '../field/fold-test.ts';
import { shiftAt } from '../field/face-motion.ts';
import { innerFaceAt } from '../field/inner-face.ts';
import { smoothStep } from '../field/smooth.ts';
import { contains } from '../image/boxes.ts';

/** A face in stored pixels and what is to happen to it; a face that is left alone is held still when its neighbours move. */
export interface FaceToSlim extends FaceWish {
  readonly landmarks: readonly Point[];
}

/** The displacement field of a region: where each of its pixels comes from, on a grid. */
export interface DisplacementField {
  /** The region in stored pixels, whole numbers. */
  readonly region: Box;
  /** log2 of the pixels between two nodes: 4 for large faces, 0 for the smallest. */
  readonly stepBits: number;
  /** Nodes in a row of the grid; the first lies on the region's first pixel. */
  readonly columns: number;
  /** Displacements, pairs (dx, dy) in Q16 pixels: pixel p takes the value of source point p + d. */
  readonly grid: Int32Array;
  /** Largest displacement in pixels, rounded up. */
  readonly reach: number;
  /** Least Jacobian determinant of the map, at least 0.25. */
  readonly minDeterminant: number;
  /** What the displacements were scaled by to keep the determinant, 0 to 1. */
  readonly lambda: number;
}

/** The field fades out over this many half-widths of a face from the image's border. */
const borderFade = 0.5;
/** Pixels along the border that do not move towards it: a grid cell and the reach of the cubic. */
const stillBorder = 8 + 2;
/**
 * log2 of the grid's step, by the half-width of the smallest face in pixels. Between nodes the field is bilinear, and on a
 * small face the ramp beside the corner of a smile is only a few pixels wide: at 94 px a step of 8 moved it by 0.5 % of the
 * face's width, a step of 2 by under 0.2 %.
 */
const steps: readonly (readonly [from: number, bits: number])[] = [[360, 4], [180, 3], [90, 2], [45, 1], [0, 0]];

/**
 * Builds the fields of all faces: one for each cluster of faces whose regions touch, so that every pixel is resampled
 * once at most. Regions of different fields share no pixel.
 *
 * @param width of the stored image in pixels
 * @param height likewise
 */
export function buildFields(faces: readonly FaceToSlim[], width: number, height: number): DisplacementField[] {
  // Landmarks are continuous; the grid speaks of pixel indices, whose centres are at + 0.5.
  const shapes = faces.filter(({ landmarks }) => hasShape(landmarks));
  const parts = shapes.map(({ landmarks, ...wish }) => {
    const indices = landmarks.map(({ x, y }) => ({ x: x - 0.5, y: y - 0.5 }));
    return createPart(indices, wish, width, height);
  });
  const moving = parts.filter(({ motion }) => motion !== undefined);
  return clustersOf(moving)
    .map((cluster) => buildField(cluster, parts, width, height))
    .filter((field) => field.reach > 0);
}

/** @param others every face of the photo: each keeps its inner part from being moved by the cluster's */
function buildField({ parts, box: region }: Cluster, others: readonly Part[], width: number, height: number): DisplacementField {
  const smallest = Math.min(...parts.map(({ profile }) => profile.frame.halfWidth));
  const [, stepBits] = steps.find(([from]) => smallest >= from)!;
  const step = 1 << stepBits;
  const columns = Math.ceil(region.width / step) + 1;
  const rows = Math.ceil(region.height / step) + 1;
  const displacements = new Float64Array(columns * rows * 2);
  for (const part of parts) {
    const { halfWidth } = part.profile.frame;
    const { x: left, y: top, width: wide, height: high } = part.box;
    const nodeAt = (pixels: number): number => Math.ceil(pixels / step);
    for (let row = nodeAt(top - region.y); row <= nodeAt(top + high - region.y); row++) {
      const y = region.y + row * step;
      for (let column = nodeAt(left - region.x); column <= nodeAt(left + wide - region.x); column++) {
        const x = region.x + column * step;
        const shift = shiftOf(part, others, x, y);
        if (shift.x === 0 && shift.y === 0) continue;
        const at = 2 * (row * columns + column);
        displacements[at]! += shift.x * borderFadeAt(x, width, borderFade * halfWidth);
        displacements[at + 1]! += shift.y * borderFadeAt(y, height, borderFade * halfWidth);
      }
    }
  }
  const { lambda, minDeterminant } = unfold(displacements, columns, step);
  const grid = new Int32Array(displacements.length);
  let most = 0;
  for (let i = 0; i < grid.length; i++) {
    grid[i] = Math.round(displacements[i]! * 2 ** 16);
    most = Math.max(most, Math.abs(grid[i]!));
  }
  return { region, stepBits, columns, grid, reach: Math.ceil(most / 2 ** 16), minDeterminant, lambda };
}

/** Where a point's source lies from it, in pixels, held off the inner part of all other faces. */
function shiftOf({ motion, profile: { frame } }: Part, others: readonly Part[], x: number, y: number): Point {
  const shift = shiftAt(motion!, toFrame(frame, x, y));
  let weight = frame.halfWidth;
  for (const other of others) {
    if (shift.x === 0 && shift.v === 0) break;
    if (other.profile.frame !== frame && contains(other.innerBox, x, y)) weight *= 1 - innerFaceAt(other.profile, toFrame(other.profile.frame, x, y));
  }
  const along = weight * (shift.x + frame.lean * shift.v);
  const down = weight * shift.v;
  return { x: along * frame.across.x + down * frame.down.x, y: along * frame.across.y + down * frame.down.y };
}

/**
 * 0 along the border, 1 inside, for the part of a shift that points towards that border: sources lie outwards, so there it
 * would ask for pixels that do not exist.
 */
function borderFadeAt(position: number, length: number, border: number): number {
  return smoothStep((Math.min(position, length - 1 - position) - stillBorder) / border);
}

/** Weakens the field until no cell comes near to folding. */
function unfold(displacements: Float64Array, columns: number, step: number): Pick<DisplacementField, 'lambda' | 'minDeterminant'> {
  const before = leastOf(displacements, columns, step);
  if (before >= leastDeterminant) return { lambda: 1, minDeterminant: before };
  let [lambda, folding] = [0, 1];
  const scaled = (by: number): Float64Array => displacements.map((d) => d * by);
  for (let i = 0; i < 8; i++) {
    const middle = (lambda + folding) / 2;
    if (leastOf(scaled(middle), columns, step) >= leastDeterminant) lambda = middle;
    else folding = middle;
  }
  displacements.set(scaled(lambda));
  return { lambda, minDeterminant: leastOf(displacements, columns, step) };
}
