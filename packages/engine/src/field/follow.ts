import type { Point } from '@slimface/core';
import { contains } from '../image/boxes.ts';
import type { DisplacementField } from '../stages/field.ts';

/** Rounds of the inversion; each makes its error smaller by the field's slope, which is under 0.75. */
const rounds = 40;

/**
 * Where a point of the photo lies in the slimmed one.
 *
 * The fields map backwards, so this solves q + d(q) = p for q by q <- p - d(q).
 * @param point in stored pixels, with the centre of the first at 0.5, as the result is
 */
export function follow(fields: readonly DisplacementField[], point: Point): Point {
  const index = { x: point.x - 0.5, y: point.y - 0.5 };
  let at = index;
  for (let i = 0; i < rounds; i++) {
    const { x, y } = displacementAt(fields, at);
    at = { x: index.x - x, y: index.y - y };
  }
  return { x: at.x + 0.5, y: at.y + 0.5 };
}

/** The displacement at a point in pixel indices: bilinear between the nodes, as the kernels apply it. */
export function displacementAt(fields: readonly DisplacementField[], { x, y }: Point): Point {
  const field = fields.find(({ region }) => contains(region, x, y));
  if (field === undefined) return { x: 0, y: 0 };
  const { region, stepBits, columns, grid } = field;
  const [across, along] = [(x - region.x) / (1 << stepBits), (y - region.y) / (1 << stepBits)];
  const [column, row] = [Math.floor(across), Math.floor(along)];
  const [fx, fy] = [across - column, along - row];
  const node = (dx: number, dy: number, lane: number): number => (grid[2 * ((row + dy) * columns + column + dx) + lane] ?? 0) / 2 ** 16;
  const between = (lane: number): number =>
    (node(0, 0, lane) * (1 - fx) + node(1, 0, lane) * fx) * (1 - fy) + (node(0, 1, lane) * (1 - fx) + node(1, 1, lane) * fx) * fy;
  return { x: between(0), y: between(1) };
}
