import { bridge, chin, forehead, outerEyes, oval } from './mesh-points.mjs';

/**
 * A face's box along its own axes: x across it (parallel to the eyes), y down it, in pixels from the middle of the oval.
 * `halfWidth` and `halfHeight` are those of the oval, `width` and `height` twice as much.
 */
export function faceAxes(landmarks) {
  const [left, right] = outerEyes.map((index) => landmarks[index]);
  const eyes = Math.hypot(right.x - left.x, right.y - left.y);
  const across = { x: (right.x - left.x) / eyes, y: (right.y - left.y) / eyes };
  const toChin = { x: landmarks[chin].x - landmarks[bridge].x, y: landmarks[chin].y - landmarks[bridge].y };
  const side = Math.sign(toChin.y * across.x - toChin.x * across.y) || 1;
  const down = { x: -across.y * side, y: across.x * side };
  const [xs, ys] = [across, down].map((axis) => oval.map((index) => dot(landmarks[index], axis)));
  const [x, y] = [middle(xs), middle(ys)];
  const centre = { x: x * across.x + y * down.x, y: x * across.y + y * down.y };
  const [halfWidth, halfHeight] = [xs, ys].map((values) => (Math.max(...values) - Math.min(...values)) / 2);
  const height = dot(landmarks[chin], down) - dot(landmarks[forehead], down);
  return { across, down, centre, halfWidth, halfHeight, width: 2 * halfWidth, height };
}

/** Whether a pixel lies in the face's box made `times` as large. */
export function isWithin({ across, down, centre, halfWidth, halfHeight }, x, y, times) {
  const [dx, dy] = [x - centre.x, y - centre.y];
  return Math.abs(dx * across.x + dy * across.y) <= times * halfWidth && Math.abs(dx * down.x + dy * down.y) <= times * halfHeight;
}

/** The upright box that holds the face's box made `times` as large, cut to the picture. */
export function boxAround({ across, down, centre, halfWidth, halfHeight }, times, { width, height }) {
  const reachX = times * (Math.abs(across.x) * halfWidth + Math.abs(down.x) * halfHeight);
  const reachY = times * (Math.abs(across.y) * halfWidth + Math.abs(down.y) * halfHeight);
  const [x, y] = [Math.max(0, Math.floor(centre.x - reachX)), Math.max(0, Math.floor(centre.y - reachY))];
  return { x, y, width: Math.min(width, Math.ceil(centre.x + reachX)) - x, height: Math.min(height, Math.ceil(centre.y + reachY)) - y };
}

/** Whether two boxes are of one face: overlap of more than 0.3 of their union, or one's centre in the other and sizes within a factor of 2. */
export function isSame(a, b) {
  const [left, top] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const [right, bottom] = [Math.min(a.x + a.width, b.x + b.width), Math.min(a.y + a.height, b.y + b.height)];
  const both = Math.max(0, right - left) * Math.max(0, bottom - top);
  if (both / (a.width * a.height + b.width * b.height - both) > 0.3) return true;
  const [x, y] = [a.x + a.width / 2, a.y + a.height / 2];
  const inside = x >= b.x && x <= b.x + b.width && y >= b.y && y <= b.y + b.height;
  return inside && a.width < 2 * b.width && b.width < 2 * a.width;
}

export function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function dot(a, b) {
  return a.x * b.x + a.y * b.y;
}

function middle(values) {
  return (Math.max(...values) + Math.min(...values)) / 2;
}
