import type { Point } from '@slimface/core';
import type { DisplacementField } from '../src/stages/field.ts';

/** Where a pixel index takes its value from: the bilinear map that the kernels apply. */
export function sourceOf(fields: readonly DisplacementField[], { x, y }: Point): Point {
  const field = fields.find(({ region }) => x >= region.x && y >= region.y && x <= region.x + region.width && y <= region.y + region.height);
  if (field === undefined) return { x, y };
  const { region, stepBits, columns, grid } = field;
  const step = 2 ** stepBits;
  const [gx, gy] = [(x - region.x) / step, (y - region.y) / step];
  const [column, row] = [Math.floor(gx), Math.floor(gy)];
  const [fx, fy] = [gx - column, gy - row];
  const node = (c: number, r: number, lane: number): number => (grid[2 * ((row + r) * columns + column + c) + lane] ?? 0) / 65536;
  const lerp = (lane: number): number =>
    (node(0, 0, lane) * (1 - fx) + node(1, 0, lane) * fx) * (1 - fy) + (node(0, 1, lane) * (1 - fx) + node(1, 1, lane) * fx) * fy;
  return { x: x + lerp(0), y: y + lerp(1) };
}

/** Where a point of the photo lies afterwards, by inverting the map. Points are continuous: pixel i has its centre at i + 0.5. */
export function moved(fields: readonly DisplacementField[], point: Point): Point {
  const target = { x: point.x - 0.5, y: point.y - 0.5 };
  let at = target;
  for (let i = 0; i < 60; i++) {
    const source = sourceOf(fields, at);
    at = { x: at.x + target.x - source.x, y: at.y + target.y - source.y };
  }
  return { x: at.x + 0.5, y: at.y + 0.5 };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
