import { readFile } from 'node:fs/promises';
import type { SlimmedFace } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import { loadEngineParts, planPhoto } from './_engine.ts';
import { distance, moved } from './_map.ts';
import { groups, portrait } from './_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

const slimmedFaces = async (photo: Buffer, slimDegree: number): Promise<readonly SlimmedFace[]> => (await engine.slim(photo, { slimDegree })).faces;

describe('narrowing', () => {
  it.each([0.5, 1, 1.5, 2])('stays within a quarter of its target for every face but the one in profile, at degree %d', async (slimDegree) => {
    const each = await Promise.all([portrait, ...groups.map(({ path }) => path)].map(async (path) => slimmedFaces(await readFile(path), slimDegree)));
    const faces = each.flat().filter(({ yaw }) => Math.abs(yaw!) < 45);
    expect(faces).toHaveLength(22);
    for (const { narrowing } of faces) {
      expect(narrowing!.percent).toBeGreaterThan(0.75 * 6 * slimDegree);
      expect(narrowing!.percent).toBeLessThan(1.25 * 6 * slimDegree);
    }
  });

  it('is that of the map which is applied', async () => {
    const { faces: [face], fields } = await planPhoto(await loadEngineParts(), portrait, { slimDegree: 2 });
    const [left, right] = [face!.landmarks[172]!, face!.landmarks[397]!];
    const lost = distance(left, right) - distance(moved(fields, left), moved(fields, right));
    expect(face!.narrowing!.pixels / lost).toBeGreaterThan(0.9);
    expect(face!.narrowing!.pixels / lost).toBeLessThan(1.1);
    expect(face!.narrowing!.percent).toBeCloseTo((100 * lost) / distance(left, right), 0);
  });

  it('is 0 at degree 0', async () => {
    const [face] = await slimmedFaces(await readFile(portrait), 0);
    expect(face).toMatchObject({ slimDegree: 0, narrowing: { pixels: 0, percent: 0 }, lambda: 1, warnings: [] });
  });
});

describe('warnings', () => {
  const crop = { left: 205, top: 0, width: 307, height: 400 };
  it.each<[string, () => Promise<Buffer>, string[]]>([
    ['none for a portrait', () => readFile(portrait), []],
    ['FACE_SMALL', () => sharp(portrait).resize(256).png().toBuffer(), ['FACE_SMALL']],
    ['FACE_AT_BORDER', () => sharp(portrait).extract(crop).png().toBuffer(), ['FACE_AT_BORDER']],
    ['FACE_ROTATED', () => sharp(portrait).rotate(90).png().toBuffer(), ['FACE_ROTATED']],
    ['FACE_ROTATED upside down', () => sharp(portrait).rotate(180).png().toBuffer(), ['FACE_ROTATED']],
  ])('%s', async (_, make, expected) => {
    const [face] = await slimmedFaces(await make(), 1);
    expect(face!.warnings).toEqual(expected);
  });

  it('FACE_PROFILE for the one face that looks aside', async () => {
    const faces = await slimmedFaces(await readFile(groups[1]!.path), 1);
    expect(faces.map(({ warnings }) => warnings)).toEqual([['FACE_PROFILE'], [], []]);
  });

  it('nothing of a photo that is turned by its orientation alone', async () => {
    const stored = await sharp(portrait).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const [face] = await slimmedFaces(stored, 1);
    expect(face!.warnings).toEqual([]);
  });
});
