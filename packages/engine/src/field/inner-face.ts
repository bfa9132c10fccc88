import type { FramePoint } from './face-frame.ts';
import type { FaceProfile } from './face-profile.ts';
import { curveAt, smoothStep } from './smooth.ts';

/** Where the inner face ends: share of the outline, v above the eyes, and share of the chin's v. */
const inner = { across: 1.1, top: -1.2, chin: 1.15 };

/** How much a point belongs to the inner face, 0 to 1: another face's shift must not move it. */
export function innerFaceAt({ frame, sides }: FaceProfile, { x, v }: FramePoint): number {
  const share = Math.abs(x) / curveAt((x < 0 ? sides[0] : sides[1]).outline, v);
  const across = 1 - smoothStep((share - 0.6) / (inner.across - 0.6));
  const along = smoothStep((v - inner.top) / 0.5) * (1 - smoothStep((v / frame.chin - 0.85) / (inner.chin - 0.85)));
  return across * along;
}

/** Corners of the box, in the face's frame, outside which `innerFaceAt` is 0. */
export function innerReachOf({ frame, sides }: FaceProfile): readonly FramePoint[] {
  const widest = inner.across * Math.max(...sides.flatMap(({ outline }) => [...outline.values]));
  return [-widest, widest].flatMap((x) => [inner.top, inner.chin * frame.chin].map((v) => ({ x, v })));
}
