// Bicubic resampling through a displacement grid. The TypeScript twin in src/kernels/portable.ts does the same
// arithmetic, integer for integer: change both or neither.

// Lanes of taps 0-1 and 2-3 for one row of 16 bytes: one i16 pair (left tap, right tap) a channel, high bytes zero.
// @ts-ignore: decorator
@inline
function pairs01(channels: i32): v128 {
  return channels == 3
    ? v128(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1)
    : v128(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1);
}
// @ts-ignore: decorator
@inline
function pairs23(channels: i32): v128 {
  return channels == 3
    ? v128(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1)
    : v128(8, -1, 12, -1, 9, -1, 13, -1, 10, -1, 14, -1, 11, -1, 15, -1);
}

// One source row through the four horizontal weights: Q14 * u8 -> Q6, an i32 lane a channel.
// @ts-ignore: decorator
@inline
function horizontal(row: usize, lanes01: v128, lanes23: v128, w01: v128, w23: v128): v128 {
  const taps = v128.load(row);
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(v128.swizzle(taps, lanes01), w01),
    i32x4.dot_i16x8_s(v128.swizzle(taps, lanes23), w23),
  );
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(128)), 8);
}

// Two i32 vectors of i16 values, interleaved to i16 pairs for the vertical dot product.
// @ts-ignore: decorator
@inline
function interleave(top: v128, bottom: v128): v128 {
  return v128.or(v128.and(top, i32x4.splat(0xffff)), i32x4.shl(bottom, 16));
}

/**
 * Resamples `rows` rows of a region through its grid.
 *
 * @param source first byte of the source copy, `sourceStride` bytes a row
 * @param originX, originY where the region's first pixel lies in the source copy
 * @param grid i32 pairs (dx, dy) in Q16 pixels, `nodes` pairs a grid row
 * @param stepBits log2 of the pixels between two nodes
 * @param weights 256 phases x 4 taps, i16 in Q14
 * @param target first byte of the output, `width * channels` bytes a row, 4 spare bytes at its end
 * @param firstRow first row of the region to make, a multiple of the grid's step
 */
export function warpRows(
  source: usize,
  sourceStride: i32,
  originX: i32,
  originY: i32,
  grid: usize,
  nodes: i32,
  stepBits: i32,
  weights: usize,
  target: usize,
  width: i32,
  channels: i32,
  firstRow: i32,
  rows: i32,
): void {
  const step = 1 << stepBits;
  const lanes01 = pairs01(channels);
  const lanes23 = pairs23(channels);
  const targetStride = width * channels;

  for (let y = firstRow; y < firstRow + rows; y++) {
    const below = y & (step - 1);
    const gridRow = grid + <usize>((y >> stepBits) * nodes * 8);
    const nextRow = gridRow + <usize>(nodes * 8);
    const out = target + <usize>((y - firstRow) * targetStride);
    const plain = source + <usize>((y + originY) * sourceStride + originX * channels);

    for (let x0 = 0; x0 < width; x0 += step) {
      const span = min(step, width - x0);
      const node = <usize>((x0 >> stepBits) * 8);
      // The corners of the cell: (dx, dy) left, (dx, dy) right, above and below.
      const above = v128.load(gridRow + node);
      const under = v128.load(nextRow + node);
      if (!v128.any_true(v128.or(above, under))) {
        memory.copy(out + <usize>(x0 * channels), plain + <usize>(x0 * channels), <usize>(span * channels));
        continue;
      }

      const edge = i32x4.shr_s(
        i32x4.add(i32x4.mul(above, i32x4.splat(step - below)), i32x4.mul(under, i32x4.splat(below))),
        stepBits,
      );
      const dx = i32x4.extract_lane(edge, 0);
      const dy = i32x4.extract_lane(edge, 1);
      const stepX = ((i32x4.extract_lane(edge, 2) - dx) >> stepBits) + 0x10000;
      const stepY = (i32x4.extract_lane(edge, 3) - dy) >> stepBits;
      let sx = ((x0 + originX) << 16) + dx + 128; // + 128 rounds to the 256 phases
      let sy = ((y + originY) << 16) + dy + 128;

      let pixel = out + <usize>(x0 * channels);
      for (let i = 0; i < span; i++) {
        const phaseX = weights + <usize>(((sx >> 8) & 0xff) << 3);
        const phaseY = weights + <usize>(((sy >> 8) & 0xff) << 3);
        const w01 = v128.load32_splat(phaseX);
        const w23 = v128.load32_splat(phaseX, 4);
        let row = source + <usize>(((sy >> 16) - 1) * sourceStride + ((sx >> 16) - 1) * channels);
        const r0 = horizontal(row, lanes01, lanes23, w01, w23);
        row += sourceStride;
        const r1 = horizontal(row, lanes01, lanes23, w01, w23);
        row += sourceStride;
        const r2 = horizontal(row, lanes01, lanes23, w01, w23);
        row += sourceStride;
        const r3 = horizontal(row, lanes01, lanes23, w01, w23);
        const sum = i32x4.add(
          i32x4.dot_i16x8_s(interleave(r0, r1), v128.load32_splat(phaseY)),
          i32x4.dot_i16x8_s(interleave(r2, r3), v128.load32_splat(phaseY, 4)),
        );
        const value = i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << 19)), 20);
        const words = i16x8.narrow_i32x4_s(value, value);
        // Four bytes for three channels too: the next pixel overwrites the spare one.
        v128.store32_lane(pixel, i8x16.narrow_i16x8_u(words, words), 0);
        pixel += channels;
        sx += stepX;
        sy += stepY;
      }
    }
  }
}
