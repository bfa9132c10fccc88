import type { Box, Point } from '@slimface/core';
import { clustersOf, createPart, type Cluster, type Part } from '../field/clusters.ts';
import { toFrame } from '../field/face-frame.ts';
import { leastDeterminant, minDeterminant } from '../field/fold-test.ts';
import { innerFaceAt, shiftAt } from '../field/oval-profile.ts';
import { smoothStep } from '../field/smooth.ts';
import { contains } from '../image/boxes.ts';

/** A face in stored pixels and its degree; a face of degree 0 is held still when its neighbours move. */
export interface FaceToSlim {
  readonly landmarks: readonly Point[];
  readonly slimDegree: number;
}

/** The displacement field of a region: where each of its pixels comes from, on a grid. */
export interface DisplacementField {
  /** The region in stored pixels, whole numbers. */
  readonly region: Box;
  /** log2 of the pixels between two nodes: 3, or less for small faces. */
  readonly stepBits: number;
  /** Nodes in a row of the grid; the first lies on the region's first pixel. */
  readonly columns: number;
  /** Displacements, pairs (dx, dy) in Q16 pixels: pixel p takes the value of source point p + d. */
  readonly grid: Int32Array;
  /** Largest displacement in pixels, rounded up. */
  readonly reach: number;
  /** Least Jacobian determinant of the map, at least 0.25. */
  readonly minDeterminant: number;
}

/** Narrowing of the jaw for each 1 of slimDegree, as a share of its width. */
const narrowing = 0.06;
/** The field fades out over this many half-widths of a face from the image's border. */
const borderFade = 0.5;
/** Pixels along the border that do not move towards it: a grid cell and the reach of the cubic. */
const stillBorder = 8 + 2;
/**
 * Half-width of a face in pixels from which a grid step of 8 is fine enough. Between nodes the field is bilinear, and on
 * a small face the ramp beside the corner of a smile is only a few pixels wide: at 94 px a step of 8 moved it by 0.5 % of
 * the face's width, a step of 2 by under 0.2 %.
 */
const coarseFrom = 240;

/**
 * Builds the fields of all faces: one for each cluster of faces whose regions touch, so that every pixel is resampled
 * once at most. Regions of different fields share no pixel.
 *
 * @param width of the stored image in pixels
 * @param height likewise
 */
export function buildFields(faces: readonly FaceToSlim[], width: number, height: number): DisplacementField[] {
  // Landmarks are continuous; the grid speaks of pixel indices, whose centres are at + 0.5.
  const parts = faces.map(({ landmarks, slimDegree }) => {
    const indices = landmarks.map(({ x, y }) => ({ x: x - 0.5, y: y - 0.5 }));
    return createPart(indices, narrowing * slimDegree, width, height);
  });
  const moving = parts.filter(({ stretch }) => stretch > 0);
  return clustersOf(moving)
    .map((cluster) => buildField(cluster, parts, width, height))
    .filter((field) => field.reach > 0);
}

/** @param others every face of the photo: each keeps its inner part from being moved by the cluster's */
function buildField({ parts, box: region }: Cluster, others: readonly Part[], width: number, height: number): DisplacementField {
  const smallest = Math.min(...parts.map(({ profile }) => profile.frame.halfWidth));
  const stepBits = smallest >= coarseFrom ? 3 : smallest >= coarseFrom / 2 ? 2 : 1;
  const step = 1 << stepBits;
  const columns = Math.ceil(region.width / step) + 1;
  const rows = Math.ceil(region.height / step) + 1;
  const displacements = new Float64Array(columns * rows * 2);
  for (const part of parts) {
    const { across, halfWidth } = part.profile.frame;
    const { x: left, y: top, width: wide, height: high } = part.box;
    const nodeAt = (pixels: number): number => Math.ceil(pixels / step);
    for (let row = nodeAt(top - region.y); row <= nodeAt(top + high - region.y); row++) {
      const y = region.y + row * step;
      for (let column = nodeAt(left - region.x); column <= nodeAt(left + wide - region.x); column++) {
        const x = region.x + column * step;
        const pixels = shiftOf(part, others, x, y);
        if (pixels === 0) continue;
        const at = 2 * (row * columns + column);
        displacements[at]! += pixels * across.x * borderFadeAt(x, width, borderFade * halfWidth);
        displacements[at + 1]! += pixels * across.y * borderFadeAt(y, height, borderFade * halfWidth);
      }
    }
  }
  const determinant = unfold(displacements, columns, step);
  const grid = new Int32Array(displacements.length);
  let reach = 0;
  for (let i = 0; i < grid.length; i++) {
    grid[i] = Math.round(displacements[i]! * 2 ** 16);
    reach = Math.max(reach, Math.abs(displacements[i]!));
  }
  return { region, stepBits, columns, grid, reach: Math.ceil(reach), minDeterminant: determinant };
}

/** A face's shift in pixels along its eyes, held off the inner part of all other faces. */
function shiftOf(part: Part, others: readonly Part[], x: number, y: number): number {
  const { frame } = part.profile;
  let pixels = shiftAt(part.profile, toFrame(frame, x, y)) * part.stretch * frame.halfWidth;
  for (const other of others) {
    if (pixels === 0) return 0;
    if (other !== part && contains(other.innerBox, x, y)) pixels *= 1 - innerFaceAt(other.profile, toFrame(other.profile.frame, x, y));
  }
  return pixels;
}

/**
 * 0 along the border, 1 inside, for the part of a shift that points towards that border: sources lie outwards, so there it
 * would ask for pixels that do not exist.
 */
function borderFadeAt(position: number, length: number, border: number): number {
  return smoothStep((Math.min(position, length - 1 - position) - stillBorder) / border);
}

/** Weakens the field until no cell comes near to folding. @returns the least determinant that is left */
function unfold(displacements: Float64Array, columns: number, step: number): number {
  const before = minDeterminant(displacements, columns, step);
  if (before >= leastDeterminant) return before;
  let [safe, folding] = [0, 1];
  const scaled = (by: number): Float64Array => displacements.map((d) => d * by);
  for (let i = 0; i < 5; i++) {
    const middle = (safe + folding) / 2;
    if (minDeterminant(scaled(middle), columns, step) >= leastDeterminant) safe = middle;
    else folding = middle;
  }
  displacements.set(scaled(safe));
  return minDeterminant(displacements, columns, step);
}
