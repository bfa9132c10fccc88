import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, BusyError, createSlimmedImage, type FaceSlimmer, InvalidInputError, NoFaceError, orAborted, type SlimOptions } from '@slimface/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent, fetch as undiciFetch, FormData as UndiciFormData } from 'undici';
import { createIdempotency, type Idempotency, type RepeatableRequest } from '../src/idempotency.ts';
import { createResultStore, type ResultStore } from '../src/store/result-store.ts';
import type { StoredResult } from '../src/store/stored-result.ts';
import { fixture, groupPhoto, guardHeader, localEngine, type RunningGateway, slimFace, slimFaceDocument, startGateway } from './_setup.ts';
import { withKey } from './schema/_operations.ts';

const conflict = 'Expected idempotencyKey to come with the photo and the options of its first use but received others';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-idempotency-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('createIdempotency', () => {
  const secret = randomBytes(32);
  const request: RepeatableRequest = { caller: 'shop', key: 'order 1', fingerprint: 'a photo' };
  let now: number;
  let store: ResultStore;
  let idempotency: Idempotency;
  let runs: number;
  beforeEach(async () => {
    now = Date.now();
    runs = 0;
    await start();
  });

  /** Also what happens at a restart. */
  async function start(): Promise<void> {
    store = await createResultStore({ folder, ttlSeconds: 100, maxBytes: 1e6, now: () => now });
    idempotency = createIdempotency({ store, secret });
  }

  const makeFor =
    ({ fingerprint }: RepeatableRequest) =>
    (id: string): Promise<StoredResult> => {
      runs++;
      const image = createSlimmedImage({ mediaType: 'image/png', width: 1, height: 1, faces: [], slimDegree: 1, engine: 'local' }, Buffer.from(`slimmed ${fingerprint}`));
      return store.put(image, { requestId: `request ${runs}`, id, fingerprint });
    };
  const once = (asked: RepeatableRequest = request): Promise<StoredResult> => idempotency.once(asked, makeFor(asked));

  it('gives a repeated request the first result, also after a restart', async () => {
    const first = await once();
    expect(first.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await once()).toEqual(first);
    await start();
    expect(await once()).toEqual(first);
    expect(runs).toBe(1);
  });

  it('refuses the key of another photo', async () => {
    await once();
    const error = await once({ ...request, fingerprint: 'another photo' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ message: conflict, argument: 'idempotencyKey' });
    expect(runs).toBe(1);
  });

  it('keeps callers and keys apart, however they are put together', async () => {
    const requests = [request, { ...request, caller: 'other' }, { ...request, key: 'order 2' }, { ...request, caller: 'shop"', key: ',"order 1' }, { ...request, caller: 'shop","', key: 'order 1' }];
    const ids = await Promise.all(requests.map(async (asked) => (await once(asked)).id));
    expect(new Set(ids).size).toBe(requests.length);
    const elsewhere = createIdempotency({ store, secret: randomBytes(32) });
    expect((await elsewhere.once(request, makeFor(request))).id).not.toBe(ids[0]);
  });

  it('shares one run among those who ask at the same time', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => once()));
    expect(new Set(results.map(({ id, requestId }) => `${id} ${requestId}`)).size).toBe(1);
    expect(runs).toBe(1);
  });

  it('gives a failure to all who wait for it, and forgets it', async () => {
    const failing = (): Promise<never> => (runs++, Promise.reject(new NoFaceError()));
    const outcomes = await Promise.allSettled([idempotency.once(request, failing), idempotency.once(request, failing)]);
    expect(outcomes).toMatchObject([{ reason: { code: 'NO_FACE' } }, { reason: { code: 'NO_FACE' } }]);
    expect(runs).toBe(1);
    expect((await once()).requestId).toBe('request 2');
  });

  it('decides about another photo when the run under its key has ended', async () => {
    const other = { ...request, fingerprint: 'another photo' };
    const [failed, taken] = await Promise.allSettled([idempotency.once(request, () => Promise.reject(new BusyError('later'))), once(other)]);
    expect(failed).toMatchObject({ reason: { code: 'BUSY' } });
    expect(taken).toMatchObject({ value: { fingerprint: 'another photo' } });
    const [refused, known] = await Promise.allSettled([once(), once(other)]);
    expect(refused).toMatchObject({ reason: { message: conflict } });
    expect(known).toMatchObject({ value: { requestId: 'request 1' } });
    expect(runs).toBe(1);
  });

  it('lets go of a waiter whose client has left; the run goes on', async () => {
    let finish: (() => void) | undefined;
    const slow = idempotency.once(request, async (id) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return makeFor(request)(id);
    });
    const leaving = new AbortController();
    const waiters = [once({ ...request, signal: leaving.signal }), once({ ...request, fingerprint: 'another photo', signal: leaving.signal })];
    leaving.abort();
    for (const waiter of waiters) await expect(waiter).rejects.toBeInstanceOf(AbortedError);
    await expect.poll(() => finish).toBeTypeOf('function');
    finish!();
    expect((await slow).requestId).toBe('request 1');
  });

  it('makes anew what has expired or is gone', async () => {
    const first = await once();
    now += 100_000;
    const second = await once({ ...request, fingerprint: 'another photo' });
    expect(second).toMatchObject({ id: first.id, requestId: 'request 2' });
    await unlink(store.contentPath(second));
    expect(await once()).toMatchObject({ id: first.id, requestId: 'request 3' });
    expect(await once()).toMatchObject({ requestId: 'request 3' });
  });
});

describe('slimFace with idempotencyKey', () => {
  const keys = { shop: 'a-key-that-is-long-enough', app: 'another-key-of-that-length' };
  const apiKeys = Object.entries(keys).map(([name, key]) => ({ name, sha256: createHash('sha256').update(key).digest('hex') }));
  const portrait = fixture('astronaut.png');
  const byShop = withKey(keys.shop);
  const selfTest = async (): Promise<void> => {}; // it would be counted as a run

  let engine: FaceSlimmer;
  /** Options of each run of the engine. */
  let runs: SlimOptions[];
  /** What each run waits for before it begins. */
  let hurdle: Promise<void>;
  let slimmer: FaceSlimmer;
  let gateway: RunningGateway;
  beforeAll(async () => {
    engine = await localEngine();
  });
  beforeEach(async () => {
    runs = [];
    hurdle = Promise.resolve();
    slimmer = Object.assign({ ...engine }, {
      async slim(image: Parameters<FaceSlimmer['slim']>[0], options: SlimOptions) {
        runs.push(options);
        await orAborted(hurdle, options.signal);
        return engine.slim(image, options);
      },
    });
    gateway = await startGateway({ slimmer, apiKeys, dataDir: folder, selfTest });
  });
  afterEach(() => gateway.stop());

  const slim = async (input: object, init: RequestInit = byShop, photo = portrait): Promise<any> => (await slimFace(gateway, photo, { idempotencyKey: 'order 1', ...input }, init)).body.data?.slimFace;

  /** undici's own fetch takes no other form. */
  function formFor(input: object): UndiciFormData {
    const form = new UndiciFormData();
    form.set('operations', JSON.stringify({ query: slimFaceDocument, variables: { input: { image: null, ...input } } }));
    form.set('map', JSON.stringify({ 0: ['variables.input.image'] }));
    form.set('0', new Blob([new Uint8Array(portrait)]), 'photo');
    return form;
  }

  it('slims once, whether the request comes again later, at the same time, or after a restart', async () => {
    const [first, meanwhile] = await Promise.all([slim({}), slim({})]);
    expect(first).toMatchObject({ __typename: 'SlimmedImage', faces: [{ slimDegree: 1 }] });
    expect(meanwhile).toEqual(first);
    await gateway.stop();
    gateway = await startGateway({ slimmer, apiKeys, dataDir: folder, selfTest });
    const later = await slim({ slimDegree: 1 });
    expect({ ...later, url: new URL(later.url).search }).toEqual({ ...first, url: new URL(first.url).search });
    expect((await fetch(later.url)).status).toBe(200);
    expect(runs).toHaveLength(1);
  });

  it('refuses the key with another photo or other options, in words that do not repeat it', async () => {
    await slim({ faces: [{ index: 0, slimDegree: 0.5 }] });
    expect(await slim({ faces: [{ index: 0, slimDegree: 0.5 }] })).toMatchObject({ __typename: 'SlimmedImage' });
    for (const input of [{ faces: [{ index: 0, slimDegree: 0.6 }] }, { faces: [] }, {}, { slimDegree: 0.5 }]) {
      expect(await slim(input)).toEqual({ __typename: 'InvalidInputError', code: 'INVALID_INPUT', argument: 'idempotencyKey', retryable: false, message: conflict });
    }
    expect(await slim({ faces: [{ index: 0, slimDegree: 0.5 }] }, byShop, groupPhoto(3))).toMatchObject({ message: conflict });
    expect(runs).toHaveLength(1);
  });

  it('does not care in which order faces are listed', async () => {
    const faces = [{ index: 2, slimDegree: 2 }, { index: 0 }];
    const first = await slim({ faces }, byShop, groupPhoto(3));
    expect(await slim({ faces: faces.toReversed() }, byShop, groupPhoto(3))).toEqual(first);
  });

  it('counts shapes, and points as far as they go', async () => {
    const faces = [{ at: { x: 220, y: 120 }, slimDegree: 0.5 }, { index: 1 }];
    const first = await slim({ faces: [{ index: 0, shape: { jaw: -0.5 } }] });
    expect(first).toMatchObject({ __typename: 'SlimmedImage' });
    expect(await slim({ faces: [{ index: 0, shape: { jaw: -0.5, chin: 0 }, slimDegree: 1 }] })).toEqual(first);
    expect(await slim({ faces: [{ index: 0 }], shape: { jaw: -0.5 } })).toEqual(first);
    for (const input of [{ faces: [{ index: 0 }] }, { faces: [{ index: 0, shape: { jaw: 0.5 } }] }, { faces: [{ index: 0, shape: { cheek: -0.5 } }] }, { shape: { jaw: -0.5 } }, { faces }]) {
      expect(await slim(input)).toMatchObject({ argument: 'idempotencyKey', message: conflict });
    }
    expect(runs).toHaveLength(1);
  });

  it('knows keys that were used before there were shapes', async () => {
    const photo = fixture('astronaut.png');
    const before: [input: object, options: string][] = [[{ slimDegree: 0.5 }, '[0.5,[]]'], [{ faces: [{ index: 0, slimDegree: 2 }] }, '[0,[[0,2]]]']];
    for (const [i, [input, options]] of before.entries()) {
      await slim({ ...input, idempotencyKey: `order ${i}` });
      const fingerprint = createHash('sha256').update(`${options}\n`).update(photo).digest('hex');
      const records = await Promise.all((await readdir(join(folder, 'results', 'records'))).map(async (name) => JSON.parse(await readFile(join(folder, 'results', 'records', name), 'utf8'))));
      expect(records.map((record) => record.fingerprint)).toContain(fingerprint);
    }
  });

  it('knows the key of each caller apart', async () => {
    const mine = await slim({});
    const theirs = await slim({ slimDegree: 0 }, withKey(keys.app));
    expect(theirs).toMatchObject({ __typename: 'SlimmedImage', slimDegree: 0 });
    expect(theirs.id).not.toBe(mine.id);
  });

  // Not every system has a second address of its own.
  it.skipIf(process.platform === 'darwin')('knows callers without a name apart by their addresses', async () => {
    await gateway.stop();
    gateway = await startGateway({ slimmer, dataDir: folder, selfTest });
    const from = async (localAddress: string): Promise<any> => {
      const agent = new Agent({ localAddress });
      const response = await undiciFetch(`${gateway.url}/graphql`, { method: 'POST', headers: guardHeader, body: formFor({ idempotencyKey: 'order 1' }), dispatcher: agent });
      const { data } = (await response.json()) as any;
      await agent.close();
      return data.slimFace;
    };
    const [one, other] = [await from('127.0.0.1'), await from('127.0.0.2')];
    expect([one.__typename, other.__typename, other.id === one.id]).toEqual(['SlimmedImage', 'SlimmedImage', false]);
    expect(await from('127.0.0.2')).toEqual(other);
    expect(runs).toHaveLength(2);
  });

  it('leaves the key unused when the photo is not accepted', async () => {
    expect(await slim({}, byShop, Buffer.from('This is not a photo.'))).toMatchObject({ __typename: 'UnsupportedFormatError' });
    expect(await slim({}, byShop, groupPhoto(4))).toMatchObject({ __typename: 'TooManyFacesError' });
    expect(await slim({})).toMatchObject({ __typename: 'SlimmedImage' });
  });

  it('takes a key of 200 characters, spaces among them', async () => {
    const idempotencyKey = `order 1 ${'~'.repeat(192)}`;
    const first = await slim({ idempotencyKey });
    expect(first).toMatchObject({ __typename: 'SlimmedImage' });
    expect(await slim({ idempotencyKey })).toEqual(first);
  });

  it('has a result for a client that left and comes again', async () => {
    let go = (): void => {};
    hurdle = new Promise((resolve) => (go = resolve));
    const leaving = new AbortController();
    const left = slim({}, { ...byShop, signal: leaving.signal }).catch((error: unknown) => error);
    await expect.poll(() => runs.length, { timeout: 20_000 }).toBe(1);
    leaving.abort();
    expect(await left).toMatchObject({ name: 'AbortError' });
    const again = slim({});
    go();
    expect(await again).toMatchObject({ __typename: 'SlimmedImage', faces: [{ slimDegree: 1 }] });
    expect(runs).toHaveLength(1);
  });

  it('goes on without anybody waiting for it', async () => {
    let go = (): void => {};
    hurdle = new Promise((resolve) => (go = resolve));
    const leaving = new AbortController();
    const left = slim({}, { ...byShop, signal: leaving.signal }).catch((error: unknown) => error);
    await expect.poll(() => runs.length, { timeout: 20_000 }).toBe(1);
    leaving.abort();
    await left;
    go();
    await expect.poll(() => readdir(join(folder, 'results', 'records')), { timeout: 20_000 }).toHaveLength(1);
    expect(await slim({})).toMatchObject({ __typename: 'SlimmedImage' });
    expect(runs).toHaveLength(1);
  });

  it('without one, the engine stops when the client leaves', async () => {
    hurdle = new Promise(() => {});
    const leaving = new AbortController();
    const left = slim({ idempotencyKey: null }, { ...byShop, signal: leaving.signal }).catch((error: unknown) => error);
    await expect.poll(() => runs.length, { timeout: 20_000 }).toBe(1);
    expect(runs[0]!.signal!.aborted).toBe(false);
    leaving.abort();
    await left;
    await expect.poll(() => runs[0]!.signal!.aborted, { timeout: 20_000 }).toBe(true);
  });

  it.for([
    ['nothing', '', '0'],
    ['201 characters', 'x'.repeat(201), '201'],
    ['a line break', 'secret\n', 'one with others'],
    ['a letter beyond ASCII', 'schlüssel', 'one with others'],
  ])('refuses a key of %s', async ([, idempotencyKey, received]) => {
    expect(await slim({ idempotencyKey })).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      argument: 'idempotencyKey',
      retryable: false,
      message: `Expected idempotencyKey of 1 to 200 printable ASCII characters but received ${received}`,
    });
    expect(runs).toHaveLength(0);
  });
});
