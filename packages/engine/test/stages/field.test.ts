import { readFile } from 'node:fs/promises';
import { resolveFaceShape, type FaceShape, type Point } from '@slimface/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { features } from '../../src/field/face-points.ts';
import { minDeterminant } from '../../src/field/fold-test.ts';
import { createFaceProfile } from '../../src/field/face-profile.ts';
import { createLocalEngine } from '../../src/index.ts';
import { buildFields as buildFieldsOf, type DisplacementField } from '../../src/stages/field.ts';
import { distance, moved, sourceOf } from '../_map.ts';
import { portrait } from '../_photos.ts';

/** The fields of faces that have no shape of their own unless they say so. */
function buildFields(faces: readonly { landmarks: readonly Point[]; slimDegree: number; shape?: FaceShape }[], width: number, height: number): DisplacementField[] {
  return buildFieldsOf(faces.map((face) => ({ ...face, shape: resolveFaceShape(face.shape) })), width, height);
}

/** Landmarks of the portrait around the origin, with a half-width of 1. */
let shape: Point[];
beforeAll(async () => {
  const engine = await createLocalEngine();
  const [face] = await engine.detectFaces(await readFile(portrait));
  await engine.close();
  const { origin, halfWidth } = createFaceProfile(face!.landmarks).frame;
  shape = face!.landmarks.map(({ x, y }) => ({ x: (x - origin.x) / halfWidth, y: (y - origin.y) / halfWidth }));
});

/** The portrait's face somewhere else: half-width in pixels, roll in degrees, mirrored or not. */
function place(x: number, y: number, halfWidth: number, roll = 0, mirrored = false): Point[] {
  const [cos, sin] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)];
  return shape.map((point) => {
    const px = (mirrored ? -point.x : point.x) * halfWidth;
    const py = point.y * halfWidth;
    return { x: x + px * cos - py * sin, y: y + px * sin + py * cos };
  });
}

const drift = (fields: readonly DisplacementField[], landmarks: readonly Point[], halfWidth: number): number =>
  Math.max(...features.map((index) => distance(moved(fields, landmarks[index]!), landmarks[index]!))) / (2 * halfWidth);

const jawWidth = (fields: readonly DisplacementField[], landmarks: readonly Point[]): number =>
  distance(moved(fields, landmarks[172]!), moved(fields, landmarks[397]!)) / distance(landmarks[172]!, landmarks[397]!);

describe('one face', () => {
  it.each([
    [30, 0, false],
    [60, 20, false],
    [120, -45, true],
    [200, 90, false],
    [200, 180, true],
    [400, 10, false],
  ])('is narrowed alike at half-width %i, roll %i, mirrored %s', (halfWidth, roll, mirrored) => {
    const landmarks = place(1000, 1000, halfWidth, roll, mirrored);
    for (const [slimDegree, low, high] of [[0.5, 0.965, 0.98], [1, 0.93, 0.95], [1.5, 0.895, 0.925], [2, 0.86, 0.9]] as const) {
      const fields = buildFields([{ landmarks, slimDegree }], 2000, 2000);
      expect(fields).toHaveLength(1);
      expect(jawWidth(fields, landmarks)).toBeGreaterThan(low);
      expect(jawWidth(fields, landmarks)).toBeLessThan(high);
      expect(fields[0]!.minDeterminant).toBeGreaterThan(0.25);
      expect(drift(fields, landmarks, halfWidth)).toBeLessThan(0.0015);
    }
  });

  it('has a field that ends in zero on all sides of its region', () => {
    const [field] = buildFields([{ landmarks: place(1000, 1000, 150, 17), slimDegree: 2 }], 2000, 2000);
    const { grid, columns } = field!;
    const rows = grid.length / 2 / columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        if (row > 0 && column > 0 && row < rows - 1 && column < columns - 1) continue;
        expect(grid[2 * (row * columns + column)]).toBe(0);
        expect(grid[2 * (row * columns + column) + 1]).toBe(0);
      }
    }
  });

  it('has no field at degree 0', () => {
    expect(buildFields([{ landmarks: place(1000, 1000, 150), slimDegree: 0 }], 2000, 2000)).toEqual([]);
  });

  it.each([[1000, 2300], [2900, 1000], [-900, 1000]])('has no field with its eyes at %i, %i, its jaw outside the photo', (x, y) => {
    for (const roll of [0, 20]) expect(buildFields([{ landmarks: place(x, y, 150, roll), slimDegree: 2 }], 2000, 2000)).toEqual([]);
  });

  it.each([[2, 2], [1000, -40], [1990, 1000], [1000, 1950], [-60, 1000]])('stays in the photo with its eyes at %i, %i', (x, y) => {
    for (const roll of [0, 30, 90]) {
      const fields = buildFields([{ landmarks: place(x, y, 150, roll), slimDegree: 2 }], 2000, 2000);
      for (const { region, minDeterminant: least } of fields) {
        expect(least).toBeGreaterThan(0.25);
        for (let py = region.y; py < region.y + region.height; py += 3) {
          for (let px = region.x; px < region.x + region.width; px += 3) {
            const source = sourceOf(fields, { x: px, y: py });
            expect(Math.min(source.x, source.y)).toBeGreaterThanOrEqual(0);
            expect(Math.max(source.x, source.y)).toBeLessThanOrEqual(1999);
          }
        }
      }
    }
  });
});

describe('several faces', () => {
  it('share one field when they touch, and each keeps its features and loses its width', () => {
    for (const gap of [2.1, 2.5, 3]) {
      const halfWidth = 150;
      const faces = [place(700, 900, halfWidth, 8), place(700 + gap * halfWidth, 930, halfWidth, -8)];
      const fields = buildFields(faces.map((landmarks) => ({ landmarks, slimDegree: 2 })), 2000, 2000);
      expect(fields).toHaveLength(1);
      expect(fields[0]!.minDeterminant).toBeGreaterThan(0.25);
      for (const landmarks of faces) {
        expect(drift(fields, landmarks, halfWidth)).toBeLessThan(0.003);
        expect(jawWidth(fields, landmarks)).toBeLessThan(0.95);
      }
    }
  });

  it('do not weaken a large face near the border by a small one beside it', () => {
    const large = place(300, 700, 265);
    const alone = buildFields([{ landmarks: large, slimDegree: 2 }], 2000, 2000);
    for (const share of [0.5, 0.25, 0.12]) {
      const small = place(300 + (1.4 + share) * 265, 900, share * 265);
      const together = buildFields([large, small].map((landmarks) => ({ landmarks, slimDegree: 2 })), 2000, 2000);
      expect(together).toHaveLength(1);
      expect(together[0]!.reach).toBeGreaterThan(0.9 * alone[0]!.reach);
      expect(jawWidth(together, large)).toBeLessThan(jawWidth(alone, large) + 0.02);
    }
  });

  it('leave the features of a face still that is not slimmed itself', () => {
    const [large, small] = [place(700, 700, 200), place(975, 760, 60)];
    const fields = buildFields([{ landmarks: large, slimDegree: 2 }, { landmarks: small, slimDegree: 0 }], 2000, 2000);
    expect(drift(buildFields([{ landmarks: large, slimDegree: 2 }], 2000, 2000), small, 60), 'without its mask').toBeGreaterThan(0.01);
    expect(drift(fields, small, 60)).toBeLessThan(0.002);
    expect(jawWidth(fields, small)).toBeGreaterThan(0.97);
  });

  it('never fold, even when they overlap by mistake', () => {
    for (let gap = 0.1; gap < 2; gap += 0.3) {
      const faces = [place(700, 900, 150), place(700 + gap * 150, 900 + gap * 40, 150), place(700, 900 + gap * 150, 170, 40)];
      for (const field of buildFields(faces.map((landmarks) => ({ landmarks, slimDegree: 2 })), 2000, 2000)) {
        expect(field.minDeterminant).toBeGreaterThanOrEqual(0.25);
      }
    }
  });

  it('have fields that share no pixel', () => {
    const faces = [place(300, 300, 80), place(1200, 400, 120), place(500, 1400, 100), place(760, 1380, 90)];
    const fields = buildFields(faces.map((landmarks) => ({ landmarks, slimDegree: 1 })), 2000, 2000);
    expect(fields).toHaveLength(3);
    for (const a of fields) {
      for (const b of fields) {
        if (a === b) continue;
        const apart = a.region.x + a.region.width <= b.region.x || b.region.x + b.region.width <= a.region.x || a.region.y + a.region.height <= b.region.y || b.region.y + b.region.height <= a.region.y;
        expect(apart).toBe(true);
      }
    }
  });
});

describe('the fold test', () => {
  it('knows the determinant of maps that are known', () => {
    const step = 8;
    const grid = (dx: (x: number, y: number) => number, dy: (x: number, y: number) => number): Float64Array =>
      Float64Array.from({ length: 2 * 25 }, (_, i) => {
        const [x, y] = [step * (Math.floor(i / 2) % 5), step * Math.floor(i / 10)];
        return i % 2 === 0 ? dx(x, y) : dy(x, y);
      });
    expect(minDeterminant(grid(() => 0, () => 0), 5, step)).toBeCloseTo(1);
    expect(minDeterminant(grid((x) => -0.5 * x, () => 0), 5, step)).toBeCloseTo(0.5);
    expect(minDeterminant(grid((x) => 0.2 * x, (_, y) => -0.4 * y), 5, step)).toBeCloseTo(1.2 * 0.6);
    expect(minDeterminant(grid((_, y) => y, (x) => x), 5, step)).toBeCloseTo(0);
    expect(minDeterminant(grid((x) => -2 * x, () => 0), 5, step)).toBeCloseTo(-1);
  });
});
