import type { FramePoint } from './face-frame.ts';
import { curveThrough, type Curve } from './smooth.ts';

/** Range of v over which a face's curves are sampled, and the distance of the samples, in units of half the face's width. */
export const curveStart = -1;
export const curveEnd = 4.5;
export const curveStep = 0.05;

/**
 * Least half-width of the outline, as a share of its side's widest. Towards the chin the contour shrinks to nothing, but the
 * neck beside it must follow the jaw: with a narrower floor it bulges out below a slimmed jaw.
 */
const leastOutline = 0.78;
/** Least half-width of the contour, so that shares of it are numbers. */
const leastContour = 0.02;

/** Where a face ends on one side, over v, in units of half its width. */
export interface Edges {
  /** The face's own contour, which closes at the chin. */
  readonly contour: Curve;
  /** The same with the neck: never narrower than 0.78 of its widest. From here outwards the shift fades out. */
  readonly outline: Curve;
}

/** @param points of the oval on that side, from the top of the forehead to the chin */
export function edgesOf(points: readonly FramePoint[]): Edges {
  const widest = Math.max(...points.map(({ x }) => Math.abs(x)));
  const curve = (least: number): Curve => curveThrough(curveStart, curveEnd, curveStep, (v) => Math.max(least, halfWidthAt(points, v)));
  return { contour: curve(leastContour), outline: curve(leastOutline * widest) };
}

/** Where the polygon of the points is widest at a height; 0 above and below it. */
function halfWidthAt(points: readonly FramePoint[], v: number): number {
  let widest = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    if ((a.v - v) * (b.v - v) > 0 || a.v === b.v) continue;
    const t = (v - a.v) / (b.v - a.v);
    widest = Math.max(widest, Math.abs(a.x + t * (b.x - a.x)));
  }
  return widest;
}
