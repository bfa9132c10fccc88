// What a map does to a face, in exact figures; `place` tells where a point of the photo lies afterwards.
import { distance, dot, faceAxes, isWithin } from './geometry.mjs';
import { displacementAt } from './maps.mjs';
import { bridge, chin, cornerPairs, features, jawPairs, lobePair, outerEyes } from './mesh-points.mjs';

/** Mean narrowing of the pairs around the corner of the jaw, in %. */
export function narrowingOf(landmarks, place) {
  return mean(cornerPairs.map((pair) => narrowingOfPair(landmarks, place, pair)));
}

/** Narrowing of a pair in %. Widths are over the distance of the outer eye corners, so a picture that is merely scaled has none. */
export function narrowingOfPair(landmarks, place, [a, b], eyes = outerEyes) {
  const width = (where, [from, to]) => distance(where(landmarks[from]), where(landmarks[to]));
  const still = (point) => point;
  return 100 * (1 - (width(place, [a, b]) * width(still, eyes)) / (width(place, eyes) * width(still, [a, b])));
}

/** All that is read from the map for one face. */
export function measureMap(landmarks, maps, place, otherFaces) {
  const axes = faceAxes(landmarks);
  const profile = jawPairs.map((pair) => narrowingOfPair(landmarks, place, pair));
  const shifts = features.map((index) => (100 * distance(place(landmarks[index]), landmarks[index])) / axes.width);
  const lift = dot(landmarks[chin], axes.down) - dot(place(landmarks[chin]), axes.down);
  return {
    narrowing: narrowingOf(landmarks, place),
    profile,
    ...faultsOf(profile),
    sides: sidesOf(landmarks, place),
    drift: Math.max(...shifts),
    meanDrift: mean(shifts),
    chinLift: (100 * lift) / axes.height,
    background: [1.2, 1.4, 1.6].map((times) => backgroundShift(axes, maps, times, otherFaces)),
  };
}

/**
 * Faults of the profile from ear to chin. A dent is a pair that moves less than some pair on either side of it, by more than
 * 15 % of the most moved one: less than that, 2 % of the width at degree 2, the eye takes for the jaw's own shape. Not only
 * its neighbours count, for the mesh has pairs that lie close together. A pair is left behind that lies below the ear lobe
 * and moves by less than 25 % of the most moved one: the outline then turns squarer there.
 */
function faultsOf(profile) {
  const most = Math.max(...profile);
  const around = (i) => Math.min(Math.max(...profile.slice(0, i)), Math.max(...profile.slice(i + 1)));
  const inner = profile.slice(1, -1).map((value, i) => ({ value, i: i + 1 }));
  const dents = inner.flatMap(({ value, i }) => (around(i) - value > 0.15 * most ? [i] : []));
  const behind = profile.flatMap((value, i) => (i >= lobePair && value < 0.25 * most ? [i] : []));
  return { dents, behind };
}

/** Narrowing of the left and the right half in %, at the corner of the jaw against the line from the bridge of the nose to the chin. */
function sidesOf(landmarks, place) {
  const [top, bottom] = [landmarks[bridge], landmarks[chin]];
  const length = distance(top, bottom);
  const offLine = ({ x, y }) => Math.abs((x - top.x) * (bottom.y - top.y) - (y - top.y) * (bottom.x - top.x)) / length;
  return [0, 1].map((side) => mean(cornerPairs.map((pair) => 100 * (1 - offLine(place(landmarks[pair[side]])) / offLine(landmarks[pair[side]])))));
}

/** Largest shift along two lines beside the face, from its forehead to its chin and half as far again, in % of its half-width. */
function backgroundShift(axes, maps, times, otherFaces) {
  const { across, down, centre, halfWidth, halfHeight } = axes;
  let largest = 0;
  for (const x of [-times * halfWidth, times * halfWidth]) {
    for (let y = -halfHeight; y <= 2 * halfHeight; y++) {
      const point = { x: centre.x + x * across.x + y * down.x, y: centre.y + x * across.y + y * down.y };
      if (otherFaces.some((other) => isWithin(other, point.x, point.y, 1.6))) continue; // what moves there is another face's
      const shift = displacementAt(maps, point.x - 0.5, point.y - 0.5);
      largest = Math.max(largest, Math.hypot(shift.x, shift.y));
    }
  }
  return (100 * largest) / halfWidth;
}

/** Width of the narrower half of a face over that of the wider one, by the mesh: 1 straight ahead. */
export function meshTurn(landmarks) {
  const { across } = faceAxes(landmarks);
  const middle = dot(landmarks[bridge], across);
  const halves = [132, 361].map((index) => Math.abs(dot(landmarks[index], across) - middle));
  return Math.min(...halves) / Math.max(...halves);
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
