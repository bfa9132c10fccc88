import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResultStore, type ResultStore } from '../../src/store/result-store.ts';
import { fixture } from '../_setup.ts';
import { about, expectConsistent, face, files, image } from './_store.ts';

const DAY_MS = 86_400_000;
const photo = fixture('astronaut.png');
const text = (content: string) => image(Buffer.from(content));

let folder: string;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-store-'));
  now = Date.parse('2030-01-01T00:00:00Z');
});
afterEach(() => rm(folder, { recursive: true }));

const open = ({ maxBytes = 1e9, ttlSeconds = 60 } = {}): Promise<ResultStore> => createResultStore({ folder, ttlSeconds, maxBytes, now: () => now });
const unavailable = expect.any(ResultUnavailableError);

describe('the result store', () => {
  it('gives back what it was given, also after a restart', async () => {
    const put = await (await open()).put(image(photo), { requestId: 'a-request', fingerprint: 'f' });
    const store = await open();
    expect(await store.getMany([put.id])).toEqual([put]);
    expect(put).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      sha256: createHash('sha256').update(photo).digest('hex'),
      requestId: 'a-request',
      fingerprint: 'f',
      mediaType: 'image/png',
      width: 512,
      height: 512,
      byteSize: photo.byteLength,
      slimDegree: 1.5,
      engine: 'local',
      faces: [{ box: face.box, slimDegree: 1.5 }],
      createdAt: new Date(now),
      expiresAt: new Date(now + 60_000),
    });
    expect(photo.equals(await readFile(store.contentPath(put)))).toBe(true);
    expect(store.byteSize).toBe(photo.byteLength);
  });

  it('gives back what was done to each face, and nothing else about it', async () => {
    const done = { narrowing: { pixels: -1.5, percent: -0.75 }, lambda: 0.5, warnings: ['FACE_PROFILE', 'FACE_SMALL'] } as const;
    const measured = { ...image(photo), faces: [{ ...face, ...done, roll: 12 }, { ...face, lambda: 1 }] };
    const put = await (await open()).put(measured, about);
    expect(put.faces).toEqual([{ box: face.box, slimDegree: 1.5, ...done }, { box: face.box, slimDegree: 1.5, lambda: 1 }]);
    expect(await (await open()).getMany([put.id])).toEqual([put]);
  });

  it('reads records that were written before faces were measured', async () => {
    const record = '{"id":"0123456789abcdef0123456789abcdef","sha256":"%","requestId":"r","mediaType":"image/jpeg","width":20,"height":10,"byteSize":3,"slimDegree":1,"engine":"local","faces":[{"box":{"x":1,"y":2,"width":3,"height":4},"slimDegree":1}],"createdAt":"2029-12-31T23:59:30.000Z","expiresAt":"2030-01-01T00:00:30.000Z"}';
    const sha256 = createHash('sha256').update('old').digest('hex');
    await open(); // makes the folders
    await writeFile(join(folder, 'content', sha256), 'old');
    await writeFile(join(folder, 'records', '0123456789abcdef0123456789abcdef.json'), record.replace('%', sha256));
    expect(await (await open()).getMany(['0123456789abcdef0123456789abcdef'])).toMatchObject([{ faces: [{ box: { x: 1 }, slimDegree: 1 }], mediaType: 'image/jpeg' }]);
  });

  it('keeps equal bytes once, until the last result that has them is gone', async () => {
    const store = await open();
    const [first] = await Promise.all([store.put(image(photo), about), store.put(image(photo), about)]);
    now += 30_000;
    const last = await store.put(image(photo), about);
    expect(await files(folder)).toMatchObject({ content: [first.sha256], records: { length: 3 } });
    expect(store.byteSize).toBe(photo.byteLength);

    now += 30_000;
    await store.sweep();
    expect(await files(folder)).toMatchObject({ content: [first.sha256], records: [`${last.id}.json`] });
    now += 30_000;
    await store.sweep();
    expect(await files(folder)).toMatchObject({ content: [], records: [], gone: { length: 3 } });
    expect(store.byteSize).toBe(0);
  });

  it('lets its owner alone read files and folders', async () => {
    const store = await open();
    const gone = await store.put(text('gone'), about);
    now += 60_000;
    await store.sweep();
    const { id, sha256 } = await store.put(image(photo), about);
    const mode = async (...path: string[]) => (await stat(join(folder, ...path))).mode & 0o777;
    for (const name of ['content', 'records', 'gone']) expect(await mode(name)).toBe(0o700);
    expect(await mode('content', sha256)).toBe(0o600);
    expect(await mode('records', `${id}.json`)).toBe(0o600);
    expect(await mode('gone', `${gone.id}-${gone.expiresAt.getTime() / 1000}`)).toBe(0o600);
  });

  it('answers many ids in one go, in their order, and knows none that is not one of its own', async () => {
    const store = await open();
    const put = await store.put(image(photo), about);
    await writeFile(join(folder, 'secret.json'), await readFile(join(folder, 'records', `${put.id}.json`)));
    const { id } = put;
    const strange = ['', '../secret', `../records/${id}`, id.toUpperCase(), `${id}\0`, `${id} `, ` ${id}`, `${id}.json`, 'f'.repeat(32), '__proto__'];
    const ids = [...strange, ...Array.from({ length: 500 }, () => id), ...strange];
    expect(await store.getMany(ids)).toEqual(ids.map((one) => (one === id ? put : undefined)));
    expect(await store.getMany([])).toEqual([]);
  });

  it('tells that a result has expired, swept up or not, for a week', async () => {
    const store = await open();
    const { id, expiresAt } = await store.put(image(photo), about);
    now = expiresAt.getTime() - 1;
    expect(await store.getMany([id])).toMatchObject([{ id }]);
    now = expiresAt.getTime();
    const expectExpired = async (opened: ResultStore) => {
      const [lookup] = await opened.getMany([id]);
      expect(lookup).toBeInstanceOf(ResultExpiredError);
      expect(lookup).toMatchObject({ expiredAt: expiresAt });
    };
    await expectExpired(store);
    await store.sweep();
    await expectExpired(store);
    expect(await files(folder)).toEqual({ content: [], records: [], gone: [`${id}-${expiresAt.getTime() / 1000}`] });

    now = expiresAt.getTime() + 7 * DAY_MS - 1;
    const reopened = await open();
    await reopened.sweep();
    await expectExpired(reopened);
    now += 1;
    await reopened.sweep();
    expect(await reopened.getMany([id])).toEqual([undefined]);
    expect((await files(folder)).gone).toEqual([]);
  });

  it('keeps a result under the id that it is given, once while it lives', async () => {
    const store = await open();
    const id = 'a'.repeat(32);
    const first = await store.put(text('first'), { ...about, id });
    expect(first.id).toBe(id);
    await expect(store.put(text('second'), { ...about, id })).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await store.getMany([id])).toEqual([first]);

    now += 60_000;
    const [second, third] = await Promise.allSettled([store.put(text('second'), { ...about, id }), store.put(text('third'), { ...about, id })]);
    expect(third).toMatchObject({ status: 'rejected', reason: { code: 'INTERNAL' } });
    expect(second).toMatchObject({ status: 'fulfilled' });
    expect(await store.getMany([id])).toMatchObject([{ byteSize: 6 }]);
    expect(await (await open()).getMany([id])).toMatchObject([{ byteSize: 6 }]);
    expect(await files(folder)).toMatchObject({ content: { length: 1 }, records: { length: 1 }, gone: [] });
    for (const strange of ['', '../secret', 'A'.repeat(32)]) await expect(store.put(text('x'), { ...about, id: strange })).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('a store of limited size', () => {
  it('gives up its oldest results for a new one, and says so', async () => {
    const store = await open({ maxBytes: 10 });
    const results = [];
    for (const content of ['aaaa', 'bbb', 'ccc', 'dddd']) {
      results.push(await store.put(text(content), about));
      now += 1;
    }
    const ids = results.map(({ id }) => id);
    expect(await store.getMany(ids)).toEqual([unavailable, results[1], results[2], results[3]]);
    expect((await store.getMany(ids))[0]).toMatchObject({ retryable: false });
    const large = await store.put(text('eeeeeeeeee'), about);
    const lookups = [unavailable, unavailable, unavailable, unavailable, large];
    expect(await store.getMany([...ids, large.id])).toEqual(lookups);
    expect(await (await open()).getMany([...ids, large.id])).toEqual(lookups);

    now += 60_000; // by now they would have expired anyway
    for (const lookup of await store.getMany(ids)) expect(lookup).toBeInstanceOf(ResultExpiredError);
  });

  it('refuses a result that is larger, for which no other goes', async () => {
    const store = await open({ maxBytes: 10 });
    const kept = await store.put(text('aaaa'), about);
    const refusal = store.put(text('eeeeeeeeeee'), about);
    await expect(refusal).rejects.toBeInstanceOf(ResultUnavailableError);
    await expect(refusal).rejects.toMatchObject({ message: 'Expected a result of at most 10 bytes, the size of the store, but it has 11', retryable: false });
    expect(await store.getMany([kept.id])).toEqual([kept]);
  });

  it('never exceeds it, however many are put at the same time', async () => {
    const store = await open({ maxBytes: 100 });
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => store.put(image(Buffer.alloc(30, round * 20 + i)), about)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'RESULT_UNAVAILABLE', retryable: true });
      const kept = await expectConsistent(store, folder);
      expect(kept).toHaveLength(3);
      for (const lookup of await store.getMany(kept)) expect(lookup).toMatchObject({ byteSize: 30 });
    }
  });

  it('gives up the oldest when it is opened with less', async () => {
    const store = await open();
    const results = [];
    for (const content of ['aaaa', 'bbb', 'ccc']) {
      results.push(await store.put(text(content), about));
      now += 1;
    }
    const smaller = await open({ maxBytes: 7 });
    expect(smaller.byteSize).toBe(6);
    expect(await smaller.getMany(results.map(({ id }) => id))).toEqual([unavailable, results[1], results[2]]);
  });
});

describe('a store that is opened again', () => {
  it('deletes what a crash left behind, what is damaged and what is not its own', async () => {
    const kept = await (await open()).put(image(photo), about);
    const record = await readFile(join(folder, 'records', `${kept.id}.json`), 'utf8');
    await writeFile(join(folder, 'content', '.d3b0.part'), 'half');
    await writeFile(join(folder, 'content', '1'.repeat(64)), 'nobody names this');
    await writeFile(join(folder, 'records', '.d3b0.part'), '{');
    await writeFile(join(folder, 'records', `${'3'.repeat(32)}.json`), '{"id":');
    await writeFile(join(folder, 'records', `${'4'.repeat(32)}.json`), record); // says that it is another
    await mkdir(join(folder, 'records', `${'5'.repeat(32)}.json`, 'inner'), { recursive: true });
    await mkdir(join(folder, 'content', '6'.repeat(64)));
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), join(folder, 'content', '7'.repeat(64)));
    await writeFile(join(folder, 'gone', 'something'), '');

    const store = await open();
    expect(await files(folder)).toEqual({ content: [kept.sha256], records: [`${kept.id}.json`], gone: [] });
    expect(await store.getMany([kept.id, ...['3', '4', '5'].map((digit) => digit.repeat(32))])).toEqual([kept, undefined, undefined, undefined]);
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
    // What is lost is told, once.
    await expect(store.sweep()).rejects.toMatchObject({ errors: [{ message: expect.stringMatching(/^2 records were damaged/) }] });
    await store.sweep();
  });

  it('finishes a deletion that was cut short, and spares the image that another result has', async () => {
    const store = await open();
    const half = await store.put(image(photo), about);
    now += 1000;
    const kept = await store.put(image(photo), about);
    await writeFile(join(folder, 'gone', `${half.id}-${half.expiresAt.getTime() / 1000}`), '');
    const reopened = await open();
    expect(await reopened.getMany([half.id, kept.id])).toEqual([unavailable, kept]);
    await expectConsistent(reopened, folder);
  });

  it('takes results for lost whose image is gone or cut', async () => {
    const store = await open();
    const results = await Promise.all(['gone', 'gone', 'cut', 'cut', 'whole'].map((content) => store.put(text(content), about)));
    await rm(store.contentPath(results[0]!));
    await truncate(store.contentPath(results[2]!), 1);
    const reopened = await open();
    expect(reopened.byteSize).toBe(5);
    expect(await files(folder)).toMatchObject({ content: [results[4]!.sha256], records: [`${results[4]!.id}.json`] });
    expect(await reopened.getMany(results.map(({ id }) => id))).toEqual([unavailable, unavailable, unavailable, unavailable, results[4]]);
    await expectConsistent(reopened, folder);
  });

  it('keeps what a record that cannot be read may be about, and reports it once', async () => {
    const unread = await (await open()).put(image(photo), about);
    await truncate(join(folder, 'records', `${unread.id}.json`), 2 ** 31); // more than Node reads, for any user
    const store = await open();
    await expect(store.sweep()).rejects.toMatchObject({ name: 'AggregateError', message: 'Some records of the store could not be read', errors: [{ code: 'ERR_FS_FILE_TOO_LARGE' }] });
    await store.sweep();
    expect(await files(folder)).toMatchObject({ content: [unread.sha256], records: [`${unread.id}.json`] });
    expect(store.byteSize).toBe(photo.byteLength);
  });
});

describe('a store whose files somebody touches', () => {
  it('makes its folders again when they have been removed', async () => {
    const store = await open();
    const lost = await store.put(text('lost'), about);
    for (const name of ['content', 'records', 'gone']) await rm(join(folder, name), { recursive: true });
    const results = await Promise.all([store.put(image(photo), about), store.put(text('another'), about)]);
    expect(await store.getMany([lost, ...results].map(({ id }) => id))).toEqual([unavailable, ...results]);
    expect((await stat(join(folder, 'content'))).mode & 0o777).toBe(0o700);
    await expectConsistent(store, folder);
  });

  it('notices that an image or a record is gone, and forgets the other', async () => {
    const store = await open();
    const [first, second] = await Promise.all([store.put(text('first'), about), store.put(text('second'), about)]);
    await rm(store.contentPath(first));
    await rm(join(folder, 'records', `${second.id}.json`));
    expect(await store.getMany([first.id, second.id, first.id])).toEqual([unavailable, unavailable, unavailable]);
    expect(await files(folder)).toMatchObject({ content: [], records: [] });
    expect(store.byteSize).toBe(0);
    expect(await store.put(text('first'), about).then(({ id }) => store.getMany([id]))).toMatchObject([{ byteSize: 5 }]);
  });
});

it('a store loses nothing that is put while it sweeps, also when it is what the sweep deletes', async () => {
  const store = await open();
  for (let i = 0; i < 10; i++) await store.put(image(Buffer.from([i])), about);
  now += 60_000;
  const puts = Array.from({ length: 20 }, async (_, i) => {
    if (i % 4 === 0) void store.sweep();
    return store.put(image(Buffer.from([i])), about);
  });
  for (const result of await Promise.all(puts)) expect(await readFile(store.contentPath(result))).toHaveLength(1);
  await store.sweep();
  expect(await expectConsistent(store, folder)).toHaveLength(20);
});
