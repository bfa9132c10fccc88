import type { FramePoint } from './face-frame.ts';
import type { FaceProfile } from './face-profile.ts';
import { curveAt, smoothStep } from './smooth.ts';

/** How far a face is held: shares of its outline, v above the eyes and shares of the chin's v, up to which all of it, and from which nothing. */
interface Hold {
  readonly across: readonly [all: number, none: number];
  readonly above: readonly [all: number, none: number];
  readonly below: readonly [all: number, none: number];
}

/** A face that moves itself keeps its features; where its contour goes is its own and its neighbour's matter. */
const inner: Hold = { across: [0.6, 1.1], above: [-0.7, -1.2], below: [0.85, 1.15] };
/** A face that nobody wished to change keeps its whole oval, with a margin for the grid between its nodes. */
const whole: Hold = { across: [1.1, 1.5], above: [-1.5, -2], below: [1.08, 1.4] };

/** How much a point of a face is held, 0 to 1: another face's shift must not move it. */
export function heldAt({ frame, sides }: FaceProfile, moves: boolean, { x, v }: FramePoint): number {
  const { across, above, below } = moves ? inner : whole;
  const share = Math.abs(x) / curveAt((x < 0 ? sides[0] : sides[1]).outline, v);
  return fade(share, across) * fade(v, above) * fade(v / frame.chin, below);
}

/** 1 up to `all`, 0 from `none`, whichever of them is larger. */
function fade(value: number, [all, none]: readonly [number, number]): number {
  return 1 - smoothStep((value - all) / (none - all));
}

/** Corners of the box, in the face's frame, outside which `heldAt` is 0. */
export function heldReachOf({ frame, sides }: FaceProfile, moves: boolean): readonly FramePoint[] {
  const { across, above, below } = moves ? inner : whole;
  const widest = across[1] * Math.max(...sides.flatMap(({ outline }) => [...outline.values]));
  return [-widest, widest].flatMap((x) => [above[1], below[1] * frame.chin].map((v) => ({ x, v })));
}
