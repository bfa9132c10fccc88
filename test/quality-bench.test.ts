import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { root } from './_run.ts';

// The measures of `npm run bench -- quality`, on maps whose effect is known. Its models and the engine take no part.
const load = (file: string): Promise<any> => import(join(root, 'benchmarks/quality', `${file}.mjs`));
const [points, { faceAxes }, { displacementAt, leastDeterminant, makeMap, moved }] = await Promise.all(['mesh-points', 'geometry', 'maps'].map(load));
const [{ measureMap }, { changedOutside, detailKept, lumaOf }, { amplitudeFor, mapOfRival, rivals, warpBilinear }] = await Promise.all(['measure-map', 'measure-pixels', 'rivals'].map(load));
const [{ findPython, measureFlow }, { checkGoals }] = await Promise.all(['flow', 'goals'].map(load));

const size = 512;
const middle = { x: 256, y: 250 };
const landmarks = drawFace();
const axes = faceAxes(landmarks);
const picture = await readPortrait();

test('a picture squeezed to the midline narrows every pair by as much, on both sides', () => {
  const read = measure(squeeze(0.06));
  for (const narrowing of read.profile) expect(narrowing).toBeCloseTo(6, 1);
  expect(read.narrowing).toBeCloseTo(6, 1);
  expect(read.sides[0]).toBeCloseTo(6, 1);
  expect(read.sides[1]).toBeCloseTo(6, 1);
  expect(read.drift).toBeCloseTo((100 * 0.06 * 35) / axes.width, 2); // the corners of the mouth
  expect(read).toMatchObject({ dents: [], behind: [] });
  expect(leastDeterminant([squeeze(-0.06)])).toBeCloseTo(1 / 1.06, 3);
});

test('a picture that is merely shifted is not narrowed, and its features drift', () => {
  const read = measure(makeMap(everything, () => ({ x: -2.2, y: 0 })));
  expect(read.narrowing).toBeCloseTo(0, 6);
  expect(read.drift).toBeCloseTo((100 * 2.2) / axes.width, 3);
  expect(read.chinLift).toBeCloseTo(0, 6);
  expect(read.background[2]).toBeCloseTo((100 * 2.2) / axes.halfWidth, 3);
});

test('the rivals fail as they are known to: discs leave the chin behind, pairs lift it and move the features', () => {
  const [discs, pairs] = [rivals.discs, rivals.pairs].map((rival) => measure(mapOfRival(rival(landmarks, amplitudeFor(rival, landmarks, 6)), picture)));
  expect(discs.behind.length).toBeGreaterThan(2);
  expect(discs.narrowing).toBeGreaterThan(1);
  expect(pairs.behind).toEqual([]);
  expect(pairs.chinLift).toBeGreaterThan(3);
  expect(pairs.drift).toBeGreaterThan(2);
});

test('a dent along the jaw is seen, however many pairs it spans', () => {
  const dip = (x: number, y: number): { x: number; y: number } => {
    const height = y - middle.y;
    return { x: height < -40 || (height > 95 && height < 115) ? 0 : (x + 0.5 - middle.x) * 0.06, y: 0 };
  };
  expect(measure(makeMap(everything, dip)).dents.length).toBeGreaterThan(0);
});

test('pixels are counted outside the face, not inside', () => {
  const after = Buffer.from(picture.data);
  for (const [x, y] of [[256, 250], [5, 5], [500, 8]] as const) after[3 * (y * size + x)]! ^= 1;
  expect(changedOutside(picture, after, [axes])).toBe(2);
  expect(changedOutside(picture, picture.data, [axes])).toBe(0);
});

test('a shift by whole pixels keeps all detail, one by half a pixel does not', () => {
  const kept = (by: number): { sharpness: number; finestDetail: number } => {
    const map = makeMap(everything, () => ({ x: by, y: by }));
    return detailKept(picture, warpBilinear(picture, map, Buffer.from(picture.data)), [map], axes);
  };
  expect(kept(3)).toEqual({ sharpness: 1, finestDetail: 1 });
  expect(kept(0.5).sharpness).toBeLessThan(0.9);
  expect(kept(0.5).finestDetail).toBeLessThan(0.5);
});

test.skipIf(findPython() === undefined)('optical flow reads from the pixels what the map did', async () => {
  const maps = [0, 0.06, 0.12].map(squeeze);
  const cases = maps.map((map) => ({ picture, data: warpBilinear(picture, map, Buffer.from(picture.data)), landmarks, axes }));
  const read = await measureFlow(findPython(), cases);
  for (const [i, map] of maps.entries()) {
    expect(Math.abs(read[i].flowNarrowing - measure(map).narrowing)).toBeLessThan(0.5);
  }
});

test('without OpenCV the columns of flow stay empty', async () => {
  expect(await measureFlow(undefined, [{ picture }])).toEqual([{}]);
});

test('a goal is missed by a single face where it speaks of all', () => {
  const face = { photo: 'a', face: 0, by: 'ours', turn: 1, sides: [6, 6.2], profile: points.jawPairs.map(() => 6), dents: [], behind: [], drift: 0.1, chinLift: 0, background: [1, 0, 0], outside: 0, determinant: 0.6 };
  const records = [1, 2].map((degree) => ({ ...face, degree, narrowing: 6 * degree }));
  const reached = (list: unknown[]): string[] => checkGoals([], list).filter((goal: any) => goal.reached === false).map(({ goal }: any) => goal);
  expect(reached(records)).toEqual([]);
  expect(reached([...records, { ...face, photo: 'b', degree: 2, narrowing: 12, determinant: 0.2 }])).toEqual(['determinant above 0.25']);
});

test('no goal is reached where nothing was measured', () => {
  expect(checkGoals([], []).filter(({ reached }: any) => reached !== undefined)).toEqual([]);
});

const everything = { x: 0, y: 0, width: size, height: size };

/** Narrows everything below the eyes to the midline, by a share of its width. */
function squeeze(share: number): unknown {
  return makeMap(everything, (x: number, y: number) => ({ x: y < middle.y - 40 ? 0 : (x + 0.5 - middle.x) * (1 / (1 - share) - 1), y: 0 }));
}

function measure(map: unknown): any {
  return measureMap(landmarks, [map], (point: unknown) => moved((x: number, y: number) => displacementAt([map], x, y), point), []);
}

/** A mesh that has the points which the measures ask for, the size of a face of 240 x 300 px; all others lie on the nose. */
function drawFace(): { x: number; y: number }[] {
  const face = Array.from({ length: 468 }, () => ({ ...middle }));
  points.oval.forEach((index: number, i: number) => {
    const angle = (2 * Math.PI * i) / points.oval.length;
    face[index] = { x: middle.x + 120 * Math.sin(angle), y: middle.y - 150 * Math.cos(angle) };
  });
  face[33] = { x: middle.x - 40, y: middle.y - 60 };
  face[263] = { x: middle.x + 40, y: middle.y - 60 };
  face[points.bridge] = { x: middle.x, y: middle.y - 30 };
  face[points.noseOf68[33]] = { x: middle.x, y: middle.y + 15 };
  for (const [side, index] of [[-1, 61], [1, 291]] as const) face[index] = { x: middle.x + side * 35, y: middle.y + 60 };
  return face;
}

async function readPortrait(): Promise<any> {
  const { data } = await sharp(join(root, 'fixtures/astronaut.png')).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: size, height: size, channels: 3, luma: lumaOf(data) };
}
