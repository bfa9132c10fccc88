import { BusyError, isPixelSlimmer, type FaceSlimmer, type PixelSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryCache, createSlimFace, slimFace as slimFaceAlone, type SlimFaceCache } from '../src/index.ts';
import { difference, group, portrait, samples } from './_setup.ts';

let engine: LocalEngine;
let slimmer: PixelSlimmer;
let asked = 0;
beforeAll(async () => {
  engine = await createLocalEngine();
  slimmer = { ...engine, slimPixels: (...args) => (asked++, engine.slimPixels(...args)) };
});
beforeEach(() => {
  asked = 0;
});
afterAll(() => engine.close());

const faceless = { left: 0, top: 312, width: 512, height: 200 };

describe('createSlimFace', () => {
  it('gives what slimFace gives, with defaults that a call can change', async () => {
    const slimFace = createSlimFace({ slimmer, slimDegree: 0.5, onNoFace: 'throw' });
    const expected = async (slimDegree: number) => samples(await slimFaceAlone(sharp(portrait), { slimmer, slimDegree }));
    expect(difference(await samples(await slimFace(sharp(portrait))), await expected(0.5))).toBe(0);
    expect(difference(await samples(await slimFace(sharp(portrait), { slimDegree: 2 })), await expected(2))).toBe(0);
    await expect(slimFace(sharp(portrait).extract(faceless))).rejects.toHaveProperty('code', 'NO_FACE');
    const image = sharp(portrait).extract(faceless);
    expect((await slimFace(image, { onNoFace: 'pass-through' })) === image).toBe(true);
    expect((await slimFace(image, { onNoFace: 'pass-through', resolveWithObject: true })).info).toMatchObject({ reason: 'no-face' });
  });

  it('slims what an image shows once, whatever file and function it comes through', async () => {
    const slimFace = createSlimFace({ slimmer });
    const file = await sharp(portrait).png().toBuffer();
    const first = await slimFace(sharp(portrait), { resolveWithObject: true });
    const again = await slimFace(sharp(file), { resolveWithObject: true });
    expect([first.info, again.info].map((info) => info.changed && info.cached)).toEqual([false, true]);
    expect(again.info.faces).toEqual(first.info.faces);
    expect(difference(await samples(again.image), await samples(first.image))).toBe(0);

    const instance = sharp(portrait).png();
    expect(await slimFace.inPlace(instance)).toMatchObject({ cached: true });
    expect(difference(await samples(instance), await samples(first.image))).toBe(0);
    const { data, info } = await slimFace.buffer(file, { resolveWithObject: true });
    expect(info).toMatchObject({ cached: true });
    expect(difference(await samples(Buffer.from(data)), await samples(first.image))).toBe(0);
    expect(asked).toBe(1);

    await slimFace(sharp(portrait), { slimDegree: 1.5 });
    await slimFace(sharp(portrait), { faces: [{ index: 0, slimDegree: 0.5 }] });
    await slimFace(sharp(portrait).resize(400));
    expect(asked).toBe(4);
  });

  it('gives an image, whatever plain JavaScript says in the defaults', async () => {
    const slimFace = createSlimFace({ slimmer, resolveWithObject: true } as never);
    const image: Sharp = await slimFace(sharp(portrait), null as unknown as undefined);
    expect((await image.metadata()).width).toBe(512);
  });

  it('writes an image that was slimmed twice in the format of the first source', async () => {
    const slimFace = createSlimFace({ slimmer });
    const jpeg = await sharp(portrait).jpeg().toBuffer();
    for (const keepMetadata of [false, true]) {
      const withMetadata = await sharp(jpeg).withExif({ IFD0: { Artist: 'NASA' } }).jpeg().toBuffer();
      const twice = await slimFace((await slimFace(sharp(withMetadata), { keepMetadata })).clone(), { slimDegree: 0.5, keepMetadata });
      expect((await twice.toBuffer({ resolveWithObject: true })).info.format).toBe('jpeg');
    }
    const changed = (await slimFace(sharp(jpeg))).resize(400).webp();
    expect((await (await slimFace(changed, { slimDegree: 0.5 })).toBuffer({ resolveWithObject: true })).info.format).toBe('webp');
  });

  it('remembers that there is no face', async () => {
    const slimFace = createSlimFace({ slimmer });
    const image = sharp(portrait).extract(faceless);
    expect((await slimFace(image)) === image).toBe(true);
    expect((await slimFace(image)) === image).toBe(true);
    await expect(slimFace(image, { onNoFace: 'throw' })).rejects.toHaveProperty('code', 'NO_FACE');
    expect(asked).toBe(1);
  });

  it('does not let results of one entry write into each other', async () => {
    const slimFace = createSlimFace({ slimmer });
    const results = [await slimFace(sharp(portrait)), await slimFace(sharp(portrait)), await slimFace(sharp(portrait))];
    const files = await Promise.all([results[0]!.negate(), results[1]!.blur(3), results[2]!].map((image) => image.png().toBuffer()));
    expect(difference(await samples(files[2]!), await samples(await slimFaceAlone(sharp(portrait), { slimmer })))).toBe(0);
  });

  it('asks a cache of the caller, with keys that name engine and wishes', async () => {
    const values = new Map<string, Uint8Array>();
    const slimFace = createSlimFace({ slimmer, cache: values });
    await slimFace(sharp(portrait));
    await createSlimFace({ slimmer, cache: values })(sharp(portrait));
    expect(asked).toBe(1);
    expect([...values.keys()]).toEqual([expect.stringMatching(/^slimface:1:[0-9a-f]{64}$/)]);
    const [value] = values.values();
    expect(value!.byteLength).toBeLessThan(0.5 * 512 * 512 * 3); // the changed part only
    await createSlimFace({ slimmer: { ...slimmer, version: 'next' }, cache: values })(sharp(portrait));
    const picky = { ...slimmer, requirements: { ...slimmer.requirements, minFaceSide: 64 } };
    await createSlimFace({ slimmer: picky, cache: values })(sharp(portrait));
    await vi.waitFor(() => expect(values.size).toBe(3));
  });

  it.each<[string, SlimFaceCache]>([
    ['fails', { get: () => Promise.reject(new Error('no connection')), set: () => Promise.reject(new Error('no connection')) }],
    ['throws', { get: () => { throw new Error('broken'); }, set: () => { throw new Error('broken'); } }],
    ['holds something else', { get: () => Buffer.from('something else'), set: () => undefined }],
    ['never has written', { get: () => null, set: () => new Promise(() => {}) }],
  ])('slims all the same when the cache %s', async (_, cache) => {
    const { info } = await createSlimFace({ slimmer, cache })(sharp(portrait), { resolveWithObject: true });
    expect(info).toMatchObject({ changed: true, cached: false });
  });

  it('forgets what was not asked for longest, by bytes', async () => {
    const sizes = [512, 500, 512];
    const values = new Map<string, Uint8Array>();
    await createSlimFace({ slimmer, cache: values })(sharp(portrait));
    const [{ byteLength }] = (await vi.waitUntil(() => values.size === 1 && [...values.values()])) as [Uint8Array];
    asked = 0;
    const roomForOne = createSlimFace({ slimmer, cache: createMemoryCache({ maxBytes: Math.round(byteLength * 1.5) }) });
    for (const size of sizes) await roomForOne(sharp(portrait).resize(size));
    expect(asked).toBe(3);
    const roomForBoth = createSlimFace({ slimmer });
    for (const size of sizes) await roomForBoth(sharp(portrait).resize(size));
    expect(asked).toBe(5);
    expect(() => createMemoryCache({ maxBytes: 0.5 })).toThrow('Expected maxBytes to be a whole number from 1 up but received 0.5');
  });

  it('remembers nothing with cache: false, and still shares what is under way', async () => {
    const slimFace = createSlimFace({ slimmer, cache: false });
    await Promise.all([slimFace(sharp(portrait)), slimFace(sharp(portrait))]);
    expect(asked).toBe(1);
    await slimFace(sharp(portrait));
    expect(asked).toBe(2);
  });

  it('names engine, version and options in its cache key', () => {
    const slimFace = createSlimFace({ slimmer });
    const keys = [
      slimFace.cacheKey(),
      slimFace.cacheKey({ slimDegree: 1.2 }),
      slimFace.cacheKey({ faces: [{ index: 0, slimDegree: 0 }] }),
      slimFace.cacheKey({ keepMetadata: true }),
      createSlimFace({ slimmer: { ...slimmer, version: 'next' } }).cacheKey(),
      createSlimFace({ slimmer: { ...slimmer, id: 'other' } }).cacheKey(),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(slimFace.cacheKey({ slimDegree: 1, timeout: 9, signal: AbortSignal.abort() })).toBe(keys[0]);
    const strong = createSlimFace({ slimmer, slimDegree: 1.8 });
    expect(strong.cacheKey({ slimDegree: undefined })).toBe(strong.cacheKey());
    expect(() => slimFace.cacheKey({ slimDegree: 9 })).toThrow('Expected slimDegree between 0 and 2 but received 9');
  });

  it('refuses unknown values at once', () => {
    expect(() => createSlimFace({ slimmer: undefined as unknown as FaceSlimmer })).toThrow('did you await createLocalEngine()?');
    expect(() => createSlimFace({ slimmer, concurrency: 0 })).toThrow('Expected concurrency to be a whole number from 1 up but received 0');
    expect(() => createSlimFace({ slimmer, maxWaiting: -1 })).toThrow('Expected maxWaiting to be a whole number from 0 up but received -1');
    expect(() => createSlimFace({ slimmer, timeout: 0 })).toThrow('Expected timeout between 1 and 2147483647 ms but received 0');
    expect(() => createSlimFace({ slimmer, cache: {} as never })).toThrow('Expected cache to be false or an object with get and set but received Object');
    expect(() => createSlimFace({ slimmer, onError: 'ignore' as never })).toThrow("Expected onError to be 'throw' or 'pass-through' but received \"ignore\"");
    expect(() => createSlimFace({ slimmer, keepMetadata: 1 as never })).toThrow('Expected keepMetadata to be true or false but received 1');
    expect(() => createSlimFace(undefined as never)).toThrow('did you await createLocalEngine()?');
    expect(() => createSlimFace({ slimmer, cache: null as never })).toThrow('Expected cache to be false or an object with get and set but received null');
    expect(() => createSlimFace({ slimmer, timeout: '50' as never })).toThrow('Expected timeout between 1 and 2147483647 ms but received "50"');
    expect(() => createSlimFace({ slimmer }).cacheKey({ cache: false } as never)).toThrow('Expected cache to be given to createSlimFace, not to a call but received false');
    expect(() => createSlimFace({ slimmer, maxBytes: 0 })).toThrow('Expected maxBytes to be a whole number from 1 up but received 0');
    expect(() => createSlimFace({ slimmer }).cacheKey(1.2 as never)).toThrow('Expected options to be an object but received 1.2');
    expect(isPixelSlimmer(slimmer)).toBe(true);
  });
});

describe('the queue', () => {
  /** The engine, which waits for a word before it begins. */
  function gated() {
    let [running, most] = [0, 0];
    const gates: (() => void)[] = [];
    const gatedSlimmer: PixelSlimmer = {
      ...slimmer,
      async slimPixels(pixels, options) {
        most = Math.max(most, ++running);
        await new Promise<void>((open) => gates.push(open));
        running--;
        return engine.slimPixels(pixels, options);
      },
    };
    return { gatedSlimmer, gates, most: () => most, arrived: async (count: number) => { while (gates.length < count) await new Promise((resolve) => setTimeout(resolve, 5)); } };
  }

  it('lets so many work at a time, and refuses more than may wait', async () => {
    const { gatedSlimmer, gates, most, arrived } = gated();
    const slimFace = createSlimFace({ slimmer: gatedSlimmer, concurrency: 2, maxWaiting: 2 });
    const errors: unknown[] = [];
    const work = [512, 500, 490, 480, 470].map((size) => slimFace(sharp(portrait).resize(size)).catch((error: unknown) => void errors.push(error)));
    for (let open = 0; open < 4; open++) {
      await arrived(open + 1);
      gates[open]!();
    }
    await Promise.all(work);
    expect(errors).toEqual([expect.any(BusyError)]);
    expect(errors[0]).toMatchObject({ code: 'BUSY', retryAfter: 1, message: 'Expected at most 2 calls to wait but received one more' });
    expect(most()).toBeLessThanOrEqual(2);
    expect(gates).toHaveLength(4);
  });

  it('gives the place of a call that is aborted to the next', async () => {
    const { gatedSlimmer, gates, arrived } = gated();
    const slimFace = createSlimFace({ slimmer: gatedSlimmer, concurrency: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const atWork = slimFace(sharp(portrait), { signal: first.signal });
    await arrived(1);
    const works = [atWork, slimFace(sharp(portrait).resize(400), { signal: second.signal }), slimFace(sharp(portrait).resize(300))];
    await new Promise((resolve) => setTimeout(resolve, 100)); // for both to wait; an abort before that is seen elsewhere
    second.abort(new Error('while waiting'));
    await expect(works[1]).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'while waiting' } });
    first.abort(new Error('while at work'));
    await expect(works[0]).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'while at work' } });
    await arrived(2);
    for (const open of gates) open();
    expect((await (await works[2]!).metadata()).width).toBe(300);
  });

  it('shares one slimming among all who want the same, until the last of them has left', async () => {
    const { gatedSlimmer, gates, arrived } = gated();
    const seen: AbortSignal[] = [];
    const watched: PixelSlimmer = { ...gatedSlimmer, slimPixels: (pixels, options) => (seen.push(options!.signal!), gatedSlimmer.slimPixels(pixels, options)) };
    const slimFace = createSlimFace({ slimmer: watched, concurrency: 3 });
    const leaving = new AbortController();
    const [stays, leaves] = [slimFace(sharp(portrait)), slimFace(sharp(portrait), { signal: leaving.signal })];
    await arrived(1);
    await new Promise((resolve) => setTimeout(resolve, 100)); // for the second to join; if it came later it would start its own
    leaving.abort(new Error('first'));
    await expect(leaves).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen.map((signal) => signal.aborted)).toEqual([false]);
    gates[0]!();
    expect(difference(await samples(await stays), await samples(await slimFaceAlone(sharp(portrait), { slimmer })))).toBe(0);

    const controllers = [new AbortController(), new AbortController()];
    const both = controllers.map(({ signal }) => slimFace(sharp(group), { signal }));
    await arrived(2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const controller of controllers) controller.abort(new Error('last'));
    for (const work of both) await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen.map((signal) => signal.aborted)).toEqual([false, true]);
    gates[1]!();
  });

  it('does not let a source that is slow or gone stand in the way of others', async () => {
    const slimFace = createSlimFace({ slimmer, concurrency: 1 });
    const [slow, gone] = [new PassThrough(), new PassThrough()];
    const slowly = slimFace(slow.pipe(sharp()));
    const image = gone.pipe(sharp());
    const interrupted = slimFace(image);
    image.destroy();
    await expect(interrupted).rejects.toMatchObject({ code: 'UPLOAD_INTERRUPTED' });
    await expect(slimFace(image, { onError: 'pass-through' })).rejects.toMatchObject({ code: 'UPLOAD_INTERRUPTED' });
    await expect(slimFace(image)).rejects.toMatchObject({ code: 'UPLOAD_INTERRUPTED', message: 'Expected a complete upload but the image was destroyed before its stream had ended' });
    expect((await slimFace(sharp(portrait), { resolveWithObject: true })).info.changed).toBe(true);
    const piped = createReadStream(portrait).pipe(slimFace.stream()).pipe(sharp());
    expect((await slimFace(piped, { slimDegree: 0.5, resolveWithObject: true })).info.changed).toBe(true); // both wait for their source first
    createReadStream(portrait).pipe(slow);
    expect((await (await slowly).metadata()).width).toBe(512);
  });

  it('keeps the place of a call that is over while sharp still decodes for it', async () => {
    const slimFace = createSlimFace({ slimmer, concurrency: 1 });
    const large = await sharp(portrait).resize(3000).png({ compressionLevel: 1 }).toBuffer();
    let decoding = 0;
    let most = 0;
    const watched = (): Sharp => {
      const image = sharp(large);
      const clone = image.clone.bind(image);
      image.clone = () => {
        const copy = clone();
        const toBuffer = copy.toBuffer.bind(copy) as unknown as (options: object) => Promise<never>;
        copy.toBuffer = (async (options: object) => {
          most = Math.max(most, ++decoding);
          return toBuffer(options).finally(() => decoding--);
        }) as unknown as typeof copy.toBuffer;
        return copy;
      };
      return image;
    };
    const calls = Array.from({ length: 6 }, () => slimFace(watched(), { timeout: 20 }).catch((error: { code: string }) => error.code));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['UPSTREAM_TIMEOUT']));
    await slimFace(watched()).catch(() => {});
    expect(most).toBe(1);
  });
});
