import type { FaceShape, Point, SlimmedFace } from '@slimface/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { features } from '../src/field/face-points.ts';
import { createFaceFrame, toFrame } from '../src/field/face-frame.ts';
import type { Engine } from '../src/pipeline.ts';
import { buildFields, type DisplacementField } from '../src/stages/field.ts';
import { loadEngineParts, planPhoto } from './_engine.ts';
import { distance, moved } from './_map.ts';
import { groups, portrait } from './_photos.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngineParts();
});

type Measure = (place: (index: number) => Point, face: SlimmedFace) => number;

const width = (a: number, b: number): Measure => (place) => distance(place(a), place(b));
const along = (index: number, axis: 'x' | 'v'): Measure => (place, { landmarks }) => {
  const { x, y } = place(index);
  return toFrame(createFaceFrame(landmarks), x, y)[axis];
};

/** What each control changes, by what it is called, and what it must leave as it is. */
const controls: readonly [control: keyof FaceShape, grows: Measure, stays: Measure][] = [
  ['jaw', width(136, 365), width(234, 454)],
  ['cheek', width(132, 361), width(148, 377)],
  ['chin', along(152, 'v'), width(132, 361)],
  ['chinWidth', width(148, 377), width(58, 288)],
  ['symmetry', (place, face) => along(172, 'x')(place, face) + along(397, 'x')(place, face), along(152, 'x')],
];

const steps = [-1, -0.5, -0.1, 0, 0.1, 0.5, 1];

describe.each(controls)('%s', (control, grows, stays) => {
  it.each([0, 1, 2])('makes its part larger step by step, and nothing else, at degree %i', async (slimDegree) => {
    const plans = await Promise.all(steps.map((value) => planPhoto(engine, portrait, { slimDegree, shape: { [control]: value } })));
    const measured = plans.map(({ faces, fields }) => grows(placeIn(faces[0]!, fields), faces[0]!));
    for (let i = 1; i < steps.length; i++) expect(measured[i], `${steps[i]} against ${steps[i - 1]}`).toBeGreaterThan(measured[i - 1]!);
    const [face] = plans[0]!.faces;
    const { halfWidth } = createFaceFrame(face!.landmarks);
    const others = plans.map(({ faces, fields }) => stays(placeIn(faces[0]!, fields), faces[0]!));
    for (const other of others) expect(Math.abs(other - others[3]!) / (other > 10 ? halfWidth : 1)).toBeLessThan(0.004);
    for (const { faces, fields } of plans) {
      const place = placeIn(faces[0]!, fields);
      const drift = Math.max(...features.map((index) => distance(place(index), face!.landmarks[index]!)));
      expect(drift / (2 * halfWidth)).toBeLessThan(0.002);
    }
  });
});

it('never folds, nor is held back, in any combination of extremes, on faces straight ahead and turned', async () => {
  const signs = [-1, 1];
  const extremes = signs.flatMap((jaw) => signs.flatMap((cheek) => signs.flatMap((chin) => signs.flatMap((chinWidth) => signs.map((symmetry) => ({ jaw, cheek, chin, chinWidth, symmetry }))))));
  const { faces } = await planPhoto(engine, groups[4]!.path, {});
  for (const { landmarks } of faces) {
    for (const shape of extremes) {
      for (const slimDegree of [0, 2]) {
        const [field] = buildFields([{ landmarks, slimDegree, shape }], 1920, 1920);
        expect(field!.minDeterminant).toBeGreaterThan(0.25);
        expect(field!.faces.map(({ lambda }) => lambda)).toEqual([1]);
      }
    }
  }
});

function placeIn({ landmarks }: SlimmedFace, fields: readonly DisplacementField[]): (index: number) => Point {
  return (index) => moved(fields, landmarks[index]!);
}
