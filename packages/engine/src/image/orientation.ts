import type { Point } from '@slimface/core';

/** An affine map of points: (x, y) -> (a x + b y + c, d x + e y + f). */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A way to look at stored pixels: its own size, and where its points lie among the stored ones. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly toStored: Affine;
}

/** The map from upright to stored points for EXIF orientations 1 to 8, for a stored size of w x h. */
const uprightToStored: readonly ((w: number, h: number) => Affine)[] = [
  () => [1, 0, 0, 0, 1, 0],
  (w) => [-1, 0, w, 0, 1, 0],
  (w, h) => [-1, 0, w, 0, -1, h],
  (_, h) => [1, 0, 0, 0, -1, h],
  () => [0, 1, 0, 1, 0, 0],
  (_, h) => [0, 1, 0, -1, 0, h],
  (w, h) => [0, -1, w, -1, 0, h],
  (w) => [0, -1, w, 1, 0, 0],
];

/**
 * The upright view of stored pixels.
 * @param orientation EXIF orientation, 1 to 8
 */
export function uprightView(width: number, height: number, orientation: number): View {
  const toStored = uprightToStored[orientation - 1]!(width, height);
  return orientation >= 5 ? { width: height, height: width, toStored } : { width, height, toStored };
}

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = inner;
  const origin = applyAffine(outer, { x: c, y: f });
  return [
    outer[0] * a + outer[1] * d,
    outer[0] * b + outer[1] * e,
    origin.x,
    outer[3] * a + outer[4] * d,
    outer[3] * b + outer[4] * e,
    origin.y,
  ];
}

export function invert([a, b, c, d, e, f]: Affine): Affine {
  const det = a * e - b * d;
  return [e / det, -b / det, (b * f - c * e) / det, -d / det, a / det, (c * d - a * f) / det];
}

export function applyAffine([a, b, c, d, e, f]: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}
