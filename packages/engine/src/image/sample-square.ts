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
  const { data, width, height } = pyramid(level);
  const zoom = square.side / size;
  const [cos, sin] = [Math.cos(square.rotation) * zoom, Math.sin(square.rotation) * zoom];
  const half = size / 2 - 0.5; // the first output pixel's centre
  const toView = [cos, -sin, square.cx - half * (cos - sin), sin, cos, square.cy - half * (sin + cos)] as const;
  // Points of a level are scaled from the stored ones, and index i is the point i + 0.5.
  const shrink = 2 ** -level;
  const [ax, bx, x0, ay, by, y0] = compose([shrink, 0, -0.5, 0, shrink, -0.5], compose(view.toStored, toView));

  const { scale, offset } = range;
  const out = new Float32Array(size * size * 3).fill(offset);
  for (let j = 0, at = 0; j < size; j++) {
    for (let i = 0; i < size; i++, at += 3) {
      const x = ax * i + bx * j + x0;
      const y = ay * i + by * j + y0;
      const left = Math.floor(x);
      const top = Math.floor(y);
      if (left < -1 || top < -1 || left >= width || top >= height) continue;
      const fx = x - left;
      const fy = y - top;
      // A tap outside the image is black: it gets no weight.
      const w00 = left >= 0 && top >= 0 ? (1 - fx) * (1 - fy) * scale : 0;
      const w10 = left + 1 < width && top >= 0 ? fx * (1 - fy) * scale : 0;
      const w01 = left >= 0 && top + 1 < height ? (1 - fx) * fy * scale : 0;
      const w11 = left + 1 < width && top + 1 < height ? fx * fy * scale : 0;
      const p = (top * width + left) * 3;
      const q = p + width * 3;
      for (let channel = 0; channel < 3; channel++) {
        let value = offset;
        if (w00 !== 0) value += w00 * data[p + channel]!;
        if (w10 !== 0) value += w10 * data[p + 3 + channel]!;
        if (w01 !== 0) value += w01 * data[q + channel]!;
        if (w11 !== 0) value += w11 * data[q + 3 + channel]!;
        out[at + channel] = value;
      }
    }
  }
  return out;
}
