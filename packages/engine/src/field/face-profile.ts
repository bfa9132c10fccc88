import type { Point } from '@slimface/core';
import { createFaceFrame, toFrame, type FaceFrame, type FramePoint } from './face-frame.ts';
import { features as featureIndices, lipsBottom, ovalLeft, ovalRight, templePair } from './face-points.ts';
import { edgesOf, type Edges } from './outline.ts';
import { coreOf, featureShift, featureShiftAt, mostBoost } from './rigid-core.ts';
import { curveAt, smoothStep, type Curve } from './smooth.ts';

/** A face's edges and its rigid core on one side, over v. */
export interface Side extends Edges {
  /** Share of the contour, from the midline, that does not move. */
  readonly core: Curve;
  /** Factor of the shift: 1 on a face that looks straight ahead, less on the far side of a turned one. */
  readonly weight: number;
}

/** All that a face's displacement needs to know of the face. */
export interface FaceProfile {
  readonly frame: FaceFrame;
  /** v of the lower edge of the lips. */
  readonly lips: number;
  readonly sides: readonly [negative: Side, positive: Side];
  /** What a face that is seen from the side moves less, 0 straight ahead. */
  readonly sideways: number;
}

/** In profile a face moves by this share less. */
const mostSideways = 0.7;

/**
 * Measures a face for slimming.
 * @param landmarks 468 points in pixels
 */
export function createFaceProfile(landmarks: readonly Point[]): FaceProfile {
  const frame = createFaceFrame(landmarks);
  const inFrame = (index: number): FramePoint => toFrame(frame, landmarks[index]!.x, landmarks[index]!.y);
  const features = featureIndices.map(inFrame);
  const lips = Math.min(0.9 * frame.chin, Math.max(...lipsBottom.map((index) => inFrame(index).v)));
  const edges = [ovalLeft, ovalRight].map((oval) => edgesOf(oval.map(inFrame))) as [Edges, Edges];
  const widths = edges.map(({ outline }) => curveAt(outline, 0.6)) as [number, number];
  const held = edges.map((edge, index) => {
    const own = features.filter(({ x }) => (index === 0 ? x < 0 : x >= 0));
    return holdSide(own, edge, widths[index]! / Math.max(...widths), lips, frame.chin);
  }) as [HeldSide, HeldSide];
  // What one side is held back, the other makes up for in part, so that the whole jaw narrows as it should.
  const narrowed = (held[0].weight * widths[0] + held[1].weight * widths[1]) / (widths[0] + widths[1]);
  // Towards profile the outline of the mesh is a guess, and hair and ear lie where the near cheek's shift fades out.
  const temples = templePair.map((index) => Math.abs(inFrame(index).x)) as [number, number];
  const sideways = mostSideways * (1 - smoothStep((Math.min(...temples) / Math.max(...temples) - 0.05) / 0.25));
  const factor = (1 - sideways) * Math.min(mostBoost, 1 / narrowed);
  const side = ({ mostWeight, weight, ...rest }: HeldSide): Side => ({ ...rest, weight: Math.min(weight * factor, mostWeight) });
  return { frame, lips, sides: [side(held[0]), side(held[1])], sideways };
}

interface HeldSide extends Side {
  /** The weight at which its features would move by all that they may. */
  readonly mostWeight: number;
}

/**
 * @param features the side's own
 * @param relativeWidth the side's width over that of the wider one
 */
function holdSide(features: readonly FramePoint[], edges: Edges, relativeWidth: number, lips: number, chin: number): HeldSide {
  const core = coreOf(features, edges.contour, lips, chin);
  const drift = Math.max(1e-9, ...features.map((feature) => featureShiftAt(feature, curveAt(core, feature.v), edges.contour, chin)));
  const mostWeight = featureShift / drift;
  // A far cheek of under half the near one's width shows the silhouette of cheek and eye socket, not the jaw.
  const inSight = smoothStep((relativeWidth - 0.15) / 0.3);
  return { ...edges, core, weight: Math.min(inSight, mostWeight), mostWeight };
}
