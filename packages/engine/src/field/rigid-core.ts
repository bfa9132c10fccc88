import type { FramePoint } from './face-frame.ts';
import { narrowingPerDegree, slimmedPart } from './narrowing.ts';
import { curveStart, curveEnd, curveStep } from './outline.ts';
import { curveAt, curveThrough, smoothStep, type Curve } from './smooth.ts';

/** Range of the core's share of the contour beside eyes, nose and mouth. */
const leastCore = 0.35;
const mostCore = 0.8;
/** Most that a feature may move at slimDegree 2, in units of half the face's width: 0.125 % of that width. */
export const featureShift = 0.0025;
/** A side of a turned face shifts by at most this much more than it would on a face that looks straight ahead. */
export const mostBoost = 1.25;
/** Share of the contour over which the ramp begins, and over which it ends, at most. */
const [roundStart, roundEnd] = [0.15, 0.1];

/**
 * How much of its full shift a point takes, 0 in the core and 1 from the contour on, by its share of the way to the contour.
 * Its shift, which is that times its distance from the midline, rises almost straight between core and contour, as the
 * steepness is what the picture is squeezed by. Without a core all of the width shrinks alike, and this is 1.
 */
export function rampAt(core: number, share: number): number {
  if (share >= 1) return 1;
  if (share <= 0) return core > 0 ? 0 : 1;
  const end = Math.min(roundEnd, (1 - core) / 4);
  const steepness = (1 - end) / (1 - core - end);
  return (steepness * hinge(share - core, Math.min(core, roundStart)) - (steepness - 1) * hinge(share - 1 + end, end)) / share;
}

/** 0 up to -round, t from round, and between them a curve with two continuous derivatives. */
export function hinge(t: number, round: number): number {
  if (t <= -round) return 0;
  if (t >= round) return t;
  const s = (t / round + 1) / 2;
  return 2 * round * s ** 3 * (1 - s / 2);
}

/**
 * The core's share of the contour over v: as wide as the features near v ask, so that a broad smile keeps its corners, and
 * none below the lips, where the chin gets narrower from its middle on.
 *
 * @param features eyes, nose and mouth of one side, in the face's frame
 * @param lips v of the lower edge of the lips
 * @param chin v of the chin
 */
export function coreOf(features: readonly FramePoint[], contour: Curve, lips: number, chin: number): Curve {
  const needs = features.map((feature) => ({ v: feature.v, core: coreFor(feature, contour, chin) }));
  const reach = 2 * curveStep; // a B-spline is below its highest control values: a peak must be this broad
  return curveThrough(curveStart, curveEnd, curveStep, (v) => {
    const near = needs.filter((need) => Math.abs(need.v - v) <= reach);
    const least = leastCore * (1 - smoothStep((v - lips) / (0.7 * (chin - lips))));
    return Math.max(least, ...near.map(({ core }) => core));
  });
}

/** The least core that holds a feature where it is. */
function coreFor(feature: FramePoint, contour: Curve, chin: number): number {
  let [moving, held] = [0, mostCore];
  if (featureShiftAt(feature, held, contour, chin) * mostBoost > featureShift) return held;
  for (let i = 0; i < 12; i++) {
    const middle = (moving + held) / 2;
    if (featureShiftAt(feature, middle, contour, chin) * mostBoost > featureShift) moving = middle;
    else held = middle;
  }
  return held;
}

/** How far a feature moves at slimDegree 2, in units of half the face's width. */
export function featureShiftAt({ x, v }: FramePoint, core: number, contour: Curve, chin: number): number {
  return 2 * narrowingPerDegree * slimmedPart(v / chin) * Math.abs(x) * rampAt(core, Math.abs(x) / curveAt(contour, v));
}
