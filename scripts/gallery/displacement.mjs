/**
 * How far the source of a pixel lies from it, by the bilinear map that the engine's kernels apply.
 * @param x in pixel indices, of which fractions are welcome
 */
export function displacementAt(fields, x, y) {
  const field = fields.find(({ region }) => x >= region.x && y >= region.y && x <= region.x + region.width && y <= region.y + region.height);
  if (field === undefined) return { x: 0, y: 0 };
  const { region, stepBits, columns, grid } = field;
  const [across, down] = [(x - region.x) / 2 ** stepBits, (y - region.y) / 2 ** stepBits];
  const [column, row] = [Math.floor(across), Math.floor(down)];
  const [right, below] = [across - column, down - row];
  const node = (lane, dx, dy) => (grid[2 * ((row + dy) * columns + column + dx) + lane] ?? 0) / 65536;
  const blend = (lane) =>
    (node(lane, 0, 0) * (1 - right) + node(lane, 1, 0) * right) * (1 - below) + (node(lane, 0, 1) * (1 - right) + node(lane, 1, 1) * right) * below;
  return { x: blend(0), y: blend(1) };
}

/** Where a point of the photo lies afterwards: the map tells the way back, so it is turned round by fixed-point iteration. */
export function movedTo(fields, x, y) {
  let at = { x, y };
  for (let i = 0; i < 30; i++) {
    const shift = displacementAt(fields, at.x, at.y);
    at = { x: x - shift.x, y: y - shift.y };
  }
  return at;
}

/** The largest displacement around a face, in % of its half-width. */
export function largestShift(fields, { crop, halfWidth }) {
  let largest = 0;
  for (let y = crop.top; y < crop.top + crop.side; y++) {
    for (let x = crop.left; x < crop.left + crop.side; x++) {
      const shift = displacementAt(fields, x, y);
      largest = Math.max(largest, Math.hypot(shift.x, shift.y));
    }
  }
  return (100 * largest) / halfWidth;
}
