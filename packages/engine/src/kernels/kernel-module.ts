/**
 * The pixel loops, over one linear memory that the caller lays out. `assembly/` compiles to it, and `portable.ts` is
 * the same in TypeScript, to the bit. Offsets and strides are in bytes.
 */
export interface KernelModule {
  /** The linear memory with room for at least `bytes`; earlier views are void. */
  reserve(bytes: number): Uint8Array;

  /**
   * Resamples rows of 8-bit pixels through a displacement grid with bicubic weights.
   *
   * @param source the first byte of a copy of the source pixels, with 16 spare bytes behind it
   * @param sourceStride bytes of a source row
   * @param originX where the region's first pixel lies in the copy
   * @param originY
   * @param grid displacements, i32 pairs (dx, dy) in Q16 pixels, 4-byte aligned
   * @param nodes pairs in a row of the grid
   * @param stepBits log2 of the pixels between two nodes
   * @param weights the cubic weights, i16 in Q14, 4 for each of 256 phases
   * @param target the first byte of the rows to make, with 4 spare bytes behind them
   * @param width pixels of a row to make
   * @param channels bytes a pixel
   * @param firstRow the region's row to start with, a multiple of the grid's step
   * @param rows how many rows to make
   */
  warpRows(
    source: number,
    sourceStride: number,
    originX: number,
    originY: number,
    grid: number,
    nodes: number,
    stepBits: number,
    weights: number,
    target: number,
    width: number,
    channels: number,
    firstRow: number,
    rows: number,
  ): void;

  /**
   * Makes a row of a half-size RGB image, each pixel the rounded mean of a 2x2 box.
   *
   * @param top a source row, with 16 spare bytes behind it
   * @param bottom the source row below it, likewise
   * @param target the row to make, likewise
   * @param width pixels of the row to make
   */
  halve(top: number, bottom: number, target: number, width: number): void;
}
