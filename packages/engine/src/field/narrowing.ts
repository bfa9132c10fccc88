import type { FaceWish } from '@slimface/core';
import { smoothStep } from './smooth.ts';

/** Shares of its width that a face loses at a height; negative where it gets wider. */
export interface Narrowing {
  /** Of both sides alike. */
  readonly both: number;
  /** More of the side with negative x, and as much less of the other. */
  readonly balance: number;
}

/** Share of its width that a face is to lose for each 1 of slimDegree; smoothing leaves 0.06 to 0.065 at the corner of the jaw. */
export const narrowingPerDegree = 0.066;
/** What the controls of the shape do at 1, as shares of the width at their height; what is left of jaw at its corner is 0.04. */
const most = { jaw: 0.053, cheek: 0.04, chinWidth: 0.1, symmetry: 0.04 } as const;

/**
 * How much narrower a face is to be at a height: the degree counts from the ear to the neck, each control in its own part.
 *
 * @param height 0 at the eyes, 1 at the chin
 */
export function narrowingAt(height: number, { slimDegree, shape }: FaceWish): Narrowing {
  const both =
    narrowingPerDegree * slimDegree * slimmedPart(height) -
    most.jaw * shape.jaw * between(height, 0.35, 0.7, 0.75, 1.15) -
    most.cheek * shape.cheek * between(height, 0, 0.3, 0.35, 0.7) -
    most.chinWidth * shape.chinWidth * between(height, 0.7, 0.92, 1, 1.35);
  return { both, balance: most.symmetry * shape.symmetry * between(height, 0, 0.4, 0.65, 1.1) };
}

/** How much of the degree counts at a height: all from the cheeks to the chin, nothing above the eyes and down on the neck. */
export function slimmedPart(height: number): number {
  return between(height, 0, 0.48, 0.9, lowest);
}

/** Height from which nothing moves any more. */
export const lowest = 1.35;

/** 0 up to `start`, 1 from `full` to `fade`, 0 from `end`. */
function between(height: number, start: number, full: number, fade: number, end: number): number {
  return smoothStep((height - start) / (full - start)) * (1 - smoothStep((height - fade) / (end - fade)));
}
