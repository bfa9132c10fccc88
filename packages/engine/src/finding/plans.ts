import type { Box } from '@slimface/core';
import type { View } from '../image/orientation.ts';
import type { Square } from '../image/sample-square.ts';
import { fullRange, fullRangeSparse, shortRange, type Detector } from './detectors.ts';

/** One look of a plan: a detector and the square that it looks at. */
export interface Look {
  readonly detector: Detector;
  readonly square: Square;
}

/** Which looks are taken at a view: two, four to six, or the twelve to sixteen that look closer after `auto`. */
export type PlanName = 'fast' | 'auto' | 'closer';

const plans: Readonly<Record<PlanName, (view: View) => Look[]>> = {
  fast: (view) => [...looks(shortRange, tiles(view, 1)), ...looks(fullRangeSparse, tiles(view, 1))],
  auto: (view) => [...looks(shortRange, tiles(view, 1)), ...looks(fullRange, [...tiles(view, 1), ...tiles(view, 2)])],
  closer: (view) => looks(fullRangeSparse, tiles(view, 4)),
};

/**
 * The looks of a plan.
 * @param quarters which way up the faces are looked for, in quarter turns clockwise, 0 to 3
 */
export function looksOf(plan: PlanName, view: View, quarters: number): Look[] {
  const rotation = (quarters * Math.PI) / 2;
  return plans[plan](view).map(({ detector, square }) => ({ detector, square: { ...square, rotation } }));
}

/** Whether a box ends at a tile's edge inside the view: a part of a face that another tile sees whole. */
export function isCutByTile(box: Box, { cx, cy, side }: Square, { width, height }: View): boolean {
  const slack = 0.02 * side;
  const [left, top, right, bottom] = [cx - side / 2, cy - side / 2, cx + side / 2, cy + side / 2];
  return (
    (left > 0 && box.x < left + slack) ||
    (top > 0 && box.y < top + slack) ||
    (right < width && box.x + box.width > right - slack) ||
    (bottom < height && box.y + box.height > bottom - slack)
  );
}

function looks(detector: Detector, squares: readonly Square[]): Look[] {
  return squares.map((square) => ({ detector, square }));
}

/**
 * Squares that cover the view: one of the longer side, or tiles of 1.3 / `parts` of it, which overlap by 30 % of their side
 * or more, so that a face that one tile cuts is whole in another.
 */
function tiles({ width, height }: View, parts: 1 | 2 | 4): Square[] {
  const longer = Math.max(width, height);
  if (parts === 1) return [{ cx: width / 2, cy: height / 2, side: longer, rotation: 0 }];
  const side = (1.3 * longer) / parts;
  const centres = (length: number): number[] => {
    const count = Math.max(1, Math.ceil((length - 0.3 * side) / (0.7 * side) - 1e-9)); // 4 tiles of 0.325 cover 1.0225 with the overlap
    if (count === 1) return [length / 2];
    return Array.from({ length: count }, (_, i) => side / 2 + (i * (length - side)) / (count - 1));
  };
  return centres(height).flatMap((cy) => centres(width).map((cx) => ({ cx, cy, side, rotation: 0 })));
}
