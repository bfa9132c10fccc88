import { resolveFaceShape, shapeControls } from '@slimface/core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFields, type DisplacementField, type FaceToSlim } from '../../src/stages/field.ts';
import { anyDegree, anyWish, boldWish, brokenFace, counterparts, crowdedFace, facesOf, loadMeshes, place, scenesOf, seenFace, type Mesh, type Scene } from '../_faces.ts';
import { leastAreaRatio, paint, readOutside, unit } from '../_pixels-of-field.ts';

let meshes: Mesh[];
beforeAll(async () => {
  meshes = await loadMeshes();
});

/** All that holds for the fields of any faces in a picture. */
function expectSound(fields: readonly DisplacementField[], width: number, height: number): void {
  for (const field of fields) {
    const { region, columns, stepBits, grid, reach } = field;
    expect(Math.min(region.x, region.y, width - region.x - region.width, height - region.y - region.height), 'region in the picture').toBeGreaterThanOrEqual(0);
    expect(grid).toHaveLength(2 * columns * (Math.ceil(region.height / 2 ** stepBits) + 1));
    expect(Math.max(...bounds(grid)), 'all that is resampled from').toBeLessThanOrEqual(reach / unit);
    expect(field.minDeterminant, 'by the engine').toBeGreaterThanOrEqual(0.25);
    // Whole numbers: where two cells meet, a step is off by up to 8 units.
    expect(leastAreaRatio(field, width, height), 'by the pixels').toBeGreaterThan(0.25 - 32 * unit);
    expect(readOutside(field, width, height)).toBeUndefined();
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

function bounds(grid: Int32Array): [number, number] {
  let [low, high] = [0, 0];
  for (const value of grid) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [-low, high];
}

describe('the fields of any faces', () => {
  it('neither fold nor ask for what is outside the picture', () => {
    fc.assert(
      fc.property(scenesOf(seenFace, anyWish, 4), (scene) => {
        expectSound(buildFields(facesOf(meshes, scene), scene.width, scene.height), scene.width, scene.height);
      }),
      { numRuns: 60 },
    );
  });

  it('do neither where faces are in each other\'s way', () => {
    const lambdas: number[] = [];
    fc.assert(
      fc.property(scenesOf(crowdedFace, boldWish, 4), (scene) => {
        const fields = buildFields(facesOf(meshes, scene), scene.width, scene.height);
        lambdas.push(...fields.map(leastLambda));
        expectSound(fields, scene.width, scene.height);
      }),
      { numRuns: 60 },
    );
    expect(Math.min(...lambdas), 'the guard against folds was needed').toBeLessThan(1);
  });

  it('do neither when landmarks make no face', () => {
    fc.assert(
      fc.property(scenesOf(fc.oneof(brokenFace, brokenFace, seenFace), anyWish, 3), (scene) => {
        expectSound(buildFields(facesOf(meshes, scene), scene.width, scene.height), scene.width, scene.height);
      }),
      { numRuns: 100 },
    );
  });

  it('are none where nothing is asked for', () => {
    const nothing = fc.constant({ slimDegree: 0, shape: resolveFaceShape() });
    fc.assert(
      fc.property(scenesOf(fc.oneof(seenFace, brokenFace), nothing, 4), (scene) => {
        expect(buildFields(facesOf(meshes, scene), scene.width, scene.height)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('are the same in whatever order the faces come', () => {
    const scenes = scenesOf(seenFace, anyWish, 4).chain((scene) => fc.tuple(fc.constant(scene), fc.shuffledSubarray(scene.faces as Scene['faces'][number][], { minLength: scene.faces.length })));
    fc.assert(
      fc.property(scenes, ([scene, faces]) => {
        const inOrder = (fields: readonly DisplacementField[]): DisplacementField[] => fields.toSorted((a, b) => a.region.x - b.region.x || a.region.y - b.region.y);
        const [fields, shuffled] = [scene, { ...scene, faces }].map((each) => inOrder(buildFields(facesOf(meshes, each), scene.width, scene.height)));
        expect(shuffled!.map(({ region, reach }) => ({ ...region, reach }))).toEqual(fields!.map(({ region, reach }) => ({ ...region, reach })));
        expect(shuffled!.every(({ grid }, i) => Buffer.compare(bytesOf(grid), bytesOf(fields![i]!.grid)) === 0)).toBe(true);
        expect(shuffled!.every((field, i) => Math.abs(field.minDeterminant - fields![i]!.minDeterminant) + Math.abs(leastLambda(field) - leastLambda(fields![i]!)) < 1e-9)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('one face', () => {
  it('is moved further by a higher degree, everywhere', () => {
    fc.assert(
      fc.property(seenFace, fc.uniqueArray(anyDegree, { minLength: 2, maxLength: 2 }), (placement, degrees) => {
        const landmarks = place(meshes, placement, 600, 600);
        const [weaker, stronger] = degrees.sort((a, b) => a - b).map((slimDegree) => buildFields([{ landmarks, slimDegree, shape: resolveFaceShape() }], 600, 600)[0]);
        if (weaker === undefined) return;
        expect(stronger!.region).toEqual(weaker.region);
        const back = weaker.grid.findIndex((value, i) => Math.abs(value) > Math.abs(stronger!.grid[i]!) || value * stronger!.grid[i]! < 0);
        expect(back, `${weaker.grid[back]} units, and then ${stronger!.grid[back]}`).toBe(-1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('one control of the shape', () => {
  it('moves every point one way, the further the higher it is', () => {
    const values = fc.uniqueArray(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(seenFace, anyWish, fc.constantFrom(...shapeControls), values, (placement, { slimDegree, shape }, control, ofControl) => {
        const landmarks = place(meshes, placement, 600, 600);
        const fields = ofControl.sort((a, b) => a - b).flatMap((value) => buildFields([{ landmarks, slimDegree, shape: { ...shape, [control]: value } }], 600, 600));
        fc.pre(fields.length === 3 && fields.every((field) => leastLambda(field) === 1)); // a map that is weakened is so as a whole
        const [low, middle, high] = fields.map(({ grid }) => grid);
        const turn = middle!.findIndex((value, i) => Math.min(value - low![i]!, high![i]! - value) < -1 && Math.max(value - low![i]!, high![i]! - value) > 1);
        expect(turn, `${low![turn]}, ${middle![turn]}, ${high![turn]} units`).toBe(-1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a mirrored picture', () => {
  const scenes = scenesOf(seenFace, anyWish, 2);

  it('has the mirrored field when it is stored so, the mesh being that of the upright picture', () => {
    expectMirrored(scenes, (face, width) => ({ ...face, landmarks: face.landmarks.map(({ x, y }) => ({ x: width - x, y })) }));
  });

  it('has the mirrored field when it was taken so, with left and right changing places', () => {
    expectMirrored(scenes, ({ landmarks, slimDegree, shape }, width) => ({
      landmarks: counterparts.map((other) => ({ x: width - landmarks[other]!.x, y: landmarks[other]!.y })),
      slimDegree,
      shape: { ...shape, symmetry: -shape.symmetry },
    }));
  });
});

/** Pixel i of a picture is pixel width - 1 - i of the mirrored one, and comes from the mirrored place. */
function expectMirrored(scenes: fc.Arbitrary<Scene>, mirror: (face: FaceToSlim, width: number) => FaceToSlim): void {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { width, height } = scene;
      const faces = facesOf(meshes, scene);
      const [fields, mirrored] = [faces, faces.map((face) => mirror(face, width))].map((each) => buildFields(each, width, height));
      // Else the maps are known at other places.
      fc.pre(fields!.length === mirrored!.length && fields!.every((field) => mirrored!.some((other) => haveMirroredNodes(field, other, width))));
      const [plain, turned] = [fields!, mirrored!].map((each) => paint(each, width, height));
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [i, j] = [y * width + x, y * width + width - 1 - x];
          const error = Math.max(Math.abs(plain!.dx[i]! + turned!.dx[j]!), Math.abs(plain!.dy[i]! - turned!.dy[j]!));
          // A node is a unit off by rounding; a cell's whole numbers lose up to one for each of its 8 steps, either way.
          if (error > 18) expect.fail(`pixel ${x}, ${y} moves by ${plain!.dx[i]}, ${plain!.dy[i]}, mirrored by ${turned!.dx[j]}, ${turned!.dy[j]}`);
        }
      }
    }),
    { numRuns: 30 },
  );
}

function haveMirroredNodes({ region: a, stepBits, grid }: DisplacementField, { region: b, ...other }: DisplacementField, width: number): boolean {
  return a.y === b.y && grid.length === other.grid.length && stepBits === other.stepBits && (a.x + b.x - width + 1) % 2 ** stepBits === 0;
}

function leastLambda({ faces }: DisplacementField): number {
  return Math.min(...faces.map(({ lambda }) => lambda));
}
