import type { Point } from '@slimface/core';
import { contains } from '../image/boxes.ts';
import type { Part } from './clusters.ts';
import { toFrame } from './face-frame.ts';
import { shiftAt, type FaceMotion } from './face-motion.ts';
import { heldAt } from './inner-face.ts';
import { smoothStep } from './smooth.ts';

/** Nodes of a grid over the image: every `step` pixels from (x, y) on. */
export interface Grid {
  readonly x: number;
  readonly y: number;
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
}

/** What one face asks of the nodes that it reaches. */
export interface OwnShifts {
  readonly part: Part;
  /** The first node and the number of nodes each way. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  /** Displacements in pixels, pairs (dx, dy). */
  readonly values: Float64Array;
}

/** Towards a border a shift fades out over this many half-widths of the face: what lies beyond cannot be had. */
const borderFade = 0.42;

/** @param others every face of the photo: each holds its own part of it against this one */
export function ownShifts(part: Part, motion: FaceMotion, others: readonly Part[], grid: Grid, width: number, height: number): OwnShifts {
  const { step } = grid;
  const { frame } = part.profile;
  const nodeAt = (pixels: number): number => Math.ceil(pixels / step);
  const [column, row] = [nodeAt(part.box.x - grid.x), nodeAt(part.box.y - grid.y)];
  const columns = nodeAt(part.box.x + part.box.width - grid.x) - column + 1;
  const rows = nodeAt(part.box.y + part.box.height - grid.y) - row + 1;
  const near = others.filter((other) => other !== part);
  const values = new Float64Array(columns * rows * 2);
  const fade = borderFade * frame.halfWidth;
  const still = step + 2; // a cell, and the reach of the cubic
  for (let j = 0, at = 0; j < rows; j++) {
    const y = grid.y + (row + j) * step;
    for (let i = 0; i < columns; i++, at += 2) {
      const x = grid.x + (column + i) * step;
      const shift = shiftAt(motion, toFrame(frame, x, y));
      if (shift.x === 0 && shift.v === 0) continue;
      const pixels = frame.halfWidth * freedomAt(near, x, y);
      const along = pixels * (shift.x + frame.lean * shift.v);
      const down = pixels * shift.v;
      const dx = along * frame.across.x + down * frame.down.x;
      const dy = along * frame.across.y + down * frame.down.y;
      values[at] = dx * smoothStep((toBorder(x, width) - still) / fade);
      values[at + 1] = dy * smoothStep((toBorder(y, height) - still) / fade);
    }
  }
  return { part, column, row, columns, rows, values };
}

/** How much of a shift the other faces let be, 0 to 1. */
function freedomAt(others: readonly Part[], x: number, y: number): number {
  let freedom = 1;
  for (const { heldBox, profile, motion } of others) {
    if (contains(heldBox, x, y)) freedom *= 1 - heldAt(profile, motion !== undefined, toFrame(profile.frame, x, y));
  }
  return freedom;
}

/** Pixels between a position and the nearer of two borders. */
function toBorder(position: number, length: number): number {
  return Math.min(position, length - 1 - position);
}

/** The point of the image that a cell's first node lies on. */
export function placeOf({ x, y, step, columns }: Grid, node: number): Point {
  return { x: x + (node % columns) * step, y: y + Math.floor(node / columns) * step };
}
