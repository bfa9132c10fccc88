// What is read from the pixels before and after.
import { isWithin } from './geometry.mjs';

/** Pixels with another value outside every face's box of 1.6 times its size. */
export function changedOutside(before, after, faces) {
  let count = 0;
  for (let i = 0; i < before.data.length; i += 3) {
    if (before.data[i] === after[i] && before.data[i + 1] === after[i + 1] && before.data[i + 2] === after[i + 2]) continue;
    const [x, y] = [(i / 3) % before.width, Math.floor(i / 3 / before.width)];
    if (!faces.some((axes) => isWithin(axes, x + 0.5, y + 0.5, 1.6))) count++;
  }
  return count;
}

/**
 * Detail left where pixels were resampled: energy of the gradient (`sharpness`) and of the Laplacian (`finestDetail`)
 * afterwards, over that of a perfect resampling. Squeezing a texture sharpens it and spreading it out softens it, and neither
 * is the resampler's doing, so the latter is made from the differences at the nearest source pixel and the map's own J: J'g
 * of the gradient g, the trace of J'HJ of the second differences H. A windowed sinc of 16 taps reads 0.99 and 0.97.
 */
export function detailKept(before, after, maps, axes) {
  const { width, height, luma } = before;
  const slimmed = lumaOf(after);
  const [gradient, laplacian] = [{ expected: 0, real: 0 }, { expected: 0, real: 0 }];
  for (const { region, dx, dy } of maps) {
    for (let y = Math.max(2, region.y); y < Math.min(height - 2, region.y + region.height - 1); y++) {
      for (let x = Math.max(2, region.x); x < Math.min(width - 2, region.x + region.width - 1); x++) {
        const i = (y - region.y) * region.width + x - region.x;
        if (Math.abs(dx[i]) + Math.abs(dy[i]) < 0.1 || !isWithin(axes, x, y, 1.6)) continue;
        const at = y * width + x;
        const from = clamp(Math.round(y + dy[i]), height) * width + clamp(Math.round(x + dx[i]), width);
        const below = i + region.width;
        const [xx, xy, yx, yy] = [1 + dx[i + 1] - dx[i], dx[below] - dx[i], dy[i + 1] - dy[i], 1 + dy[below] - dy[i]];
        const [gx, gy] = [luma[from + 1] - luma[from], luma[from + width] - luma[from]];
        gradient.expected += (xx * gx + yx * gy) ** 2 + (xy * gx + yy * gy) ** 2;
        gradient.real += (slimmed[at + 1] - slimmed[at]) ** 2 + (slimmed[at + width] - slimmed[at]) ** 2;
        const [h, v] = [luma[from - 1] + gx - luma[from], luma[from - width] + gy - luma[from]];
        const d = (luma[from + width + 1] + luma[from - width - 1] - luma[from + width - 1] - luma[from - width + 1]) / 4;
        laplacian.expected += (h * (xx * xx + xy * xy) + 2 * d * (xx * yx + xy * yy) + v * (yx * yx + yy * yy)) ** 2;
        laplacian.real += (slimmed[at - 1] + slimmed[at + 1] + slimmed[at - width] + slimmed[at + width] - 4 * slimmed[at]) ** 2;
      }
    }
  }
  const kept = ({ expected, real }) => (expected === 0 ? 1 : real / expected);
  return { sharpness: kept(gradient), finestDetail: kept(laplacian) };
}

export function lumaOf(data) {
  const luma = new Float32Array(data.length / 3);
  for (let i = 0; i < luma.length; i++) luma[i] = 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2];
  return luma;
}

function clamp(value, length) {
  return Math.min(length - 2, Math.max(1, value));
}
