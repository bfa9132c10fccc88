import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Point, SlimmedFace } from '@slimface/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { features } from '../src/field/face-points.ts';
import { createFaceProfile } from '../src/field/face-profile.ts';
import { curveAt } from '../src/field/smooth.ts';
import type { Engine } from '../src/pipeline.ts';
import type { DisplacementField } from '../src/stages/field.ts';
import { loadEngineParts, planPhoto } from './_engine.ts';
import { loadJudge, type Judge } from './_judge.ts';
import { distance, moved, sourceOf } from './_map.ts';
import { groups, portrait } from './_photos.ts';

/** Jaw pairs of the 68-point model at mouth height, and its outer eye corners. */
const jawPairs = [[3, 13], [4, 12]] as const;
const [eyeLeft, eyeRight] = [36, 45];

let engine: Engine;
let judge: Judge;
beforeAll(async () => {
  engine = await loadEngineParts();
  judge = await loadJudge();
});

/** Everything of the mesh that belongs to eyes, nose and mouth. */
const still = [
  ...features,
  ...[246, 161, 160, 159, 158, 157, 173, 466, 388, 387, 386, 385, 384, 398],
  ...[78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415],
  ...[168, 6, 197, 195, 5, 19, 94, 2],
];

describe.each([portrait, ...groups.map(({ path }) => path)].map((path) => ({ name: basename(path), path })))('$name', ({ path }) => {
  it('narrows every near-frontal jaw and holds eyes, nose and mouth', async () => {
    const photo = await readFile(path);
    const once = await planPhoto(engine, path, { slimDegree: 1 });
    const twice = await planPhoto(engine, path, { slimDegree: 2 });
    let nearFrontal = 0;
    for (const face of once.faces) {
      const points = await judge(photo, face.box);
      expect(featureDrift(twice.fields, face), 'drift at degree 2, % of the face width').toBeLessThanOrEqual(0.2);
      if (turn(face) < 0.5) continue; // turned by more than about 20 degrees
      nearFrontal++;
      expect(narrowing(once.fields, points)).toBeGreaterThanOrEqual(5);
      expect(narrowing(once.fields, points)).toBeLessThanOrEqual(7);
      expect(narrowing(twice.fields, points)).toBeGreaterThanOrEqual(10);
      expect(narrowing(twice.fields, points)).toBeLessThanOrEqual(14);
    }
    if (path === portrait) expect(nearFrontal).toBe(1);
    for (const field of [...once.fields, ...twice.fields]) {
      expect(field.minDeterminant).toBeGreaterThan(0.25);
      expect(leastAreaRatio(field)).toBeGreaterThan(0.25);
    }
  });
});

it('saw near-frontal faces in the group photos', async () => {
  const all = await Promise.all(groups.map(({ path }) => planPhoto(engine, path, { slimDegree: 1 })));
  expect(all.flatMap(({ faces }) => faces).filter((face) => turn(face) >= 0.5).length).toBeGreaterThanOrEqual(10);
});

/** Mean narrowing of the jaw pairs over the outer-eye distance, in %. */
function narrowing(fields: readonly DisplacementField[], points: readonly Point[]): number {
  const ratio = (place: (point: Point) => Point, [a, b]: readonly [number, number]): number =>
    distance(place(points[a]!), place(points[b]!)) / distance(place(points[eyeLeft]!), place(points[eyeRight]!));
  const each = jawPairs.map((pair) => 1 - ratio((point) => moved(fields, point), pair) / ratio((point) => point, pair));
  return (100 * (each[0]! + each[1]!)) / 2;
}

/** Least determinant of the map by finite differences at every pixel, without the engine's own fold test. */
function leastAreaRatio(field: DisplacementField): number {
  const { x: left, y: top, width, height } = field.region;
  const at = (x: number, y: number): Point => sourceOf([field], { x, y });
  let least = Infinity;
  for (let y = top; y < top + height - 1; y++) {
    for (let x = left; x < left + width - 1; x++) {
      const [origin, right, below] = [at(x, y), at(x + 1, y), at(x, y + 1)];
      least = Math.min(least, (right.x - origin.x) * (below.y - origin.y) - (right.y - origin.y) * (below.x - origin.x));
    }
  }
  return least;
}

/** Largest shift of an eye, nose or mouth landmark, in % of the face's width. */
function featureDrift(fields: readonly DisplacementField[], { landmarks }: SlimmedFace): number {
  const width = 2 * createFaceProfile(landmarks).frame.halfWidth;
  return (100 * Math.max(...still.map((index) => distance(moved(fields, landmarks[index]!), landmarks[index]!)))) / width;
}

/** Width of the narrower half of a face over that of the wider one: 1 straight ahead, 0.5 at about 20 degrees. */
function turn({ landmarks }: SlimmedFace): number {
  const widths = createFaceProfile(landmarks).sides.map(({ outline }) => curveAt(outline, 0.6));
  return Math.min(...widths) / Math.max(...widths);
}
