import { cubicWeights } from '../src/kernels/cubic-weights.ts';
import type { DisplacementField } from '../src/stages/field.ts';

/** One unit of a grid, in pixels. */
export const unit: number = 2 ** -16;

/** Displacements of a region's pixels in Q16, row by row, stepped through in whole numbers as the kernels do. */
function shiftsOf({ region, stepBits, columns, grid }: DisplacementField): { dx: Int32Array; dy: Int32Array } {
  const step = 1 << stepBits;
  const [dx, dy] = [new Int32Array(region.width * region.height), new Int32Array(region.width * region.height)];
  for (let y = 0, i = 0; y < region.height; y++) {
    const below = y & (step - 1);
    for (let x = 0; x < region.width; x++, i++) {
      const above = 2 * ((y >> stepBits) * columns + (x >> stepBits));
      const under = above + 2 * columns;
      const edge = (lane: number): number => (grid[above + lane]! * (step - below) + grid[under + lane]! * below) >> stepBits;
      const [left, top] = [edge(0), edge(1)];
      dx[i] = left + (x & (step - 1)) * ((edge(2) - left) >> stepBits);
      dy[i] = top + (x & (step - 1)) * ((edge(3) - top) >> stepBits);
    }
  }
  return { dx, dy };
}

/**
 * The least determinant of the map by differences between neighbouring pixels, those outside the region included, which
 * stay where they are: a field that does not end in zero tears there.
 */
export function leastAreaRatio(field: DisplacementField, width: number, height: number): number {
  const { region } = field;
  const { dx, dy } = shiftsOf(field);
  const shift = (of: Int32Array, x: number, y: number): number =>
    x < region.x || y < region.y || x >= region.x + region.width || y >= region.y + region.height ? 0 : of[(y - region.y) * region.width + x - region.x]! * unit;
  let least = Infinity;
  for (let y = Math.max(0, region.y - 1); y < Math.min(height - 1, region.y + region.height); y++) {
    for (let x = Math.max(0, region.x - 1); x < Math.min(width - 1, region.x + region.width); x++) {
      const [ax, ay] = [shift(dx, x, y), shift(dy, x, y)];
      const [bx, by] = [1 + shift(dx, x + 1, y) - ax, shift(dy, x + 1, y) - ay];
      const [cx, cy] = [shift(dx, x, y + 1) - ax, 1 + shift(dy, x, y + 1) - ay];
      least = Math.min(least, bx * cy - by * cx);
    }
  }
  return least;
}

/** Positions along an axis from which the cubic, at this Q16 position, takes a value with weight. */
function reads(position: number): [first: number, last: number] {
  const rounded = position + 128; // to the 256 phases
  const phase = ((rounded >> 8) & 0xff) << 2;
  const weighted = [0, 1, 2, 3].filter((tap) => cubicWeights[phase + tap] !== 0);
  return [(rounded >> 16) - 1 + weighted[0]!, (rounded >> 16) - 1 + weighted.at(-1)!];
}

/** A pixel whose value would come from outside the picture. */
export function readOutside(field: DisplacementField, width: number, height: number): string | undefined {
  const { x: left, y: top, width: wide } = field.region;
  const { dx, dy } = shiftsOf(field);
  for (let i = 0; i < dx.length; i++) {
    const [x, y] = [left + (i % wide), top + Math.floor(i / wide)];
    const [across, down] = [reads((x << 16) + dx[i]!), reads((y << 16) + dy[i]!)];
    if (across[0] < 0 || down[0] < 0 || across[1] >= width || down[1] >= height) return `pixel ${x}, ${y} reads ${across.join(' to ')}, ${down.join(' to ')}`;
  }
  return undefined;
}

/** Displacements of all pixels of a picture in Q16. */
export function paint(fields: readonly DisplacementField[], width: number, height: number): { dx: Int32Array; dy: Int32Array } {
  const [dx, dy] = [new Int32Array(width * height), new Int32Array(width * height)];
  for (const field of fields) {
    const { x, y, width: wide, height: high } = field.region;
    const shifts = shiftsOf(field);
    for (let row = 0; row < high; row++) {
      dx.set(shifts.dx.subarray(row * wide, (row + 1) * wide), (y + row) * width + x);
      dy.set(shifts.dy.subarray(row * wide, (row + 1) * wide), (y + row) * width + x);
    }
  }
  return { dx, dy };
}
