import { PassThrough } from 'node:stream';
import { UpstreamTimeoutError, UpstreamUnavailableError, type PixelSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlimFace, slimFace, slimFaceBuffer, slimFaceInPlace, slimFaceStream } from '../src/index.ts';
import { portrait } from './_setup.ts';

let engine: LocalEngine;
let down: PixelSlimmer;
let silent: PixelSlimmer;
const unavailable = new UpstreamUnavailableError('Expected an answer but the engine is down');
beforeAll(async () => {
  engine = await createLocalEngine();
  down = { ...engine, slimPixels: () => Promise.reject(unavailable) };
  silent = { ...engine, slimPixels: () => new Promise(() => {}) };
});
afterAll(() => engine.close());

describe('onError', () => {
  it("is an error by default, in all forms of the step", async () => {
    const file = await sharp(portrait).png().toBuffer();
    await expect(slimFace(sharp(portrait), { slimmer: down })).rejects.toBe(unavailable);
    await expect(slimFaceInPlace(sharp(portrait), { slimmer: down })).rejects.toBe(unavailable);
    await expect(slimFaceBuffer(file, { slimmer: down })).rejects.toBe(unavailable);
    const stream = slimFaceStream({ slimmer: down });
    stream.end(file);
    await expect(stream.toArray()).rejects.toBe(unavailable);
    await expect(createSlimFace({ slimmer: down })(sharp(portrait))).rejects.toBe(unavailable);
  });

  it('lets what was handed in pass, and tells why', async () => {
    const options = { slimmer: down, onError: 'pass-through', resolveWithObject: true } as const;
    const image = sharp(portrait);
    const result = await slimFace(image, options);
    expect(result.image === image).toBe(true);
    expect(result.info).toEqual({ changed: false, reason: 'error', faces: [], error: unavailable });
    expect(await slimFaceInPlace(image, options)).toMatchObject({ reason: 'error' });

    const text = Buffer.from('no image');
    const { data, info } = await slimFaceBuffer(text, options);
    expect(data === text).toBe(true);
    expect(info).toMatchObject({ reason: 'error', error: { code: 'UNREADABLE_IMAGE' } });
    const stream = slimFaceStream(options);
    stream.end(text);
    expect(Buffer.concat(await stream.toArray())).toEqual(text);
  });

  it('lets a step pass that ran out of time', async () => {
    const { info } = await slimFace(sharp(portrait), { slimmer: silent, timeout: 50, onError: 'pass-through', resolveWithObject: true });
    expect(info).toMatchObject({ reason: 'error', error: { code: 'UPSTREAM_TIMEOUT' } });
  });

  it('does not let pass what is wrong with the call, its own abort, or a missing face that is to be told', async () => {
    const options = { slimmer: engine, onError: 'pass-through' } as const;
    await expect(slimFace(sharp(portrait), { ...options, slimDegree: 3 })).rejects.toHaveProperty('code', 'INVALID_SLIM_DEGREE');
    await expect(slimFace(portrait as never, options)).rejects.toHaveProperty('code', 'INVALID_INPUT');
    await expect(slimFaceInPlace(sharp(portrait).negate(), options)).rejects.toHaveProperty('code', 'INVALID_INPUT');
    await expect(slimFace(sharp(portrait), { ...options, signal: AbortSignal.abort() })).rejects.toHaveProperty('code', 'ABORTED');
    const faceless = sharp(portrait).extract({ left: 0, top: 312, width: 512, height: 200 });
    await expect(slimFace(faceless, { ...options, onNoFace: 'throw' })).rejects.toHaveProperty('code', 'NO_FACE');
  });
});

describe('onNoFace', () => {
  it('also decides about images and faces that are smaller than the engine accepts', async () => {
    const picky = await createLocalEngine({ requirements: { ...engine.requirements, minFaceSide: 400 } });
    for (const [image, slimmer, code] of [[sharp(portrait), picky, 'FACE_TOO_SMALL'], [sharp(portrait).resize(60), engine, 'RESOLUTION_OUT_OF_RANGE']] as const) {
      const result = await slimFace(image, { slimmer, resolveWithObject: true });
      expect(result.image === image).toBe(true);
      expect(result.info).toEqual({ changed: false, reason: 'too-small', faces: [] });
      await expect(slimFace(image, { slimmer, onNoFace: 'throw', onError: 'pass-through' })).rejects.toHaveProperty('code', code);
    }
    await picky.close();
    const limited: PixelSlimmer = await createLocalEngine({ requirements: { ...engine.requirements, maxSide: 300 } });
    await expect(slimFace(sharp(portrait), { slimmer: limited })).rejects.toHaveProperty('code', 'RESOLUTION_OUT_OF_RANGE');
    await limited.close();
  });
});

describe('timeout', () => {
  it('ends the step while the source is read, while it waits, and while the engine is at work', async () => {
    const endless = () => new PassThrough().pipe(sharp());
    const expectTimeout = async (work: Promise<unknown>) => {
      const error = await work.catch((rejected: unknown) => rejected);
      expect(error).toBeInstanceOf(UpstreamTimeoutError);
      expect(error).toMatchObject({ retryable: true, cause: { name: 'TimeoutError' }, message: 'Expected the step to end within 60 ms but it did not' });
    };
    await expectTimeout(slimFace(endless(), { slimmer: engine, timeout: 60 }));
    await expectTimeout(slimFace(sharp(portrait), { slimmer: silent, timeout: 60 }));
    await expectTimeout(slimFaceInPlace(sharp(portrait), { slimmer: silent, timeout: 60 }));
    const slimOne = createSlimFace({ slimmer: silent, concurrency: 1 });
    const first = slimOne(sharp(portrait), { timeout: 500 });
    await expectTimeout(slimOne(sharp(portrait), { timeout: 60 }));
    await expect(first).rejects.toBeInstanceOf(UpstreamTimeoutError);
  });

  it('aborts the engine, and says of a remote one that the call may have been paid for', async () => {
    let seen: AbortSignal | undefined;
    const { slimPixels: _, ...remote } = { ...engine, slim: (_image: unknown, options: { signal?: AbortSignal }) => ((seen = options.signal), new Promise<never>(() => {})) };
    const error = await slimFace(sharp(portrait), { slimmer: remote as never, timeout: 400 }).catch((rejected: unknown) => rejected);
    expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', billed: 'unknown' });
    expect(seen!.aborted).toBe(true);
    const local = await slimFace(sharp(portrait), { slimmer: silent, timeout: 60 }).catch((rejected: unknown) => rejected);
    expect(local).toMatchObject({ code: 'UPSTREAM_TIMEOUT', billed: 'no' });
  });

  it('tells the abort of a caller and the end of the time from failures, whatever an engine rejects with', async () => {
    const controller = new AbortController();
    const raw: PixelSlimmer = { ...engine, slimPixels: (_, options) => new Promise((_resolve, reject) => {
      options!.signal!.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')));
      controller.abort(new Error('the client left'));
    }) };
    const options = { slimmer: raw, onError: 'pass-through' } as const;
    await expect(slimFace(sharp(portrait), { ...options, signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'the client left' } });
    const { info } = await slimFace(sharp(portrait), { ...options, timeout: 300, resolveWithObject: true });
    expect(info).toMatchObject({ reason: 'error', error: { code: 'UPSTREAM_TIMEOUT' } });
  });

  it('leaves neither a timer nor a listener behind', async () => {
    const { signal } = new AbortController();
    const listeners: unknown[] = [];
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners.push(args[1]), add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.splice(listeners.indexOf(args[1]), 1);
      remove(...args);
    };
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    await slimFace(sharp(portrait), { slimmer: engine, signal, timeout: 100_000 });
    await createSlimFace({ slimmer: engine })(sharp(portrait), { signal, timeout: 100_000 });
    expect(listeners).toEqual([]);
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length).toBeLessThanOrEqual(before);
  });
});
