import { getEventListeners } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, apiRequirements, isPixelSlimmer, type PixelBuffer } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, engineRequirements, type LocalEngine } from '../src/index.ts';
import { groups, portrait } from './_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

async function pixelsOf(path: string, channels: 3 | 4 = 3): Promise<PixelBuffer & { data: Uint8Array }> {
  const image = channels === 4 ? sharp(path).ensureAlpha() : sharp(path).removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels };
}

it('says what it is', () => {
  expect(engine.id).toBe('local');
  expect(engine.version).toMatch(/^\d+\.\d+\.\d+\+vips-\d+/);
  expect(engine.requirements).toBe(engineRequirements);
  expect(isPixelSlimmer(engine)).toBe(true);
});

it('finds the faces of the group photos, from left to right', async () => {
  for (const { path, faces } of groups) {
    const found = await engine.detectFaces(await readFile(path));
    expect(found.map(({ box }) => box.x)).toEqual(found.map(({ box }) => box.x).sort((a, b) => a - b));
    expect(found).toHaveLength(faces);
    for (const { landmarks, presence } of found) {
      expect(landmarks).toHaveLength(468);
      expect(presence).toBeGreaterThanOrEqual(0.9);
    }
  }
});

it('finds the same faces in bytes and in pixels', async () => {
  expect(await engine.detectFaces(await pixelsOf(portrait))).toEqual(await engine.detectFaces(await readFile(portrait)));
});

it('saves the result, all of it or nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slimface-'));
  const slimmed = await engine.slim(await readFile(portrait));
  await slimmed.save(join(folder, 'slim.png'));
  expect(await readFile(join(folder, 'slim.png'))).toEqual(Buffer.from(await slimmed.bytes()));
  await expect(slimmed.save(join(folder, 'missing', 'slim.png'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).toEqual(['slim.png']);
  await rm(folder, { recursive: true });
});

describe('slimPixels', () => {
  it('gives new pixels and leaves the old ones', async () => {
    const pixels = await pixelsOf(portrait);
    const before = new Uint8Array(pixels.data);
    const slimmed = await engine.slimPixels(pixels, { slimDegree: 2 });
    expect(Buffer.compare(pixels.data, before)).toBe(0);
    expect(Buffer.compare(slimmed.pixels.data as Uint8Array, before)).not.toBe(0);
    expect(slimmed).toMatchObject({ slimDegree: 2, pixels: { width: 512, height: 512, channels: 3 } });
    expect(slimmed.faces).toHaveLength(1);
  });

  it('agrees with slim', async () => {
    const slimmed = await engine.slimPixels(await pixelsOf(portrait));
    const bytes = await (await engine.slim(await readFile(portrait))).bytes();
    expect(Buffer.compare(slimmed.pixels.data as Uint8Array, await sharp(bytes).raw().toBuffer())).toBe(0);
  });

  it('moves colours the same with and without an opaque alpha channel', async () => {
    const [rgb, rgba] = [await engine.slimPixels(await pixelsOf(portrait)), await engine.slimPixels(await pixelsOf(portrait, 4))];
    const colours = rgba.pixels.data.filter((_, i) => i % 4 < 3);
    expect(Buffer.compare(colours as Uint8Array, rgb.pixels.data as Uint8Array)).toBe(0);
  });

  it('gives the very same buffer where nothing is to do', async () => {
    const pixels = await pixelsOf(portrait);
    expect((await engine.slimPixels(pixels, { slimDegree: 0 })).pixels).toBe(pixels);
    const empty = { data: new Uint8Array(200 * 200 * 3).fill(90), width: 200, height: 200, channels: 3 } as const;
    expect(await engine.slimPixels(empty)).toEqual({ pixels: empty, faces: [], slimDegree: 1 });
    expect((await engine.slimPixels(empty)).pixels).toBe(empty);
  });

  it('refuses a buffer that does not fit its size', async () => {
    const pixels = await pixelsOf(portrait);
    await expect(engine.slimPixels({ ...pixels, width: 511 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'Expected 784896 samples for 511 x 512 x 3 but received 786432',
    });
    for (const data of [[...pixels.data], Float32Array.from(pixels.data), 'x'.repeat(pixels.data.length), undefined]) {
      const refused = engine.slimPixels({ ...pixels, data: data as unknown as Uint8Array });
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('Expected data to be a Uint8Array or a Uint16Array') });
    }
    await expect(engine.slimPixels(null as unknown as PixelBuffer)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(engine.slimPixels({ ...pixels, channels: 5 as 4 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(engine.slimPixels({ ...pixels, width: 63 })).rejects.toMatchObject({ code: 'RESOLUTION_OUT_OF_RANGE' });
  });
});

describe('aborting', () => {
  it('rejects with the reason as cause before, while waiting and while working, and leaves no listener', async () => {
    const photo = await readFile(groups[0]!.path);
    const reason = new Error('changed my mind');
    await expect(engine.slim(photo, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({ code: 'ABORTED', cause: reason });

    const narrow = await createLocalEngine({ concurrency: 1 });
    const working = new AbortController();
    const waiting = new AbortController();
    const first = narrow.slim(photo, { signal: working.signal });
    const second = narrow.slim(photo, { signal: waiting.signal });
    const third = narrow.slim(photo);
    setTimeout(() => waiting.abort(reason), 5);
    await expect(second).rejects.toBeInstanceOf(AbortedError);
    setTimeout(() => working.abort(reason), 5);
    await expect(first).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    expect((await third).faces).toHaveLength(3);
    for (const { signal } of [working, waiting]) expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await narrow.close();
  });
});

it('works on many photos at once and mixes none of them up', async () => {
  const photos = await Promise.all([portrait, groups[0]!.path, groups[3]!.path, portrait].map((path) => readFile(path)));
  const alone: Uint8Array[] = [];
  for (const photo of photos) alone.push(await (await engine.slim(photo)).bytes());
  const together = await Promise.all(photos.map(async (photo) => (await engine.slim(photo)).bytes()));
  together.forEach((bytes, i) => expect(Buffer.compare(bytes, alone[i]!)).toBe(0));
});

it('finishes what runs when it is closed, and takes nothing new', async () => {
  const closing = await createLocalEngine({ requirements: apiRequirements });
  const running = closing.slim(await readFile(portrait));
  await new Promise(setImmediate);
  await closing.close();
  expect((await running).faces).toHaveLength(1);
  await expect(closing.slim(await readFile(portrait))).rejects.toMatchObject({ code: 'INTERNAL', message: 'The engine was closed' });
});

it('refuses counts that are none', async () => {
  for (const count of [0, 1.5, Number.NaN]) {
    await expect(createLocalEngine({ concurrency: count })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: `Expected concurrency to be a whole number from 1 up but received ${count}` });
    await expect(createLocalEngine({ threads: count })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  }
});
