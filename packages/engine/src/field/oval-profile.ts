import type { Point } from '@slimface/core';
import { createFaceFrame, toFrame, type FaceFrame, type FramePoint } from './face-frame.ts';
import { features as featureIndices, ovalLeft, ovalRight } from './face-points.ts';
import { curveAt, curveThrough, smoothStep, type Curve } from './smooth.ts';

/** A face's outline and its rigid core on one side, both in units of half the face's width, over v. */
interface Side {
  readonly outline: Curve;
  /** Share of the outline, from the midline, that does not move. */
  readonly core: Curve;
  /** Factor of the shift: 1 on a face that looks straight ahead, less on the far side of a turned one. */
  readonly weight: number;
}

/** All that a face's displacement needs to know. */
export interface OvalProfile {
  readonly frame: FaceFrame;
  readonly sides: readonly [negative: Side, positive: Side];
}

/**
 * Least half-width of the outline, as a share of its side's widest. Towards the chin the oval shrinks to nothing, but the
 * neck beside it must follow the jaw: with a narrower floor it bulges out below a slimmed jaw.
 */
const leastOutline = 0.6;
/** Shares of the outline where the shift is full, and where nothing moves any more. */
const full = 1;
const still = 1.5;
/** Range of the rigid core's share of the outline. */
const leastCore = 0.42;
const mostCore = 0.8;
/** A side shifts by at most this much more than it would on a face that looks straight ahead. */
const mostBoost = 1.25;
/** Most that eyes, nose and mouth may move at slimDegree 2, in units of half the face's width, for a narrowing of 1. */
const featureShift = 0.0028 / (0.12 / 0.88);
/** The chin's v on the face that the vertical window was made for; other faces are scaled to it. */
const chinOfWindow = 1.5;
/** v of the window's start, full shift from and to, and end, which lies on the neck. */
const window = { start: 0, full: 0.6, fade: 1.1, end: 2.1 };
/** Where the inner face ends: share of the outline, v above the eyes, and share of the chin's v. */
const inner = { across: 1.1, top: -1.2, chin: 1.15 };
const [curveStart, curveEnd, curveStep] = [-1, 2.8, 0.1];

/**
 * Measures a face for slimming.
 * @param landmarks 468 points in pixels
 */
export function createOvalProfile(landmarks: readonly Point[]): OvalProfile {
  const frame = createFaceFrame(landmarks);
  const inFrame = (index: number): FramePoint => toFrame(frame, landmarks[index]!.x, landmarks[index]!.y);
  const featurePoints = featureIndices.map(inFrame);
  const outlines = [ovalLeft, ovalRight].map((oval) => outlineOf(oval.map(inFrame))) as [Curve, Curve];
  const widths = outlines.map((outline) => curveAt(outline, 0.6)) as [number, number];
  const held = ([0, 1] as const).map((index) => {
    const points = featurePoints.filter(({ x }) => (index === 0 ? x < 0 : x >= 0));
    return holdSide(points, outlines[index], widths[index] / Math.max(...widths), frame.chin);
  }) as [HeldSide, HeldSide];
  // What one side is held back, the other makes up for in part, so that the whole jaw narrows as it should.
  const narrowed = (held[0].weight * widths[0] + held[1].weight * widths[1]) / (widths[0] + widths[1]);
  // Towards profile the outline of the mesh is a guess, and hair and ear lie where the near cheek's shift fades out.
  const inView = smoothStep((Math.min(...widths) / Math.max(...widths) - 0.05) / 0.25);
  const factor = inView * Math.min(mostBoost, 1 / narrowed);
  const side = ({ outline, core, weight, mostWeight }: HeldSide): Side => ({ outline, core, weight: Math.min(weight * factor, mostWeight) });
  return { frame, sides: [side(held[0]), side(held[1])] };
}

interface HeldSide extends Side {
  /** The weight at which its features would move by all that they may. */
  readonly mostWeight: number;
}

/**
 * @param features the side's own
 * @param relativeWidth the side's width over that of the wider one
 */
function holdSide(features: readonly FramePoint[], outline: Curve, relativeWidth: number, chin: number): HeldSide {
  const core = coreOf(features, outline, chin);
  const drift = Math.max(0, ...features.map(({ x, v }) => sideShift({ outline, core, weight: 1 }, Math.abs(x), v, chin)));
  const mostWeight = featureShift / drift;
  // A far cheek of under half the near one's width shows the silhouette of cheek and eye socket, not the jaw.
  const inSight = smoothStep((relativeWidth - 0.15) / 0.3);
  return { outline, core, weight: Math.min(inSight, mostWeight), mostWeight };
}

/** Half-width of the face over v, from the oval's points down one side. */
function outlineOf(points: readonly FramePoint[]): Curve {
  const least = leastOutline * Math.max(...points.map(({ x }) => Math.abs(x)));
  return curveThrough(curveStart, curveEnd, curveStep, (v) => {
    let widest = least;
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1]!, points[i]!];
      if ((a.v - v) * (b.v - v) > 0 || a.v === b.v) continue;
      const t = (v - a.v) / (b.v - a.v);
      widest = Math.max(widest, Math.abs(a.x + t * (b.x - a.x)));
    }
    return widest;
  });
}

/** The core's share of the outline over v: as wide as the features near v ask, so that a broad smile keeps its corners. */
function coreOf(points: readonly FramePoint[], outline: Curve, chin: number): Curve {
  const reach = 2 * curveStep; // a B-spline is below its highest control values: a peak must be this broad
  const needs = points.map(({ x, v }) => {
    const halfWidth = curveAt(outline, v);
    // The feature may stand so far in the ramp from core to full shift; S(t) < 10 t^3.
    const t = Math.cbrt(featureShift / (10 * halfWidth * windowAt(v, chin)));
    return { v, core: t < 1 ? (Math.abs(x) / halfWidth - t * full) / (1 - t) : leastCore };
  });
  return curveThrough(curveStart, curveEnd, curveStep, (v) => {
    const near = needs.filter((need) => Math.abs(need.v - v) <= reach);
    return Math.min(mostCore, Math.max(leastCore, ...near.map(({ core }) => core)));
  });
}

/**
 * How far a point's source lies from it, along x in units of half the face's width, for a narrowing of 1: outwards
 * from the midline, 0 in the core, above the eyes, down on the neck and beyond 1.5 outlines.
 */
export function shiftAt({ frame, sides }: OvalProfile, { x, v }: FramePoint): number {
  return x < 0 ? -sideShift(sides[0], -x, v, frame.chin) : sideShift(sides[1], x, v, frame.chin);
}

function sideShift({ outline, core, weight }: Side, x: number, v: number, chin: number): number {
  const fade = windowAt(v, chin);
  if (fade === 0) return 0;
  const halfWidth = curveAt(outline, v);
  const share = x / halfWidth;
  if (share >= still || share <= leastCore) return 0;
  const rigid = curveAt(core, v);
  const rise = smoothStep((share - rigid) / (full - rigid));
  const fall = 1 - smoothStep((share - full) / (still - full));
  return weight * halfWidth * rise * fall * fade;
}

/** 1 on the cheeks and the jaw, 0 above the eyes and down on the neck. */
function windowAt(v: number, chin: number): number {
  const scaled = (v * chinOfWindow) / chin;
  return smoothStep((scaled - window.start) / (window.full - window.start)) * (1 - smoothStep((scaled - window.fade) / (window.end - window.fade)));
}

/** How much a point belongs to the inner face, 0 to 1: another face's shift must not move it. */
export function innerFaceAt({ frame, sides }: OvalProfile, { x, v }: FramePoint): number {
  const share = Math.abs(x) / curveAt((x < 0 ? sides[0] : sides[1]).outline, v);
  const across = 1 - smoothStep((share - 0.6) / (inner.across - 0.6));
  const along = smoothStep((v - inner.top) / 0.5) * (1 - smoothStep((v / frame.chin - 0.85) / (inner.chin - 0.85)));
  return across * along;
}

/** Corners of the box, in the face's frame, outside which `innerFaceAt` is 0. */
export function innerReachOf({ frame, sides }: OvalProfile): readonly FramePoint[] {
  return cornersOf(inner.across * widestOf(sides), inner.top, inner.chin * frame.chin);
}

/** Corners of the box, in the face's frame, outside which `shiftAt` is 0. */
export function reachOf({ frame, sides }: OvalProfile): readonly FramePoint[] {
  return cornersOf(still * widestOf(sides), 0, (window.end * frame.chin) / chinOfWindow);
}

function cornersOf(widest: number, top: number, bottom: number): readonly FramePoint[] {
  return [-widest, widest].flatMap((x) => [top, bottom].map((v) => ({ x, v })));
}

function widestOf(sides: OvalProfile['sides']): number {
  return Math.max(...sides.flatMap(({ outline }) => [...outline.values]));
}
