import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSlimmedImage } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResultStore } from '../../src/store/result-store.ts';
import { fixture } from '../_setup.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const photo = fixture('astronaut.png');
const face = { box: { x: 1, y: 2, width: 3, height: 4 }, landmarks: [{ x: 1, y: 1 }], presence: 0.99, slimDegree: 1.5 };
const image = (bytes: Uint8Array = photo) => createSlimmedImage({ mediaType: 'image/png', width: 512, height: 512, faces: [face], slimDegree: 1.5, engine: 'local' }, bytes);
const files = async () => ({ content: await readdir(join(folder, 'content')), records: await readdir(join(folder, 'records')) });

describe('the result store', () => {
  it('gives back what it was given, also after a restart', async () => {
    const put = await (await createResultStore({ folder, ttlSeconds: 60 })).put(image());
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    const result = await store.get(put.id);
    expect(result).toEqual(put);
    expect(result).toMatchObject({ mediaType: 'image/png', width: 512, height: 512, byteSize: photo.byteLength, slimDegree: 1.5, engine: 'local', faces: [{ box: face.box, slimDegree: 1.5 }] });
    const file = await store.open(result!);
    expect(photo.equals(await file!.readFile())).toBe(true);
    await file!.close();
  });

  it('keeps equal bytes once, under their SHA-256', async () => {
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    const results = await Promise.all([store.put(image()), store.put(image()), store.put(image())]);
    expect(new Set(results.map(({ id }) => id)).size).toBe(3);
    expect(await files()).toMatchObject({ content: [createHash('sha256').update(photo).digest('hex')], records: { length: 3 } });
  });

  it('lets its owner alone read files and folders', async () => {
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    const { id, sha256 } = await store.put(image());
    const mode = async (...path: string[]) => (await stat(join(folder, ...path))).mode & 0o777;
    expect(await mode('content')).toBe(0o700);
    expect(await mode('records')).toBe(0o700);
    expect(await mode('content', sha256)).toBe(0o600);
    expect(await mode('records', `${id}.json`)).toBe(0o600);
  });

  it('knows no id that is not one of its own', async () => {
    await writeFile(join(folder, 'secret.json'), '{}');
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    for (const id of ['', '../secret', '../../secret', 'f'.repeat(32), 'F'.repeat(32)]) expect(await store.get(id)).toBeUndefined();
  });

  it('forgets a result when it expires, and deletes it with the next sweep', async () => {
    const brief = await createResultStore({ folder, ttlSeconds: 0 });
    const lasting = await createResultStore({ folder, ttlSeconds: 60 });
    const expired = await brief.put(image(Buffer.from('expired')));
    const shared = await brief.put(image());
    const kept = await lasting.put(image());
    expect(shared.sha256).toBe(kept.sha256);
    expect(await lasting.get(expired.id)).toBeUndefined();

    await lasting.sweep();
    expect(await files()).toEqual({ content: [kept.sha256], records: [`${kept.id}.json`] });
    expect(await lasting.get(kept.id)).toEqual(kept);
  });

  it('sweeps up what a crash left behind and records that are damaged', async () => {
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    const kept = await store.put(image());
    await writeFile(join(folder, 'content', `${'0'.repeat(64)}.d3b0.part`), 'half');
    await writeFile(join(folder, 'content', '1'.repeat(64)), 'nobody names this');
    await writeFile(join(folder, 'records', `${'2'.repeat(32)}.json.d3b0.part`), '{');
    await writeFile(join(folder, 'records', `${'3'.repeat(32)}.json`), '{"id":');
    expect(await store.get('3'.repeat(32))).toBeUndefined();
    await store.sweep();
    expect(await files()).toEqual({ content: [kept.sha256], records: [`${kept.id}.json`] });
  });

  it('deletes on when an entry is no file at all', async () => {
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    const brief = await createResultStore({ folder, ttlSeconds: 0 });
    await mkdir(join(folder, 'records', `${'0'.repeat(32)}.json`, 'inner'), { recursive: true });
    await mkdir(join(folder, 'content', '0'.repeat(64)));
    await brief.put(image(Buffer.from('expired')));
    const kept = await store.put(image());
    await store.sweep();
    expect(await files()).toEqual({ content: [kept.sha256], records: [`${kept.id}.json`] });
  });

  it('deletes on when a record cannot be read, keeps what that record may be about, and reports it', async () => {
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    const brief = await createResultStore({ folder, ttlSeconds: 0 });
    const unread = await store.put(image());
    const unreadable = `${unread.id}.json`;
    await truncate(join(folder, 'records', unreadable), 2 ** 31); // more than Node reads, for any user
    for (let i = 0; i < 5; i++) await brief.put(image(Buffer.from([i])));
    await expect(store.sweep()).rejects.toMatchObject({ name: 'AggregateError', message: '1 entries of the store could not be read or deleted', errors: [{ code: 'ERR_FS_FILE_TOO_LARGE' }] });
    expect(await files()).toEqual({ content: [unread.sha256], records: [unreadable] });
  });

  it('makes its folders again when somebody has removed them', async () => {
    const store = await createResultStore({ folder: join(folder, 'inner'), ttlSeconds: 60 });
    await rm(join(folder, 'inner'), { recursive: true });
    const results = await Promise.all([store.put(image()), store.put(image(Buffer.from('another')))]);
    for (const result of results) expect(await store.get(result.id)).toEqual(result);
    expect((await stat(join(folder, 'inner', 'content'))).mode & 0o777).toBe(0o700);
  });

  it('loses nothing that is put while it sweeps', async () => {
    const brief = await createResultStore({ folder, ttlSeconds: 0 });
    const store = await createResultStore({ folder, ttlSeconds: 60 });
    for (let i = 0; i < 10; i++) await brief.put(image(Buffer.from([i])));
    const puts = Array.from({ length: 20 }, async (_, i) => {
      if (i % 4 === 0) void store.sweep();
      return store.put(image(Buffer.from([i])));
    });
    for (const result of await Promise.all(puts)) {
      const file = await store.open(result);
      expect(await file?.readFile()).toHaveLength(1);
      await file?.close();
    }
    await store.sweep();
    expect((await files()).content).toHaveLength(20);
  });
});
