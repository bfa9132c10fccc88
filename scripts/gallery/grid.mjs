import { movedTo } from './displacement.mjs';

/** Side of a square of the grid, in % of a face's half-width. */
export const square = 20;
/** Points along a line. */
const points = 96;

/**
 * A regular grid that lay on the photo when it was slimmed, as an SVG of `side` pixels: its lines bend with the picture.
 * @param face what `measure` tells of it
 */
export function drawGrid(side, { crop, halfWidth }, fields) {
  const spacing = (square / 100) * halfWidth;
  const middle = crop.side / 2;
  const first = middle - Math.ceil(middle / spacing) * spacing;
  const lines = [];
  for (let at = first; at <= crop.side + spacing; at += spacing) {
    const along = Array.from({ length: points + 1 }, (_, i) => -spacing + (i / points) * (crop.side + 2 * spacing));
    lines.push(along.map((other) => [at, other]), along.map((other) => [other, at]));
  }
  const place = ([x, y]) => {
    const moved = movedTo(fields, crop.left + x - 0.5, crop.top + y - 0.5);
    return [moved.x + 0.5 - crop.left, moved.y + 0.5 - crop.top].map((length) => ((length * side) / crop.side).toFixed(2)).join(',');
  };
  const path = lines.map((line) => `M${line.map(place).join('L')}`).join('');
  const stroke = (colour, width, opacity) => `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${stroke('#000', 2.6, 0.35)}${stroke('#fff', 1.1, 0.85)}</svg>`;
}
