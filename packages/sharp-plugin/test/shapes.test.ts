import { apiRequirements, createAilabClient, readImageInput, resolveFaceShape, type FaceShape, type FaceSlimmer, type PixelSlimmer, type SlimOptions } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { slimFaceEleventy } from '../src/adapters/eleventy.ts';
import { slimFaceBeforeOperation } from '../src/adapters/payload.ts';
import { slimFaceMinimizer } from '../src/adapters/webpack.ts';
import { createSlimFace, slimFace, slimFaceBuffer, slimFaceInPlace, slimFaceStream } from '../src/index.ts';
import { difference, group, portrait, samples } from './_setup.ts';

let engine: LocalEngine;
let slimmer: PixelSlimmer;
/** Options of each call of the engine. */
let asked: SlimOptions[] = [];
beforeAll(async () => {
  engine = await createLocalEngine();
  slimmer = { ...engine, slimPixels: (pixels, options = {}) => (asked.push(options), engine.slimPixels(pixels, options)) };
});
beforeEach(() => {
  asked = [];
});
afterAll(() => engine.close());

const resolveWithObject = true;
const shape: FaceShape = { jaw: -0.8, chin: 0.4 };
const nothing: FaceShape = { jaw: 0, cheek: 0, chin: 0, chinWidth: 0, symmetry: 0 };

describe('a shape', () => {
  it('works at a degree of 0 too, and its faces tell what was done to them', async () => {
    const pixels = { data: new Uint8Array(await samples(portrait)), width: 512, height: 512, channels: 3 } as const;
    const expected = await engine.slimPixels(pixels, { slimDegree: 0, shape });
    const { image, info } = await slimFace(sharp(portrait), { slimmer, slimDegree: 0, shape, resolveWithObject });
    expect(info).toEqual({ changed: true, faces: expected.faces, width: 512, height: 512, cached: false });
    expect(info.faces[0]).toMatchObject({ narrowing: { percent: expect.any(Number) }, lambda: expect.any(Number), warnings: expect.any(Array) });
    expect(difference(await samples(image), expected.pixels.data)).toBe(0);
    expect(difference(await samples(image), pixels.data)).toBeGreaterThan(0.001);
  });

  it('that changes nothing leaves an image of degree 0 alone, and of any other degree as it is without', async () => {
    const image = sharp(portrait);
    for (const options of [{ slimDegree: 0, shape: nothing }, { slimDegree: 0, faces: [{ index: 0, slimDegree: 0, shape: nothing }] }, { faces: [], shape: {} }]) {
      const result = await slimFace(image, { slimmer, ...options, resolveWithObject });
      expect(result.image === image).toBe(true);
      expect(result.info).toEqual({ changed: false, reason: 'zero-degree', faces: [] });
    }
    expect(asked).toEqual([]);
    const [plain, same] = [await slimFace(image, { slimmer }), await slimFace(image, { slimmer, shape: nothing })];
    expect(difference(await samples(same), await samples(plain))).toBe(0);
  });

  it('of one face among faces is not skipped', async () => {
    const { info } = await slimFace(sharp(portrait), { slimmer, faces: [{ index: 0, slimDegree: 0, shape }], resolveWithObject });
    expect(info).toMatchObject({ changed: true, faces: [{ slimDegree: 0 }] });
  });

  it('that makes no sense is an error in every form, whatever onError says', async () => {
    const options = { slimmer, shape: { jaw: 2 }, onError: 'pass-through' } as const;
    const refused = { code: 'INVALID_INPUT', message: 'Expected shape.jaw between -1 and 1 but received 2' };
    await expect(slimFace(sharp(portrait), options)).rejects.toMatchObject(refused);
    await expect(slimFaceInPlace(sharp(portrait), options)).rejects.toMatchObject(refused);
    await expect(slimFaceBuffer(Buffer.from('x'), options)).rejects.toMatchObject(refused);
    expect(() => slimFaceStream(options)).toThrow(expect.objectContaining(refused));
    expect(() => createSlimFace(options)).toThrow(expect.objectContaining(refused));
  });
});

describe('a face at a point', () => {
  it('is slimmed and no other is touched; a point beside all of them is an error', async () => {
    const faces = await engine.detectFaces(await sharp(group).png().toBuffer());
    const { x, y, width, height } = faces[1]!.box;
    const options = (at: { x: number; y: number }) => ({ slimmer, faces: [{ at, slimDegree: 2 }], resolveWithObject }) as const;
    const byPoint = await slimFace(sharp(group), options({ x: x + width / 2, y: y + height / 2 }));
    expect(byPoint.info.faces.map(({ slimDegree }) => slimDegree)).toEqual(faces.map((_, i) => (i === 1 ? 2 : 0)));
    const byIndex = await slimFace(sharp(group), { slimmer, faces: [{ index: 1, slimDegree: 2 }] });
    expect(difference(await samples(byPoint.image), await samples(byIndex))).toBe(0);
    await expect(slimFace(sharp(group), { ...options({ x: 1, y: 1 }), onError: 'pass-through' })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('faces[].at') });
  });
});

describe('what createSlimFace remembers', () => {
  it('is what was wished for at the call, also when the caller changes the object meanwhile', async () => {
    const bound = createSlimFace({ slimmer });
    const wishes = { resolveWithObject: true as const, shape: { jaw: 0 }, faces: [{ index: 0, slimDegree: 1, shape: { jaw: 0 } }] };
    const runs = [-1, 1].map((jaw) => {
      wishes.shape.jaw = jaw;
      wishes.faces[0]!.shape.jaw = jaw;
      return bound(sharp(portrait), wishes);
    });
    const percents = (await Promise.all(runs)).map(({ info }) => info.faces[0]!.narrowing!.percent);
    expect(percents[0]! - percents[1]!).toBeGreaterThan(4);
    const again = await bound(sharp(portrait), { resolveWithObject, faces: [{ index: 0, slimDegree: 1, shape: { jaw: -1 } }] });
    expect(again.info.faces[0]!.narrowing!.percent).toBe(percents[0]);
  });

  const at = { x: 230, y: 130 };
  const others: SlimOptions[] = [
    {},
    { shape: { jaw: 0.5 } },
    { shape: { jaw: -0.5 } },
    { shape: { cheek: 0.5 } },
    { shape: { jaw: 0.5, chin: 0.5 } },
    { faces: [] , slimDegree: 0, shape: { jaw: 0.5 } },
    { faces: [{ index: 0 }] },
    { faces: [{ index: 0, shape: { jaw: 0.5 } }] },
    { faces: [{ at }] },
    { faces: [{ at: { x: at.x, y: at.y + 0.5 } }] },
    { faces: [{ at, shape: { jaw: 0.5 } }] },
    { faces: [{ index: 0 }], slimDegree: 1 },
  ];
  const same: [SlimOptions, SlimOptions][] = [
    [{}, { shape: nothing }],
    [{ shape: { jaw: 0.5 } }, { shape: { jaw: 0.5, chin: 0 }, slimDegree: 1 }],
    [{ faces: [{ index: 0, shape: { jaw: 0.5 } }, { at }] }, { faces: [{ at, slimDegree: 1 }, { index: 0, slimDegree: 1, shape: { jaw: 0.5 } }] }],
  ];

  it('has a key for each wish, and one for what is the same', () => {
    const { cacheKey } = createSlimFace({ slimmer });
    expect(new Set(others.map((options) => cacheKey(options))).size).toBe(others.length);
    for (const [one, other] of same) expect(cacheKey(one)).toBe(cacheKey(other));
  });

  it('has the keys that it had before there were shapes, where none is asked for', () => {
    const named: FaceSlimmer = { id: 'local', version: '1.0.0', requirements: apiRequirements, slim: engine.slim, close: async () => {} };
    const before = (wishes: string): string => createHash('sha256').update(`local@1.0.0 ${wishes} ${JSON.stringify(apiRequirements)} false`).digest('hex').slice(0, 16);
    const { cacheKey } = createSlimFace({ slimmer: named });
    expect([cacheKey(), cacheKey({ slimDegree: 1.5 }), cacheKey({ slimDegree: 0.5, faces: [{ index: 10, slimDegree: 2 }, { index: 2, slimDegree: 1 }] })]).toEqual([before('1'), before('1.5'), before('0.5,2=1,10=2')]);
  });

  it('is what was done to each face too', async () => {
    const slimShared = createSlimFace({ slimmer });
    const first = await slimShared(sharp(portrait), { shape, resolveWithObject });
    await new Promise((resolve) => setImmediate(resolve));
    const again = await slimShared(sharp(portrait), { shape: { ...nothing, ...shape }, resolveWithObject });
    expect([first.info, again.info].map((info) => info.changed && info.cached)).toEqual([false, true]);
    expect(again.info.faces).toEqual(first.info.faces);
    expect(again.info.faces[0]!.narrowing).toBeDefined();
    expect(difference(await samples(again.image), await samples(first.image))).toBe(0);
    const plain = await slimShared(sharp(portrait), { resolveWithObject });
    expect(plain.info).toMatchObject({ cached: false });
    expect(asked).toHaveLength(2);
  });
});

describe('adapters that take options', () => {
  it('take a shape, name it in their keys, and say at once what is wrong with it', () => {
    const shared = createSlimFace({ slimmer });
    const keys = [{}, { shape }, { shape: nothing }].map((options) => [slimFaceEleventy(shared, options).manualCacheKey, JSON.stringify(slimFaceMinimizer(shared, [], options).minimizer)]);
    expect(keys[1]).not.toEqual(keys[0]);
    expect(keys[1]![1]).not.toBe(keys[0]![1]);
    expect(keys[2]).toEqual(keys[0]);
    for (const adapt of [slimFaceEleventy, slimFaceBeforeOperation, (...[face, options]: Parameters<typeof slimFaceEleventy>) => slimFaceMinimizer(face, [], options)]) {
      expect(() => adapt(shared, { shape: { chin: -3 } })).toThrow('Expected shape.chin between -1 and 1 but received -3');
    }
  });

  it('bound to a shape, use it for degrees of their own', async () => {
    const [bound, plain] = [createSlimFace({ slimmer, shape }), createSlimFace({ slimmer })];
    expect(bound.cacheKey({ slimDegree: 1.2 })).toBe(plain.cacheKey({ slimDegree: 1.2, shape }));
    expect(bound.cacheKey({ shape: {} })).toBe(plain.cacheKey());
  });
});

describe('an engine for encoded images', () => {
  /** The local engine without its pixel side, and what it was asked. */
  const encodedOnly = (maxSide: number): FaceSlimmer => ({
    id: engine.id, version: engine.version, requirements: { ...engine.requirements, maxSide }, close: async () => {},
    slim: async (image, options = {}) => (asked.push(options), engine.slim(await readImageInput(image, engine.requirements), options)),
  });

  it('gets points in the pixels that it gets, and its report comes back in those of the image', async () => {
    const { box } = (await engine.detectFaces(await sharp(portrait).toBuffer()))[0]!;
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const { info } = await slimFace(sharp(portrait), { slimmer: encodedOnly(400), scaleToFit: true, faces: [{ at, slimDegree: 2, shape }], resolveWithObject });
    expect(asked[0]!.faces).toEqual([{ at: { x: (at.x * 400) / 512, y: (at.y * 400) / 512 }, slimDegree: 2, shape: resolveFaceShape(shape) }]);
    const small = await engine.slim(await sharp(portrait).resize(400, 400, { fit: 'fill' }).png().toBuffer(), asked[0]);
    const [wanted, told] = [small.faces[0]!, info.faces[0]!];
    expect(told.narrowing!.pixels).toBeCloseTo((wanted.narrowing!.pixels * 512) / 400, 6);
    expect(told).toMatchObject({ narrowing: { percent: wanted.narrowing!.percent }, lambda: wanted.lambda, warnings: wanted.warnings, slimDegree: 2 });
    expect(told.box.width).toBeCloseTo((wanted.box.width * 512) / 400, 6);
    await slimFace(sharp(portrait), { slimmer: encodedOnly(5000), faces: [{ at }] });
    expect(asked[1]!.faces).toEqual([{ at, slimDegree: 1, shape: resolveFaceShape() }]);
  });

  it.each<[name: string, options: SlimOptions]>([
    ['shape.symmetry', { shape: { symmetry: 0.5 } }],
    ['shape.jaw', { shape, slimDegree: 0 }],
    ['faces', { faces: [{ index: 0, slimDegree: 1 }] }],
    ['faces', { faces: [{ at: { x: 1, y: 1 } }] }],
    ['faces', { faces: [], slimDegree: 1 }],
  ])('of the vendor refuses %s by name, whatever onError says', async (name, options) => {
    const client = createAilabClient({ apiKey: 'key-of-a-test', baseUrl: 'http://127.0.0.1:9' }); // where nobody listens
    const refused = { code: 'INVALID_INPUT', billed: 'no', message: expect.stringMatching(new RegExp(`^Expected no ${name.replace('.', '[.]')}`)) };
    await expect(slimFace(sharp(portrait), { slimmer: client, ...options, onError: 'pass-through' })).rejects.toMatchObject(refused);
    await expect(createSlimFace({ slimmer: client, onError: 'pass-through' }).buffer(await sharp(portrait).png().toBuffer(), options)).rejects.toMatchObject(refused);
    await client.close();
  });
});
