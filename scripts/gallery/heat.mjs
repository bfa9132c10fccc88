import { displacementAt } from './displacement.mjs';

/** Displacement at the scale's end, in % of a face's half-width: the same on every sheet, so that sheets can be compared. */
export const scaleEnd = 24;
/** Contour lines and the legend's marks are so many % apart. */
export const scaleStep = 4;
/** Colours along the scale. */
const stops = [[44, 48, 130], [124, 40, 150], [222, 60, 104], [255, 146, 62], [255, 240, 170]];
/** Below this much the photo shines through. */
const faint = 1.5;

/** The colour of a displacement in % of the half-width. */
export function colourAt(percent) {
  const position = Math.min(1, percent / scaleEnd) * (stops.length - 1);
  const stop = Math.min(stops.length - 2, Math.floor(position));
  return stops[stop].map((channel, i) => Math.round(channel + (stops[stop + 1][i] - channel) * (position - stop)));
}

/**
 * Paints the displacement over a face, in place.
 *
 * @param rgb the square around the face, scaled to `side` pixels
 * @param face what `measure` tells of it
 */
export function paintHeat(rgb, side, { crop, halfWidth }, fields) {
  const percents = new Float32Array(side * side);
  const scale = crop.side / side;
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      const shift = displacementAt(fields, crop.left + (x + 0.5) * scale - 0.5, crop.top + (y + 0.5) * scale - 0.5);
      percents[i] = (100 * Math.hypot(shift.x, shift.y)) / halfWidth;
    }
  }
  const band = (i) => Math.floor(percents[i] / scaleStep);
  for (let i = 0; i < percents.length; i++) {
    const opacity = 0.85 * Math.min(1, percents[i] / faint);
    const onLine = (i % side > 0 && band(i) !== band(i - 1)) || (i >= side && band(i) !== band(i - side));
    const colour = colourAt(percents[i]);
    for (let channel = 0; channel < 3; channel++) {
      const at = 3 * i + channel;
      const painted = rgb[at] + (colour[channel] - rgb[at]) * opacity;
      rgb[at] = onLine ? painted + (255 - painted) * 0.45 : painted;
    }
  }
}
