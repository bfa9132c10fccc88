import { randomBytes } from 'node:crypto';
import { readdir, readFile, readlink, rm, truncate } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ResultStore } from '../../src/store/result-store.ts';
import type { StoredResult } from '../../src/store/stored-result.ts';
import { ask, type RawAnswer, type Served, serveResults } from './_serve.ts';

const photo = randomBytes(100_000);
const json = ({ body }: RawAnswer) => JSON.parse(body.toString());

/** What an answer without an image must look like. */
function expectRefusal(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(json(answer)).toMatchObject({ code, message: expect.any(String) });
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'access-control-allow-origin': '*' });
  for (const name of ['etag', 'last-modified', 'content-disposition']) expect(answer.headers).not.toHaveProperty(name);
}

describe('a result', () => {
  let served: Served;
  let result: StoredResult;
  let target: string;
  let etag: string;
  beforeAll(async () => {
    served = await serveResults();
    result = await served.put(photo);
    target = served.targetOf(result);
    etag = `"${result.sha256}"`;
  });
  afterAll(() => served.stop());
  const get = (headers: Record<string, string> = {}) => ask(served, target, { headers });

  it('comes with headers that say what it is, who may keep it and for how long', async () => {
    const { status, headers, body } = await get();
    expect(status).toBe(200);
    expect(body.equals(photo)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '100000',
      'content-disposition': 'inline; filename="slimmed.jpg"',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'accept-ranges, content-range, etag',
      'accept-ranges': 'bytes',
      'last-modified': result.createdAt.toUTCString(),
      etag,
    });
    const [, maxAge] = /^private, max-age=(\d+), immutable$/.exec(headers['cache-control']!)!;
    expect(Number(maxAge)).toBeGreaterThan(3500);
    expect(Number(maxAge)).toBeLessThanOrEqual(3600);

    const png = await ask(served, served.targetOf(await served.put(photo, { mediaType: 'image/png' })));
    expect(png.headers).toMatchObject({ 'content-type': 'image/png', 'content-disposition': 'inline; filename="slimmed.png"' });
  });

  it('answers HEAD with the same headers and nothing else', async () => {
    const [head, { headers }] = [await ask(served, target, { method: 'HEAD' }), await get()];
    const varying = { date: undefined, 'x-request-id': undefined, 'cache-control': undefined };
    expect(head.status).toBe(200);
    expect({ ...head.headers, ...varying }).toEqual({ ...headers, ...varying });
    expect(head.body).toHaveLength(0);
  });

  it.each([
    ['the first byte', 'bytes=0-0', 0, 0],
    ['the first ones', 'bytes=0-999', 0, 999],
    ['some in the middle', 'bytes=50000-50999', 50_000, 50_999],
    ['all from one on', 'bytes=99000-', 99_000, 99_999],
    ['the last ones', 'bytes=-1000', 99_000, 99_999],
    ['more than there are', 'bytes=99000-200000', 99_000, 99_999],
    ['two that overlap', 'bytes=0-999,500-1999', 0, 1999],
  ])('gives %s of its bytes', async (_, range, first, last) => {
    const { status, headers, body } = await get({ range });
    expect(status).toBe(206);
    expect(headers).toMatchObject({ 'content-range': `bytes ${first}-${last}/100000`, 'content-length': String(last - first + 1), 'content-type': 'image/jpeg', etag });
    expect(body.equals(photo.subarray(first, last + 1))).toBe(true);
    const head = await ask(served, target, { method: 'HEAD', headers: { range } });
    expect(head).toMatchObject({ status: 206, body: { length: 0 } });
  });

  it.each([
    ['several ranges', 'bytes=0-9,50-59'],
    ['another unit', 'lines=0-9'],
    ['no number', 'bytes=a-b'],
    ['nothing', 'bytes='],
    ['a range that no longer fits', 'bytes=0-9', { 'if-range': '"other"' }],
    ['a range that fitted long ago', 'bytes=0-9', { 'if-range': new Date(0).toUTCString() }],
  ])('comes whole when it is asked for %s', async (_, range, more: Record<string, string> = {}) => {
    const { status, body } = await get({ range, ...more });
    expect(status).toBe(200);
    expect(body.equals(photo)).toBe(true);
  });

  it('gives a range under the condition that it is still the same', async () => {
    for (const same of [etag, result.createdAt.toUTCString()]) expect(await get({ range: 'bytes=0-9', 'if-range': same })).toMatchObject({ status: 206, body: { length: 10 } });
  });

  it('refuses a range that it does not have', async () => {
    for (const range of ['bytes=100000-', 'bytes=200000-300000', 'bytes=-0', 'bytes=9-0']) {
      const answer = await get({ range });
      expectRefusal(answer, 416, 'RANGE_NOT_SATISFIABLE');
      expect(answer.headers['content-range']).toBe('bytes */100000');
    }
  });

  it('is not sent again to who has it', async () => {
    for (const headers of [{ 'if-none-match': etag }, { 'if-none-match': `"other", W/${etag}` }, { 'if-none-match': '*' }, { 'if-modified-since': result.createdAt.toUTCString() }]) {
      const answer = await get(headers);
      expect(answer).toMatchObject({ status: 304, body: { length: 0 } });
      expect(answer.headers).toMatchObject({ etag, 'cache-control': expect.stringContaining('private'), 'access-control-allow-origin': '*' });
    }
    for (const headers of [{ 'if-none-match': '"other"' }, { 'if-modified-since': new Date(0).toUTCString() }]) expect(await get(headers)).toMatchObject({ status: 200, body: { length: 100_000 } });
  });

  it('is not sent when a condition does not hold', async () => {
    expect(await get({ 'if-match': etag })).toMatchObject({ status: 200 });
    expectRefusal(await get({ 'if-match': '"other"' }), 412, 'PRECONDITION_FAILED');
  });

  it('takes GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const answer = await ask(served, target, { method });
      expectRefusal(answer, 405, 'METHOD_NOT_ALLOWED');
      expect(answer.headers['allow']).toBe('GET, HEAD');
      expect(json(answer).message).toBe(`Expected method GET or HEAD but received ${method}`);
    }
  });

  it('is served under the one spelling of its URL, whatever is tried', async () => {
    const { id } = result;
    const signature = /signature=(.*)/.exec(target)![1]!;
    const other = await served.put(randomBytes(10));
    const forged = [
      target.slice(0, -1),
      `${target}0`,
      target.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      target.replace(/expires=(\d+)/, (_, expires) => `expires=${Number(expires) + 1}`),
      target.replace(/expires=(\d+)/, (_, expires) => `expires=0${expires}`),
      target.replace(id, 'f'.repeat(32)),
      target.replace(id, other.id), // replayed for another
      target.replace(signature, signature.toUpperCase()),
      target.replace('.jpg', '.png'),
      `${target}&download=1`,
      `${target}&expires=9999999999`,
      target.replace(/\?.*/, ''),
      served.targetOf(result, randomBytes(32)),
    ];
    for (const path of forged) expectRefusal(await ask(served, path), 403, 'FORBIDDEN');

    const query = target.slice(target.indexOf('?'));
    const file = `content/${result.sha256}`;
    const strange = ['/results/', `/results/${id.toUpperCase()}.jpg`, `/results/${id}.gif`, `/results/${id}.jpg.`, `/results/${id}.jpg/`, `/results/${id}.jpg%00`, `/results/${id}%00.jpg`, `/results//${id}.jpg`, `/results/%2e/${id}.jpg`];
    strange.push(`/results/..%2f${file}`, `/results/..%252f${file}`, `/results/%2e%2e%2f${file}`, `/results/..%5c${file}`, `/results/....//${file}`, `/results/${file}`, `/results/%c0%ae%c0%ae/${file}`, `/results/x/../${id}.jpg`, `/x/../results/${id}.jpg`);
    for (const path of strange) expectRefusal(await ask(served, path + query), 404, 'NOT_FOUND');
    for (const path of ['/results/../content', `/results/%2e%2e/${file}`, `/results/../../etc/passwd`]) expect((await ask(served, path + query)).status).toBe(404);
  });

  it('is not there under a URL of its own that says it expires at another time', async () => {
    expectRefusal(await ask(served, served.targetOf({ ...result, expiresAt: new Date(result.expiresAt.getTime() + 1000) })), 404, 'NOT_FOUND');
    expectRefusal(await ask(served, served.targetOf({ ...result, mediaType: 'image/png' })), 404, 'NOT_FOUND');
    expectRefusal(await ask(served, served.targetOf({ ...result, id: 'f'.repeat(32) })), 404, 'NOT_FOUND');
  });

  it('is gone when its URL has expired, even if its files are not', async () => {
    const answer = await ask(served, served.targetOf({ ...result, expiresAt: new Date('2020-01-01T00:00:00Z') }));
    expectRefusal(answer, 410, 'RESULT_EXPIRED');
    expect(json(answer).message).toBe('The result expired at 2020-01-01T00:00:00.000Z');
  });
});

describe('a result that is gone', () => {
  let served: Served;
  afterEach(() => served.stop());

  it('is told from one that nobody knows when it had to make room', async () => {
    served = await serveResults({ maxBytes: 150_000 });
    const [first] = [await served.put(photo), await served.put(randomBytes(100_000))];
    expectRefusal(await ask(served, served.targetOf(first)), 410, 'RESULT_UNAVAILABLE');
    expect((await ask(served, served.targetOf(first), { method: 'HEAD' })).status).toBe(410);
  });

  it('does not come back as another photo that is given its id', async () => {
    let now = Date.now();
    served = await serveResults({ maxBytes: 150_000, now: () => now });
    const id = 'a'.repeat(32);
    const first = await served.put(photo, { id });
    await served.put(randomBytes(100_000));
    now += 1000; // so that it expires at another time
    const again = await served.put(randomBytes(20), { id });
    expectRefusal(await ask(served, served.targetOf(first)), 404, 'NOT_FOUND');
    expect((await ask(served, served.targetOf(again))).body).toHaveLength(20);
  });

  it('is told as such when its file is deleted between look-up and answer', async () => {
    const losing = (store: ResultStore): ResultStore => ({
      ...store,
      byteSize: 0,
      async getMany(ids) {
        const found = await store.getMany(ids);
        await rm(store.contentPath(found[0] as StoredResult));
        return found;
      },
    });
    served = await serveResults({ change: losing });
    const answer = await ask(served, served.targetOf(await served.put(photo)), { headers: { range: 'bytes=0-9' } });
    expectRefusal(answer, 410, 'RESULT_UNAVAILABLE');
    expect(answer.headers).not.toHaveProperty('content-range');
    expect(answer.headers).not.toHaveProperty('accept-ranges');
  });

  it('is a fault of ours when its record cannot be read', async () => {
    served = await serveResults();
    const result = await served.put(photo);
    await truncate(join(served.folder, 'records', `${result.id}.json`), 2 ** 31);
    expect((await ask(served, served.targetOf(result))).status).toBe(500);
    expect(served.faults).toMatchObject([{ code: 'RESULT_UNAVAILABLE', cause: { code: 'ERR_FS_FILE_TOO_LARGE' } }]);
  });
});

describe('results signed by two keys', () => {
  it('are served while either key is there', async () => {
    const [older, newer] = [randomBytes(32), randomBytes(32)];
    const served = await serveResults({ keys: [newer, older] });
    const result = await served.put(photo);
    for (const key of [older, newer]) expect((await ask(served, served.targetOf(result, key))).status).toBe(200);
    expectRefusal(await ask(served, served.targetOf(result, randomBytes(32))), 403, 'FORBIDDEN');
    await served.stop();
  });
});

describe('a client that leaves in the middle', () => {
  /** Files of the store that this process has open. */
  async function openFiles(folder: string): Promise<string[]> {
    const handles = await readdir('/proc/self/fd');
    const paths = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')));
    return paths.filter((path) => path.startsWith(join(folder, 'content')));
  }

  it('leaves no file open', async () => {
    const served = await serveResults();
    const target = served.targetOf(await served.put(randomBytes(30_000_000)));
    const { hostname, port } = new URL(served.origin);
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect(Number(port), hostname);
      socket.once('data', () => socket.pause()); // takes a little, so that the file stays open
      socket.on('error', () => {});
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
      return socket;
    });
    await expect.poll(async () => (await openFiles(served.folder)).length, { timeout: 10_000 }).toBe(10);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => openFiles(served.folder), { timeout: 10_000 }).toEqual([]);
    await expect.poll(served.aborted, { timeout: 10_000 }).toBe(10);
    expect(served.faults).toEqual([]);
    expect((await ask(served, target)).body).toHaveLength(30_000_000);
    await expect.poll(() => openFiles(served.folder), { timeout: 10_000 }).toEqual([]);
    await served.stop();
  });

  it('who has begun to read gets all of a result that is deleted meanwhile', async () => {
    const served = await serveResults({ maxBytes: 30_000_000 });
    const bytes = randomBytes(30_000_000);
    const result = await served.put(bytes);
    const response = await fetch(served.origin + served.targetOf(result));
    await served.put(randomBytes(10));
    await expect(readFile(served.store.contentPath(result))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(bytes.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
    await served.stop();
  });
});
