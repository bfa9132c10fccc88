// Halves 8-bit RGB rows. The TypeScript twin in src/kernels/portable.ts does the same arithmetic.

/**
 * Makes one row of a half-size RGB image: each pixel the rounded mean of a 2x2 box.
 *
 * @param top, bottom the two source rows, 3 bytes a pixel, 16 spare bytes behind each
 * @param target the row to make, 16 spare bytes behind it
 * @param width pixels of the row to make
 */
export function halve(top: usize, bottom: usize, target: usize, width: i32): void {
  // Two output pixels at a time: source pixels 0 and 2 in one vector, 1 and 3 in the other, widened to u16.
  const even = v128(0, -1, 1, -1, 2, -1, 6, -1, 7, -1, 8, -1, -1, -1, -1, -1);
  const odd = v128(3, -1, 4, -1, 5, -1, 9, -1, 10, -1, 11, -1, -1, -1, -1, -1);
  const two = i16x8.splat(2);
  for (let x = 0; x < width; x += 2) {
    const a = v128.load(top);
    const b = v128.load(bottom);
    const sum = i16x8.add(
      i16x8.add(v128.swizzle(a, even), v128.swizzle(a, odd)),
      i16x8.add(v128.swizzle(b, even), v128.swizzle(b, odd)),
    );
    const mean = i16x8.shr_u(i16x8.add(sum, two), 2);
    v128.store64_lane(target, i8x16.narrow_i16x8_u(mean, mean), 0);
    top += 12;
    bottom += 12;
    target += 6;
  }
}
