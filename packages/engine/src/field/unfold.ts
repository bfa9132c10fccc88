import { contains } from '../image/boxes.ts';
import type { Part } from './clusters.ts';
import { placeOf, type Grid, type OwnShifts } from './displace.ts';
import { cellsBelow, leastDeterminant, minDeterminant } from './fold-test.ts';

/** The displacements of all faces together, and what each was scaled by. */
export interface Unfolded {
  /** Pairs (dx, dy) in pixels for every node of the grid. */
  readonly displacements: Float64Array;
  readonly lambdas: ReadonlyMap<Part, number>;
  readonly minDeterminant: number;
}

/** Halvings of the range in which lambda is looked for. */
const rounds = 8;

/**
 * Adds up what the faces ask for. Where the picture would come near to folding, the faces that meet there are weakened alike,
 * just as far as it takes; the others keep all of their shift.
 */
export function addUp(own: readonly OwnShifts[], grid: Grid): Unfolded {
  const tryWith = (lambdas: ReadonlyMap<Part, number>): Unfolded => {
    const displacements = sum(own, lambdas, grid);
    return { displacements, lambdas, minDeterminant: minDeterminant(displacements, grid.columns, grid.step) };
  };
  const isSafe = (tried: Unfolded): boolean => tried.minDeterminant >= leastDeterminant;
  const allOf = (lambda: number, weakened: ReadonlySet<Part>): ReadonlyMap<Part, number> => new Map(own.map(({ part }) => [part, weakened.has(part) ? lambda : 1]));

  const full = tryWith(allOf(1, new Set()));
  if (isSafe(full)) return full;
  const tight = cellsBelow(full.displacements, grid.columns, grid.step).map((cell) => placeOf(grid, cell));
  let weakened = new Set(own.map(({ part }) => part).filter(({ box }) => tight.some(({ x, y }) => contains(box, x, y) || contains(box, x + grid.step, y + grid.step))));
  let best = tryWith(allOf(0, weakened));
  if (!isSafe(best)) {
    weakened = new Set(own.map(({ part }) => part)); // the others fold by themselves once these no longer pull against them
    best = tryWith(allOf(0, weakened));
  }
  let [safe, folding] = [0, 1];
  for (let i = 0; i < rounds; i++) {
    const middle = (safe + folding) / 2;
    const tried = tryWith(allOf(middle, weakened));
    if (isSafe(tried)) [safe, best] = [middle, tried];
    else folding = middle;
  }
  return best;
}

function sum(own: readonly OwnShifts[], lambdas: ReadonlyMap<Part, number>, grid: Grid): Float64Array {
  const all = new Float64Array(grid.columns * grid.rows * 2);
  for (const { part, column, row, columns, rows, values } of own) {
    const lambda = lambdas.get(part)!;
    for (let j = 0, from = 0; j < rows; j++) {
      let to = 2 * ((row + j) * grid.columns + column);
      for (let i = 0; i < 2 * columns; i++) all[to++]! += lambda * values[from++]!;
    }
  }
  return all;
}
