import type { Box, FaceWish, Point } from '@slimface/core';
import { clustersOf, createPart, type Cluster, type Part } from '../field/clusters.ts';
import { ownShifts, type Grid } from '../field/displace.ts';
import { hasShape } from '../field/face-frame.ts';
import { addUp } from '../field/unfold.ts';

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
  /** The faces that it moves, each with what its displacement was scaled by to keep the determinant, 0 to 1. */
  readonly faces: readonly { readonly face: FaceToSlim; readonly lambda: number }[];
}

/**
 * log2 of the grid's step, by the half-width of the smallest face in pixels. Between nodes the field is bilinear, and on a
 * small face the ramp beside the corner of a smile is only a few pixels wide: at 94 px a step of 8 moved it by 0.5 % of the
 * face's width, a step of 2 by under 0.2 %.
 */
const steps: readonly (readonly [from: number, bits: number])[] = [[360, 4], [180, 3], [90, 2], [45, 1], [0, 0]];

/** Most nodes of a grid, 24 MB: a tiny face beside a very large one gets a coarser grid than it would alone. */
const mostNodes = 2 ** 20;

/**
 * Builds the fields of all faces: one for each cluster of faces whose regions touch, so that every pixel is resampled
 * once at most. Regions of different fields share no pixel.
 *
 * @param width of the stored image in pixels
 * @param height likewise
 */
export function buildFields(faces: readonly FaceToSlim[], width: number, height: number): DisplacementField[] {
  const parts = faces.filter(({ landmarks }) => hasShape(landmarks)).map((face) => createPart(face, width, height));
  const moving = parts.filter(({ motion }) => motion !== undefined);
  return clustersOf(moving)
    .map((cluster) => buildField(cluster, parts, width, height))
    .filter((field) => field.reach > 0);
}

/** @param others every face of the photo: each is held against the cluster's shifts */
function buildField({ parts, box: region }: Cluster, others: readonly Part[], width: number, height: number): DisplacementField {
  const { stepBits, grid: nodes } = gridOver(region, Math.min(...parts.map(({ profile }) => profile.frame.halfWidth)));
  const own = parts.map((part) => ownShifts(part, part.motion!, others, nodes, width, height));
  const { displacements, lambdas, minDeterminant } = addUp(own, nodes);
  const grid = new Int32Array(displacements.length);
  let most = 0;
  for (let i = 0; i < grid.length; i++) {
    grid[i] = Math.round(displacements[i]! * 2 ** 16);
    most = Math.max(most, Math.abs(grid[i]!));
  }
  const faces = parts.map((part) => ({ face: part.face, lambda: lambdas.get(part)! }));
  return { region, stepBits, columns: nodes.columns, grid, reach: Math.ceil(most / 2 ** 16), minDeterminant, faces };
}

/** @param smallest half-width of the smallest face in pixels */
function gridOver(region: Box, smallest: number): { stepBits: number; grid: Grid } {
  const fine = steps.find(([from]) => smallest >= from)![1];
  const grids = steps.map(([, bits]) => bits).filter((bits) => bits >= fine).toReversed().map((stepBits) => {
    const step = 1 << stepBits;
    return { stepBits, grid: { x: region.x, y: region.y, step, columns: Math.ceil(region.width / step) + 1, rows: Math.ceil(region.height / step) + 1 } };
  });
  return grids.find(({ grid }) => grid.columns * grid.rows <= mostNodes) ?? grids.at(-1)!;
}
