/** Least Jacobian determinant that a field may have; at 0 the picture would fold. */
export const leastDeterminant = 0.25;

/**
 * The least Jacobian determinant of the map that a grid stands for. The map is bilinear in each cell and its
 * determinant there is affine, so the corners of the cells tell all.
 *
 * @param grid displacements in pixels, pairs (dx, dy)
 * @param columns nodes in a row
 * @param step pixels between two nodes
 */
export function minDeterminant(grid: Float64Array, columns: number, step: number): number {
  const rows = grid.length / 2 / columns;
  let least = Infinity;
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) least = Math.min(least, leastOfCell(grid, row * columns + column, columns, step));
  }
  return least / step ** 2;
}

/** The first nodes of the cells whose determinant is below the least that is allowed. */
export function cellsBelow(grid: Float64Array, columns: number, step: number): number[] {
  const rows = grid.length / 2 / columns;
  const cells: number[] = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const node = row * columns + column;
      if (leastOfCell(grid, node, columns, step) < leastDeterminant * step ** 2) cells.push(node);
    }
  }
  return cells;
}

/** The least cross product of two edges of the mapped cell with corners A B above C D, in square pixels. */
function leastOfCell(grid: Float64Array, node: number, columns: number, step: number): number {
  const a = 2 * node;
  const c = a + 2 * columns;
  const abX = grid[a + 2]! - grid[a]! + step;
  const abY = grid[a + 3]! - grid[a + 1]!;
  const acX = grid[c]! - grid[a]!;
  const acY = grid[c + 1]! - grid[a + 1]! + step;
  const bdX = grid[c + 2]! - grid[a + 2]!;
  const bdY = grid[c + 3]! - grid[a + 3]! + step;
  const cdX = grid[c + 2]! - grid[c]! + step;
  const cdY = grid[c + 3]! - grid[c + 1]!;
  return Math.min(abX * acY - abY * acX, abX * bdY - abY * bdX, cdX * acY - cdY * acX, cdX * bdY - cdY * bdX);
}
