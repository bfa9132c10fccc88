import { readFile } from 'node:fs/promises';
import { inspectImage, type Box, type Face } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveFindOptions, type FindFacesOptions } from '../../src/find-options.ts';
import { intersectionOverUnion } from '../../src/image/boxes.ts';
import { uprightView } from '../../src/image/orientation.ts';
import type { ModelName } from '../../src/models/inference-pool.ts';
import type { Engine } from '../../src/pipeline.ts';
import { decode } from '../../src/stages/decode.ts';
import { findFaces } from '../../src/stages/find-faces.ts';
import { loadEngineParts } from '../_engine.ts';
import { groups, portrait } from '../_photos.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngineParts();
});
afterAll(() => engine.inference.close());

/** The faces of a photo, and how often each model ran for them. */
async function find(photo: Buffer, options: FindFacesOptions = {}): Promise<{ faces: Face[]; runs: Record<ModelName, number> }> {
  const { pixels } = await decode(photo, inspectImage(photo));
  const runs = { shortRange: 0, fullRange: 0, fullRangeSparse: 0, faceMesh: 0 };
  const inference = {
    ...engine.inference,
    run: (model: ModelName, input: Float32Array) => {
      runs[model]++;
      return engine.inference.run(model, input);
    },
  };
  const { faces } = await findFaces(pixels, uprightView(pixels.width, pixels.height, 1), resolveFindOptions(options), inference, engine.kernels);
  return { faces, runs };
}

/** Centres and widths of the faces in the group photos as an independent detector (SSD MobileNet) has them, at scores of 0.6 and more. */
const seenByOther: readonly (readonly [x: number, y: number, width: number][])[] = [
  [[502, 475, 177], [931, 535, 186], [1578, 320, 203]],
  [[1544, 274, 194], [978, 336, 151], [438, 256, 153]],
  [[684, 464, 199], [1599, 432, 170], [1185, 364, 220]],
  [[758, 182, 187], [338, 308, 162], [1074, 294, 169], [1350, 266, 145]],
  [[865, 215, 156], [1192, 316, 158], [1488, 526, 165], [681, 540, 166], [463, 1010, 172]],
  [[761, 474, 160], [1274, 445, 188], [1593, 411, 212], [355, 614, 210]],
];

describe.each(['fast', 'auto', 'deep'] as const)('the plan %s', (plan) => {
  it('finds every face that an independent detector sees, once, and no other', async () => {
    for (const [i, { path }] of groups.entries()) {
      const { faces } = await find(await readFile(path), { plan });
      expect(faces, path).toHaveLength(seenByOther[i]!.length);
      for (const [x, y, width] of seenByOther[i]!) {
        const near = faces.filter(({ box }) => Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y) < 0.4 * width);
        expect(near, `${path} at ${x}, ${y}`).toHaveLength(1);
      }
      const doubles = faces.filter((a) => faces.some((b) => a !== b && intersectionOverUnion(a.box, b.box) > 0.5));
      expect(doubles).toEqual([]);
      expect(faces.map(({ box }) => box.x)).toEqual(faces.map(({ box }) => box.x).toSorted((a, b) => a - b));
    }
  });
});

describe('what looking costs', () => {
  it.each([
    ['fast', { shortRange: 1, fullRange: 0, fullRangeSparse: 1 }],
    ['auto', { shortRange: 1, fullRange: 5, fullRangeSparse: 0 }],
    ['deep', { shortRange: 1, fullRange: 5, fullRangeSparse: 16 }], // and close-ups of what else might be a face
  ] as const)('a square portrait, with the plan %s: %o', async (plan, looks) => {
    const { faces, runs } = await find(await readFile(portrait), { plan });
    expect(faces).toHaveLength(1);
    if (plan !== 'deep') expect(runs).toEqual({ ...looks, shortRange: looks.shortRange + 1, faceMesh: 2 }); // a close-up tells which way up
    else expect(runs).toMatchObject({ fullRange: looks.fullRange, fullRangeSparse: looks.fullRangeSparse });
  });

  it('is more where there are four faces in a large photo, unless small ones do not matter', async () => {
    const photo = await readFile(groups[3]!.path);
    expect((await find(photo)).runs.fullRangeSparse).toBe(12);
    expect((await find(photo, { smallFaces: false })).runs.fullRangeSparse).toBe(0);
    expect((await find(await sharp(photo).resize(1200).toBuffer())).runs.fullRangeSparse).toBe(0);
  });
});

describe('small faces', () => {
  /** Heads of the group photos, pasted into a large photo so that their faces are so wide. */
  async function scene(width: number): Promise<{ photo: Buffer; boxes: Box[] }> {
    const heads = [[groups[0]!.path, 2], [groups[2]!.path, 0], [groups[4]!.path, 2]] as const;
    const placed = await Promise.all(
      heads.map(async ([path, i], k) => {
        const photo = await readFile(path);
        const { box } = (await find(photo, { smallFaces: false })).faces[i]!;
        const [left, top, side] = [box.x - 0.6 * box.width, box.y - 0.6 * box.width, 2.2 * box.width].map(Math.round) as [number, number, number];
        const zoom = width / box.width;
        const input = await sharp(photo).extract({ left, top, width: side, height: side }).resize(Math.round(side * zoom)).png().toBuffer();
        const at = { left: 140 + 620 * k, top: 900 - 310 * k };
        return { input, ...at, box: { x: at.left + (box.x - left) * zoom, y: at.top + (box.y - top) * zoom, width, height: box.height * zoom } };
      }),
    );
    const photo = await sharp({ create: { width: 2000, height: 1333, channels: 3, background: '#9ab' } }).composite(placed).png({ compressionLevel: 1 }).toBuffer();
    return { photo, boxes: placed.map(({ box }) => box) };
  }

  it.each([['auto', 4], ['deep', 2]] as const)('are found with the plan %s from %i % of the longer side', async (plan, percent) => {
    const { photo, boxes } = await scene((2000 * percent) / 100);
    const { faces } = await find(photo, { plan });
    expect(faces).toHaveLength(boxes.length);
    boxes.forEach((box, i) => expect(intersectionOverUnion(faces[i]!.box, box)).toBeGreaterThan(0.6));
  });
});

describe('minFaceSize and maxFaces', () => {
  it('keep the larger faces, from left to right', async () => {
    const photo = await readFile(groups[4]!.path);
    const { faces } = await find(photo, { smallFaces: false });
    const side = ({ box }: Face): number => Math.min(box.width, box.height);
    const area = ({ box }: Face): number => box.width * box.height;
    const two = faces.toSorted((a, b) => area(b) - area(a)).slice(0, 2);
    expect((await find(photo, { smallFaces: false, maxFaces: 2 })).faces).toEqual(faces.filter((face) => two.includes(face)));
    const median = Math.ceil(faces.map(side).toSorted((a, b) => a - b)[2]!);
    expect((await find(photo, { smallFaces: false, minFaceSize: median })).faces).toEqual(faces.filter((face) => side(face) >= median));
  });
});
