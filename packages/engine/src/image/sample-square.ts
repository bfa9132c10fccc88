import type { Point } from '@slimface/core';
import { compose, type View } from './orientation.ts';
import type { Pyramid } from './pyramid.ts';

/** A square in a view, in pixels; it may be turned and may reach beyond the view. */
export interface Square {
  /** Centre. */
  readonly cx: number;
  readonly cy: number;
  readonly side: number;
  /** Radians, clockwise. */
  readonly rotation: number;
}

/**
 * Where a point of a square lies in the view.
 * @param point in units of the side, from the corner that is the square's own top left
 */
export function placeInSquare({ x, y }: Point, { cx, cy, side, rotation }: Square): Point {
  const [cos, sin] = [Math.cos(rotation) * side, Math.sin(rotation) * side];
  return { x: cx + (x - 0.5) * cos - (y - 0.5) * sin, y: cy + (x - 0.5) * sin + (y - 0.5) * cos };
}

/** How a model wants its input: samples of 0 to 255 become `value * scale + offset`. */
export interface InputRange {
  readonly scale: number;
  readonly offset: number;
}

/**
 * Samples a square to `size` x `size` RGB values for a model, bilinearly from the pyramid level next above the wanted
 * resolution. Outside the image all is black.
 *
 * @returns `size * size * 3` values, row by row
 */
export function sampleSquare(pyramid: Pyramid, view: View, square: Square, size: number, range: InputRange): Float32Array {
  const level = Math.max(0, Math.floor(Math.log2(square.side / size)));
  const { data, width, height, left: levelLeft, top: levelTop } = pyramid(level);
  const zoom = square.side / size;
  const [cos, sin] = [Math.cos(square.rotation) * zoom, Math.sin(square.rotation) * zoom];
  const half = size / 2 - 0.5; // the first output pixel's centre
  const toView = [cos, -sin, square.cx - half * (cos - sin), sin, cos, square.cy - half * (sin + cos)] as const;
  // Points of a level are scaled from the stored ones behind its corner, and index i is the point i + 0.5.
  const shrink = 2 ** -level;
  const toLevel = [shrink, 0, -0.5 - shrink * levelLeft, 0, shrink, -0.5 - shrink * levelTop] as const;
  const [ax, bx, x0, ay, by, y0] = compose(toLevel, compose(view.toStored, toView));

  const { scale, offset } = range;
  const out = new Float32Array(size * size * 3).fill(offset);
  for (let j = 0, at = 0; j < size; j++) {
    for (let i = 0; i < size; i++, at += 3) {
      const x = ax * i + bx * j + x0;
      const y = ay * i + by * j + y0;
      if (x <= -1 || y <= -1 || x >= width || y >= height) continue;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const fx = x - left;
      const fy = y - top;
      // A tap outside the image gets no weight; its index is that of the opposite one.
      const hasLeft = left >= 0;
      const hasTop = top >= 0;
      const hasRight = left + 1 < width;
      const hasBottom = top + 1 < height;
      const wl = hasLeft ? (1 - fx) * scale : 0;
      const wr = hasRight ? fx * scale : 0;
      const wt = hasTop ? 1 - fy : 0;
      const wb = hasBottom ? fy : 0;
      const upper = (hasTop ? top : 0) * width;
      const lower = (hasBottom ? top + 1 : top) * width;
      const l = hasLeft ? left : 0;
      const r = hasRight ? left + 1 : left;
      const a = (upper + l) * 3;
      const b = (upper + r) * 3;
      const c = (lower + l) * 3;
      const d = (lower + r) * 3;
      out[at] = offset + wt * (wl * data[a]! + wr * data[b]!) + wb * (wl * data[c]! + wr * data[d]!);
      out[at + 1] = offset + wt * (wl * data[a + 1]! + wr * data[b + 1]!) + wb * (wl * data[c + 1]! + wr * data[d + 1]!);
      out[at + 2] = offset + wt * (wl * data[a + 2]! + wr * data[b + 2]!) + wb * (wl * data[c + 2]! + wr * data[d + 2]!);
    }
  }
  return out;
}
