import type { Point } from '@slimface/core';
import { createFaceFrame, toFrame, type FaceFrame, type FramePoint } from './face-frame.ts';
import { features, ovalLeft, ovalRight } from './face-points.ts';
import { curveAt, curveThrough, smoothStep, type Curve } from './smooth.ts';

/** A face's outline and its rigid core on one side, both in units of half the face's width, over v. */
interface Side {
  readonly outline: Curve;
  /** Share of the outline, from the midline, that does not move. */
  readonly core: Curve;
  /** 1, or less where the head is turned so far that the outline is not the jaw's. */
  readonly weight: number;
}

/** All that a face's displacement needs to know. */
export interface OvalProfile {
  readonly frame: FaceFrame;
  readonly sides: readonly [negative: Side, positive: Side];
}

/** Least half-width of the outline: below the chin it would shrink to nothing. */
const leastOutline = 0.35;
/** Shares of the outline where the full shift starts, ends, and where nothing moves any more. */
const fullFrom = 0.9;
const fullTo = 0.94;
const stillFrom = 1.5;
/** Range of the rigid core's share of the outline. */
const leastCore = 0.42;
const mostCore = 0.62;
/** Features may reach this far into the ramp between core and full shift: it has risen to 2.5 % there. */
const rampTolerance = 0.145;
/** The chin's v on the face that the vertical window was made for; other faces are scaled to it. */
const chinOfWindow = 1.5;
/** v of the window's start, full shift from and to, and end. */
const window = { start: 0, full: 0.6, fade: 1.1, end: 1.7 };
const [curveStart, curveEnd, curveStep] = [-1, 2.4, 0.1];

/**
 * Measures a face for slimming.
 * @param landmarks 468 points in pixels
 */
export function createOvalProfile(landmarks: readonly Point[]): OvalProfile {
  const frame = createFaceFrame(landmarks);
  const inFrame = (index: number): FramePoint => toFrame(frame, landmarks[index]!.x, landmarks[index]!.y);
  const featurePoints = features.map(inFrame);
  const outlines = [ovalLeft, ovalRight].map((oval) => outlineOf(oval.map(inFrame))) as [Curve, Curve];
  const widths = outlines.map((outline) => curveAt(outline, 0.6)) as [number, number];
  const side = (index: 0 | 1): Side => ({
    outline: outlines[index],
    core: coreOf(
      featurePoints.filter(({ x }) => (index === 0 ? x < 0 : x >= 0)),
      outlines[index],
    ),
    // A far cheek of under half the near one's width shows the silhouette of cheek and eye socket, not the jaw.
    weight: smoothStep((widths[index] / Math.max(...widths) - 0.15) / 0.3),
  });
  return { frame, sides: [side(0), side(1)] };
}

/** Half-width of the face over v, from the oval's points down one side. */
function outlineOf(points: readonly FramePoint[]): Curve {
  return curveThrough(curveStart, curveEnd, curveStep, (v) => {
    let widest = leastOutline;
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
function coreOf(points: readonly FramePoint[], outline: Curve): Curve {
  const reach = 2 * curveStep; // a B-spline is below its highest control values: a peak must be this broad
  return curveThrough(curveStart, curveEnd, curveStep, (v) => {
    let core = leastCore;
    for (const point of points) {
      if (Math.abs(point.v - v) > reach) continue;
      const share = Math.abs(point.x) / curveAt(outline, point.v);
      core = Math.max(core, (share - rampTolerance * fullFrom) / (1 - rampTolerance));
    }
    return Math.min(core, mostCore);
  });
}

/**
 * How far a point's source lies from it, along x in units of half the face's width, for a narrowing of 1: outwards
 * from the midline, 0 in the core, above the eyes, below the chin and beyond 1.5 outlines.
 */
export function shiftAt({ frame, sides }: OvalProfile, { x, v }: FramePoint): number {
  const fade = windowAt((v * chinOfWindow) / frame.chin);
  if (fade === 0) return 0;
  const { outline, core, weight } = x < 0 ? sides[0] : sides[1];
  const halfWidth = curveAt(outline, v);
  const share = Math.abs(x) / halfWidth;
  if (share >= stillFrom || share <= leastCore) return 0;
  const inner = curveAt(core, v);
  const rise = smoothStep((share - inner) / (fullFrom - inner));
  const fall = 1 - smoothStep((share - fullTo) / (stillFrom - fullTo));
  return Math.sign(x) * weight * halfWidth * rise * fall * fade;
}

/** 1 on the cheeks and the jaw, 0 above the eyes and below the chin. */
function windowAt(v: number): number {
  return smoothStep((v - window.start) / (window.full - window.start)) * (1 - smoothStep((v - window.fade) / (window.end - window.fade)));
}

/** How much a point belongs to the inner face, 0 to 1: another face's shift must not move it. */
export function innerFaceAt({ frame, sides }: OvalProfile, { x, v }: FramePoint): number {
  const share = Math.abs(x) / curveAt((x < 0 ? sides[0] : sides[1]).outline, v);
  const across = 1 - smoothStep((share - 0.6) / 0.5);
  const along = smoothStep((v + 1.2) / 0.5) * (1 - smoothStep((v / frame.chin - 0.85) / 0.3));
  return across * along;
}

/** Corners of the box, in the face's frame, outside which `shiftAt` is 0. */
export function reachOf({ frame, sides }: OvalProfile): readonly FramePoint[] {
  const widest = stillFrom * Math.max(...sides.flatMap(({ outline }) => [...outline.values]));
  const lowest = (window.end * frame.chin) / chinOfWindow;
  return [-widest, widest].flatMap((x) => [0, lowest].map((v) => ({ x, v })));
}
