import type { FaceWish } from '@slimface/core';
import type { FramePoint } from './face-frame.ts';
import type { FaceProfile, Side } from './face-profile.ts';
import { lowest, narrowingAt } from './narrowing.ts';
import { curveEnd, curveStart, curveStep } from './outline.ts';
import { hinge, rampAt } from './rigid-core.ts';
import { curveAt, curveThrough, smoothStep, type Curve } from './smooth.ts';

/** How a face moves, ready to be asked at every node of a grid. */
export interface FaceMotion {
  readonly profile: FaceProfile;
  /** What is added to x of a result to get its source, as a share of x, over v: by both sides' mean, and by their difference. */
  readonly mean: Curve;
  readonly difference: Curve;
  /** Length that the chin gains, in units of half the face's width. */
  readonly chinDrop: number;
}

/** Beyond the outline the shift fades out over this distance, in units of half the face's width. */
export const fadeOut = 0.52;
/** Around the outline the shift levels off over this distance to either side. */
const levelOff = 0.1;
/** Share of the distance from lips to chin by which `shape.chin` changes it at 1. */
const mostChin = 0.2;
/** The chin's length changes by less away from the midline, and not at all from this x on. */
const chinReach = 0.9;
/** The midline's neighbourhood over which one side's shift goes over into the other's. */
const seam = 0.35;

/** Most of the shift at the outline, in units of half the face's width: the picture beside the face stretches by that over `fadeOut`. */
const steepest = 0.288;

/** @param wish what is to happen to the face */
export function createFaceMotion(profile: FaceProfile, wish: FaceWish): FaceMotion {
  const { frame, lips, sides, sideways } = profile;
  // A map that takes its pixels from x / (1 - n) shows a face that has lost the share n of its width.
  const stretch = (v: number, side: 0 | 1): number => {
    const { both, balance } = narrowingAt(v / frame.chin, wish);
    const lost = sides[side].weight * (both + (side === 0 ? balance : -balance));
    return cap(lost / (1 - lost), steepest / curveAt(sides[side].outline, v));
  };
  const curve = (of: (v: number) => number): Curve => curveThrough(curveStart, curveEnd, curveStep, of);
  const mean = curve((v) => (stretch(v, 0) + stretch(v, 1)) / 2);
  const difference = curve((v) => (stretch(v, 1) - stretch(v, 0)) / 2);
  const chinDrop = mostChin * wish.shape.chin * (frame.chin - lips) * (1 - sideways);
  return { profile, mean, difference, chinDrop };
}

/** How far a point's source lies from it in the face's frame, in units of half the face's width. */
export function shiftAt({ profile, mean, difference, chinDrop }: FaceMotion, { x, v }: FramePoint): FramePoint {
  const side = profile.sides[x < 0 ? 0 : 1];
  const height = v / profile.frame.chin;
  if (height <= 0 || height >= lowest) return still;
  const share = curveAt(mean, v) + Math.sign(x) * smoothStep(Math.abs(x) / seam) * curveAt(difference, v);
  return { x: share === 0 ? 0 : share * Math.sign(x) * reachOfShift(side, Math.abs(x), v), v: -chinDrop * chinPart(profile, x, v) };
}

/** The value itself up to half of `most`, and from there ever slower towards it. */
function cap(value: number, most: number): number {
  return value <= most / 2 ? value : most - (most / 2) ** 2 / value;
}

const still: FramePoint = { x: 0, v: 0 };

/** What a share of narrowing shifts at a distance from the midline: nothing in the core, and at the contour the distance itself. */
function reachOfShift({ outline, contour, core }: Side, x: number, v: number): number {
  const edge = curveAt(outline, v);
  if (x >= edge + fadeOut) return 0;
  const distance = x - hinge(x - edge, levelOff); // grows no more beyond the outline
  return distance * rampAt(curveAt(core, v), x / curveAt(contour, v)) * (1 - gentleStep((x - edge) / fadeOut));
}

/** How much a point takes part in a change of the chin's length, 0 to 1: not the lips, all of the chin, not the neck's end. */
function chinPart({ frame: { chin }, lips }: FaceProfile, x: number, v: number): number {
  const along = gentleStep((v - lips) / (chin - lips)) * (1 - gentleStep((v / chin - 1) / (lowest - 1)));
  return along * (1 - gentleStep(Math.abs(x) / chinReach));
}

/** t^2 (3 - 2 t) from 0 to 1: its steepest slope is 1.5, where `smoothStep` has 1.875 and squeezes the picture more. */
function gentleStep(t: number): number {
  if (t <= 0) return 0;
  return t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** Corners of the box, in the face's frame, outside which `shiftAt` is 0. */
export function reachOf({ frame, sides }: FaceProfile): readonly FramePoint[] {
  const widest = Math.max(chinReach, fadeOut + Math.max(...sides.flatMap(({ outline }) => [...outline.values])));
  return [-widest, widest].flatMap((x) => [0, lowest * frame.chin].map((v) => ({ x, v })));
}
