// A map tells for each pixel of a region where its value comes from: { region, dx, dy }, one displacement a pixel, in pixels.

/** The engine's field, opened out to single pixels as its kernels do. */
export function mapOfField({ region, stepBits, columns, grid }) {
  const step = 2 ** stepBits;
  return makeMap(region, (x, y) => {
    const [gx, gy] = [(x - region.x) / step, (y - region.y) / step];
    const [column, row] = [Math.floor(gx), Math.floor(gy)];
    const [fx, fy] = [gx - column, gy - row];
    const at = 2 * (row * columns + column);
    const lane = (i) => {
      const top = grid[at + i] * (1 - fx) + (fx && grid[at + 2 + i] * fx);
      const bottom = fy && grid[at + 2 * columns + i] * (1 - fx) + (fx && grid[at + 2 * columns + 2 + i] * fx);
      return (top * (1 - fy) + bottom * fy) / 65536;
    };
    return { x: lane(0), y: lane(1) };
  });
}

/** @param shiftAt gives the displacement of a pixel of the region */
export function makeMap(region, shiftAt) {
  const dx = new Float32Array(region.width * region.height);
  const dy = new Float32Array(dx.length);
  let i = 0;
  for (let y = region.y; y < region.y + region.height; y++) {
    for (let x = region.x; x < region.x + region.width; x++, i++) ({ x: dx[i], y: dy[i] } = shiftAt(x, y));
  }
  return { region, dx, dy };
}

/** Displacement at a pixel index, which may lie between pixels. */
export function displacementAt(maps, x, y) {
  const map = maps.find(({ region: { x: left, y: top, width, height } }) => x >= left && y >= top && x < left + width - 1 && y < top + height - 1);
  if (map === undefined) return { x: 0, y: 0 };
  const { region, dx, dy } = map;
  const [column, row] = [Math.floor(x - region.x), Math.floor(y - region.y)];
  const [fx, fy] = [x - region.x - column, y - region.y - row];
  const i = row * region.width + column;
  const mix = (d) => (d[i] * (1 - fx) + d[i + 1] * fx) * (1 - fy) + (d[i + region.width] * (1 - fx) + d[i + region.width + 1] * fx) * fy;
  return { x: mix(dx), y: mix(dy) };
}

/** Where a point of the photo lies afterwards. Points are continuous: pixel i has its centre at i + 0.5. */
export function moved(shiftAt, point) {
  const target = { x: point.x - 0.5, y: point.y - 0.5 };
  let at = target;
  for (let i = 0; i < 60; i++) {
    const shift = shiftAt(at.x, at.y);
    at = { x: target.x - shift.x, y: target.y - shift.y };
  }
  return { x: at.x + 0.5, y: at.y + 0.5 };
}

/** Least determinant of the maps over all their pixels, by differences between neighbours. */
export function leastDeterminant(maps) {
  let least = 1;
  for (const { region, dx, dy } of maps) {
    for (let y = 0; y < region.height - 1; y++) {
      for (let x = 0; x < region.width - 1; x++) {
        const i = y * region.width + x;
        const [right, below] = [i + 1, i + region.width];
        const determinant = (1 + dx[right] - dx[i]) * (1 + dy[below] - dy[i]) - (dy[right] - dy[i]) * (dx[below] - dx[i]);
        if (determinant < least) least = determinant;
      }
    }
  }
  return least;
}
