// Two classical ways to slim a face, from their formulas, as baselines. Both were made for the 68-point model and its kin.
// Their points are made from our mesh, so that no detector's error is in the comparison: the edge of the face in 8 steps of
// equal length down to the chin and 8 up again, which is how that model spaces them. Both resample bilinearly, as they do at home.
import { distance } from './geometry.mjs';
import { makeMap, moved } from './maps.mjs';
import { mean, narrowingOfPair } from './measure-map.mjs';
import { edges, noseOf68, outerEyes } from './mesh-points.mjs';

/** Formulas: a face and an amplitude in; where pixels move at all, and by how much each, out. */
export const rivals = { discs, pairs };

/**
 * Local translation warp (Gustafson, Interactive Image Warping, 1993) on two discs: from the 4th and the 14th point of the
 * contour towards the tip of the nose, as far as the 6th and the 16th point.
 */
function discs(landmarks, amplitude) {
  const contour = contourOf(landmarks);
  const tip = landmarks[noseOf68[30]];
  const found = [[3, 5], [13, 15]].map(([centre, edge]) => {
    const [c, r] = [contour[centre], distance(contour[centre], contour[edge])];
    return { ...c, r, r2: r * r, toX: tip.x - c.x, toY: tip.y - c.y, pull: distance(tip, c) ** 2 / amplitude };
  });
  const shift = (x, y) => {
    let [dx, dy] = [0, 0];
    for (const disc of found) {
      const inside = disc.r2 - (x + 0.5 - disc.x) ** 2 - (y + 0.5 - disc.y) ** 2;
      if (inside <= 0) continue;
      const share = (inside / (inside + disc.pull)) ** 2;
      dx -= share * disc.toX;
      dy -= share * disc.toY;
    }
    return { x: dx, y: dy };
  };
  return { circles: found, shift };
}

/**
 * Nine points of the contour, each drawn towards one on the nose, one after the other. The pull falls off linearly from
 * the contour point to nothing at the distance of its target.
 */
function pairs(landmarks, amplitude) {
  const contour = contourOf(landmarks);
  const between = (i) => ({ x: (contour[Math.floor(i)].x + contour[Math.ceil(i)].x) / 2, y: (contour[Math.floor(i)].y + contour[Math.ceil(i)].y) / 2 });
  const found = [[1.5, 28], [14.5, 28], [3.5, 29], [12.5, 29], [5, 30], [11, 30], [7, 33], [9, 33], [8, 33]].map(([from, to]) => {
    const [c, target] = [between(from), landmarks[noseOf68[to]]];
    return { ...c, r: distance(c, target), toX: target.x - c.x, toY: target.y - c.y };
  });
  const shift = (x, y) => {
    let [px, py] = [x + 0.5, y + 0.5];
    for (const pair of found) {
      const away = Math.sqrt((px - pair.x) ** 2 + (py - pair.y) ** 2);
      if (away >= pair.r) continue;
      const pull = amplitude * (1 - away / pair.r);
      px -= pull * pair.toX;
      py -= pull * pair.toY;
    }
    return { x: px - x - 0.5, y: py - y - 0.5 };
  };
  return { circles: found, shift };
}

/** 17 points from beside one eye round the chin to beside the other. */
function contourOf(landmarks) {
  const [left, right] = edges.map((edge) => inEqualSteps(edge.map((index) => landmarks[index]), 8));
  return [...left, ...right.slice(0, 8).toReversed()];
}

function inEqualSteps(points, steps) {
  const along = [0];
  for (let i = 1; i < points.length; i++) along.push(along[i - 1] + distance(points[i], points[i - 1]));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = (step / steps) * along.at(-1);
    const next = Math.max(1, along.findIndex((length) => length >= at));
    const [a, b, t] = [points[next - 1], points[next], (at - along[next - 1]) / (along[next] - along[next - 1])];
    return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
  });
}

/** The map of a rival over all that it moves. */
export function mapOfRival({ circles, shift }, { width, height }) {
  const edge = (pick, coordinate, side) => pick(...circles.map((circle) => circle[coordinate] + side * circle.r));
  const [x, y] = [Math.max(0, Math.floor(edge(Math.min, 'x', -1))), Math.max(0, Math.floor(edge(Math.min, 'y', -1)))];
  const right = Math.min(width, Math.ceil(edge(Math.max, 'x', 1)));
  const bottom = Math.min(height, Math.ceil(edge(Math.max, 'y', 1)));
  return makeMap({ x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) }, shift);
}

/**
 * The amplitude at which a rival narrows this face by `percent` at the height of the mouth (points 4 and 14, 5 and 13 of the
 * contour), where all of them pull; on a face where nothing is enough, the most that is tried.
 */
export function amplitudeFor(rival, landmarks, percent) {
  const contour = contourOf(landmarks);
  const points = [3, 13, 4, 12].map((i) => contour[i]).concat(outerEyes.map((index) => landmarks[index]));
  let [low, high] = [0, rival === discs ? 3 : 0.6];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    const { shift } = rival(landmarks, middle);
    const place = (point) => moved(shift, point);
    const narrowing = mean([[0, 1], [2, 3]].map((pair) => narrowingOfPair(points, place, pair, [4, 5])));
    if (narrowing < percent) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Resamples an RGB picture through a map into a copy of it, bilinearly. */
export function warpBilinear({ data, width, height }, { region, dx, dy }, result) {
  let i = 0;
  for (let y = region.y; y < region.y + region.height; y++) {
    for (let x = region.x; x < region.x + region.width; x++, i++) {
      if (dx[i] === 0 && dy[i] === 0) continue;
      const [sx, sy] = [clamp(x + dx[i], width - 1), clamp(y + dy[i], height - 1)];
      const [left, top] = [Math.min(Math.floor(sx), width - 2), Math.min(Math.floor(sy), height - 2)];
      const [fx, fy] = [sx - left, sy - top];
      for (let channel = 0; channel < 3; channel++) {
        const at = 3 * (top * width + left) + channel;
        const above = data[at] * (1 - fx) + data[at + 3] * fx;
        const below = data[at + 3 * width] * (1 - fx) + data[at + 3 * width + 3] * fx;
        result[3 * (y * width + x) + channel] = Math.round(above * (1 - fy) + below * fy);
      }
    }
  }
  return result;
}

function clamp(value, most) {
  return Math.min(most, Math.max(0, value));
}
