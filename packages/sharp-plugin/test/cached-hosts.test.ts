import { UpstreamUnavailableError, type PixelSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slimFaceService } from '../src/adapters/astro.ts';
import { slimFaceEleventy } from '../src/adapters/eleventy.ts';
import { slimFaceImagetools } from '../src/adapters/imagetools.ts';
import { createSlimIpx, type IpxOptions, type IpxRequest, type IpxStorage } from '../src/adapters/ipx.ts';
import { slimFaceMinimizer } from '../src/adapters/webpack.ts';
import { createSlimFace, type SlimFace } from '../src/index.ts';
import { portrait } from './_setup.ts';

const down = 'Expected an answer but the engine is down';
let engine: LocalEngine;
let slimFace: SlimFace;
let bytes: Buffer;
beforeAll(async () => {
  engine = await createLocalEngine();
  const slimmer: PixelSlimmer = { ...engine, slimPixels: () => Promise.reject(new UpstreamUnavailableError(down)) };
  slimFace = createSlimFace({ slimmer, onError: 'pass-through' });
  bytes = await sharp(portrait).png().toBuffer();
});
afterAll(() => engine.close());

// Their caches would give an unslimmed file the name of a slimmed one, for good.
describe('an adapter for a host that keeps files fails when the engine does, though onError lets others pass', () => {
  it('of Eleventy', async () => {
    const { transform } = slimFaceEleventy(slimFace, { onError: 'pass-through' });
    await expect(transform(sharp(portrait), { width: 200, height: 200, format: 'webp' })).rejects.toThrow(down);
  });

  it('of imagetools', async () => {
    const [factory] = slimFaceImagetools(slimFace).extendTransforms([]);
    const step = (factory as (directives: object, context: object) => (state: object, image: unknown) => Promise<unknown>)({ slimFace: '' }, { useParam() {} });
    await expect(step({}, sharp(portrait))).rejects.toThrow(down);
  });

  it('of Astro', async () => {
    const service = slimFaceService({ getURL: () => '', parseURL: () => undefined, transform: async () => ({ data: bytes, format: 'png' }) }, slimFace);
    await expect(service.transform(bytes, { src: 'a.png', slim: true }, {}, { error() {} })).rejects.toThrow(down);
  });

  it('of ipx', async () => {
    let storage: IpxStorage | undefined;
    const photos: IpxStorage = { name: 'photos', getMeta: () => ({}), getData: () => new Uint8Array(bytes).buffer };
    const ipx = createSlimIpx(slimFace, (options: IpxOptions) => {
      ({ storage } = options);
      return (id: string, _modifiers?: object, request?: object) => ({ getSourceMeta: async () => ({}), process: async () => storage!.getData(id, request as IpxRequest) });
    }, { storage: photos });
    await expect(ipx('a.png', { slim: '1' }).process()).rejects.toThrow(down);
  });

  it('of webpack', async () => {
    const [minimizer] = slimFaceMinimizer(slimFace, [], { onError: 'pass-through' }).minimizer;
    const image = await minimizer!.implementation({ filename: 'a.png', data: bytes, errors: [], warnings: [], info: {} }, minimizer!.options);
    expect(image!.errors.map(({ message }) => message)).toEqual([`Expected to slim a.png but failed: ${down}`]);
  });

  it('while the step itself lets it pass', async () => {
    expect((await slimFace.buffer(bytes)) === bytes).toBe(true);
  });
});
