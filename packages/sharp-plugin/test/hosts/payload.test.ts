import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusyError, InsufficientCreditsError, type PixelSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { slimFaceBeforeOperation } from '../../src/adapters/payload.ts';
import { createSlimFace, type CallOptions } from '../../src/index.ts';
import { difference, portrait, samples } from '../_setup.ts';
import { ask, openSite, upload, type Doc, type Site, type SiteOptions } from './payload.site.ts';

let engine: LocalEngine;
let folder: string;
let original: Buffer;
let small: Buffer;
let media: Site;
beforeAll(async () => {
  [engine, folder, original] = await Promise.all([createLocalEngine(), mkdtemp(join(tmpdir(), 'slimface-payload-')), readFile(portrait)]);
  small = await sharp(original).resize(256, 256).png().toBuffer();
  media = await slimmingSite('media');
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** How often the engine was asked. */
let asked = 0;
/** What the engine does in place of slimming. */
let failure: Error | undefined;
beforeEach(() => {
  asked = 0;
  failure = undefined;
});

it('slims an upload before Payload stores it and makes its sizes', async () => {
  const { status, doc } = await upload(media, original);
  expect(status).toBe(201);
  const stored = await readFile(join(media.folder, doc.filename));
  expect(doc).toMatchObject({ width: 512, height: 512, filesize: stored.length, mimeType: 'image/png' });
  await expectSlimmed(stored, original);
  await expectSlimmed(await readFile(join(media.folder, doc.sizes.small.filename)), small);
  expect(asked).toBe(1);
});

it('slims a file that takes the place of another, and no file when only data are changed', async () => {
  const { doc } = await upload(media, await sharp(original).tint('teal').png().toBuffer());
  asked = 0;
  const bluish = await sharp(original).tint('blue').png().toBuffer();
  const updated = await upload(media, bluish, { id: doc.id });
  expect(updated.status).toBe(200);
  await expectSlimmed(await readFile(join(media.folder, updated.doc.filename)), bluish);
  expect(asked).toBe(1);

  const stored = await readFile(join(media.folder, updated.doc.filename));
  const renamed = await ask(media, `/${doc.id}`, { method: 'PATCH', body: JSON.stringify({ alt: 'a portrait' }), headers: { 'content-type': 'application/json' } });
  expect(renamed).toMatchObject({ status: 200, body: { doc: { alt: 'a portrait' } } });
  expect(stored.equals(await readFile(join(media.folder, updated.doc.filename)))).toBe(true);
  expect(asked).toBe(1);
});

it('slims what the local API uploads, and leaves the caller\'s own object as it is', async () => {
  const file = { name: 'local.png', data: original, mimetype: 'image/png', size: original.length };
  const doc = (await media.payload.create({ collection: 'media', data: {}, file })) as unknown as Doc;
  await expectSlimmed(await readFile(join(media.folder, doc.filename)), original);
  expect(file.data === original).toBe(true);
  expect(file.size).toBe(original.length);
});

it('slims a file on disk with useTempFiles, and Payload clears it away', async () => {
  const tempFileDir = join(folder, 'temporary');
  const site = await slimmingSite('temp', { config: { upload: { useTempFiles: true, tempFileDir } } });
  const { status, doc } = await upload(site, original);
  expect(status).toBe(201);
  const stored = await readFile(join(site.folder, doc.filename));
  expect(doc.filesize).toBe(stored.length);
  await expectSlimmed(stored, original);
  await expectSlimmed(await readFile(join(site.folder, doc.sizes.small.filename)), small);
  expect(await readdir(tempFileDir)).toEqual([]);
});

it.each([
  ['text', Buffer.from('no photo'), 'text/plain'],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'image/svg+xml'],
])('stores %s as it came', async (_, bytes, type) => {
  const { status, doc } = await upload(media, bytes, { type });
  expect(status).toBe(201);
  expect(await readFile(join(media.folder, doc.filename))).toEqual(bytes);
  expect(asked).toBe(0);
});

it('has nothing slimmed for a caller whom Payload refuses', async () => {
  const site = await slimmingSite('closed', { collection: { access: { create: () => false } } });
  expect((await upload(site, original)).status).toBe(403);
  expect(asked).toBe(0);
  await site.payload.create({ collection: 'media', data: {}, file: { name: 'a.png', data: original, mimetype: 'image/png', size: original.length } });
  expect(asked).toBe(1); // the local API overrides access
});

it('tells the caller what is wrong with the photo, and stores nothing', async () => {
  const before = await readdir(media.folder);
  const damaged = await upload(media, original.subarray(0, 2000));
  expect(damaged).toMatchObject({ status: 422, body: { errors: [{ message: expect.stringContaining('Expected a complete image but sharp cannot read it') }] } });

  const strict = await slimmingSite('strict', { options: { onNoFace: 'throw' } });
  const faceless = await upload(strict, await sharp({ create: { width: 300, height: 300, channels: 3, background: 'teal' } }).png().toBuffer());
  expect(faceless).toMatchObject({ status: 422, body: { errors: [{ message: 'Expected a photo with at least 1 face but found 0' }] } });
  expect(await readdir(media.folder)).toEqual(before);
});

it.each([
  ['a busy engine', new BusyError('The engine at 10.0.0.7 is busy'), 503],
  ['an account without credits', new InsufficientCreditsError('The account jane@example.com has no credits'), 500],
])('tells nothing but the status of %s', async (_, error, status) => {
  failure = error;
  const answer = await upload(media, await sharp(original).rotate(90).png().toBuffer());
  expect(answer).toMatchObject({ status, body: { errors: [{ message: 'Something went wrong.' }] } });
});

it('leaves requests alone that store no file, whatever comes with them', async () => {
  const hook = slimFaceBeforeOperation(createSlimFace({ slimmer: engine }));
  const file = { data: original, mimetype: 'image/png', name: 'a.png', size: original.length };
  for (const operation of ['read', 'delete', 'restoreVersion']) {
    const req = { file };
    await hook({ operation, overrideAccess: true, collection: {}, args: {}, req });
    expect(req.file === file, operation).toBe(true);
  }
  await hook({ operation: 'create', overrideAccess: true, collection: {}, args: {}, req: {} });
});

it('refuses an upload whose bytes went to a storage by themselves', async () => {
  const arg = { operation: 'create', overrideAccess: true, collection: {}, args: {}, req: { file: { data: Buffer.alloc(0), mimetype: 'image/png', name: 'a.png', size: 9, clientUploadContext: { prefix: '' } } } };
  await expect(slimFaceBeforeOperation(createSlimFace({ slimmer: engine }))(arg)).rejects.toMatchObject({ code: 'INVALID_INPUT', status: 500, isPublic: false });
});

it('aborts the engine when the client leaves', async () => {
  const controller = new AbortController();
  const site = await slimmingSite('leaving', { onAsked: () => controller.abort() });
  const answer = await upload(site, original, { signal: controller.signal });
  expect(asked).toBe(1);
  expect(answer.status).toBe(500);
  expect(await readdir(site.folder).catch(() => [])).toEqual([]);
});

it('says at once what is wrong with its options', () => {
  expect(() => slimFaceBeforeOperation(createSlimFace({ slimmer: engine }), { slimDegree: 3 })).toThrow('Expected slimDegree between 0 and 2 but received 3');
});

/** A site whose uploads are slimmed. */
function slimmingSite(key: string, { options, onAsked, ...special }: SiteOptions & { options?: CallOptions; onAsked?: () => void } = {}) {
  return openSite(folder, key, slimFaceBeforeOperation(createSlimFace({ slimmer: countingSlimmer(onAsked) }), options), special);
}

function countingSlimmer(onAsked?: () => void): PixelSlimmer {
  return {
    ...engine,
    slimPixels: async (pixels, options) => {
      asked++;
      onAsked?.();
      if (failure !== undefined) throw failure;
      return engine.slimPixels(pixels, options);
    },
  };
}

async function expectSlimmed(actual: Buffer, expected: Buffer) {
  const [a, b] = [await samples(actual), await samples(expected)];
  expect(difference(a, b, 8)).toBeGreaterThan(0.002);
  const belowTheFace = Math.ceil(a.length * 0.62);
  expect(difference(a.subarray(belowTheFace), b.subarray(belowTheFace), 2)).toBe(0);
}
