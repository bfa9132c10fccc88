import { PassThrough } from 'node:stream';
import { AbortedError, type PixelSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slimFace } from '../src/index.ts';
import { copies, portrait } from './_setup.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

/** The engine, with a moment to act in as soon as it has been given work, heeding the signal or not. */
const withMoment = (act: () => void, heedsSignal: boolean): PixelSlimmer => ({
  id: engine.id,
  version: engine.version,
  requirements: engine.requirements,
  slim: engine.slim.bind(engine),
  detectFaces: engine.detectFaces.bind(engine),
  slimPixels: (pixels, options) => {
    const work = engine.slimPixels(pixels, heedsSignal ? options : {});
    act();
    return work;
  },
  close: engine.close.bind(engine),
});

describe.each(copies)('an aborted slimFace on sharp $version', ({ sharp }) => {
  const reason = new Error('the client left');

  const expectAborted = async (work: Promise<unknown>) => {
    const error = await work.then(() => undefined, (rejected: unknown) => rejected);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toHaveProperty('cause', reason);
  };

  it('reads nothing when it is aborted before the call, not even for degree 0', async () => {
    const signal = AbortSignal.abort(reason);
    await expectAborted(slimFace(sharp('missing.jpg'), { slimmer: engine, signal }));
    await expectAborted(slimFace(sharp('missing.jpg'), { slimmer: engine, slimDegree: 0, signal }));
  });

  it('rejects while a stream that never ends is being read', async () => {
    const controller = new AbortController();
    const image = new PassThrough().pipe(sharp());
    const work = slimFace(image, { slimmer: engine, signal: controller.signal });
    controller.abort(reason);
    await expectAborted(work);
  });

  it('rejects while pixels are being read', async () => {
    const controller = new AbortController();
    const image = sharp(portrait);
    const clone = image.clone.bind(image);
    image.clone = () => {
      controller.abort(reason);
      return clone();
    };
    await expectAborted(slimFace(image, { slimmer: engine, signal: controller.signal }));
  });

  it.each([true, false])('rejects while the engine is at work, and the engine goes on for others (signal heeded: %s)', async (heedsSignal) => {
    const controller = new AbortController();
    const slimmer = withMoment(() => controller.abort(reason), heedsSignal);
    await expectAborted(slimFace(sharp(portrait), { slimmer, signal: controller.signal }));
    const { info } = await slimFace(sharp(portrait), { slimmer: engine, resolveWithObject: true });
    expect(info.changed).toBe(true);
  });

  it('does not reject any more when it is aborted afterwards', async () => {
    const controller = new AbortController();
    const result = await slimFace(sharp(portrait), { slimmer: engine, signal: controller.signal });
    controller.abort(reason);
    expect((await result.toBuffer({ resolveWithObject: true })).info.format).toBe('png');
  });

  it('carries the TimeoutError of a signal that timed out', async () => {
    const work = slimFace(new PassThrough().pipe(sharp()), { slimmer: engine, signal: AbortSignal.timeout(1) });
    await expect(work).rejects.toHaveProperty('cause.name', 'TimeoutError');
  });
});
