import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { html, reply, resetAfterBody } from '../_fake-api/answers.ts';
import type { Answer } from '../_fake-api/exchange.ts';
import { expiredByStore, serve, serveHalf, serveHalfAsWhole, serveMuch, serveSlowly, storeRefusal } from '../_fake-api/results.ts';
import { slimmed, slimmedPng } from './_portraits.ts';
import { apiKey, startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-result-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a result', () => {
  it('is fetched when it is asked for, not before', async () => {
    const { run, slim } = await startScenario();
    expect((await run(slim)).seen).toEqual(succeeded({ downloadTries: 0 }));
  });

  it('comes as bytes, as a stream and as a file', async () => {
    const { run, slim } = await startScenario();
    const { seen, value } = await run(async () => {
      const image = await slim();
      await image.save(join(folder, 'slimmed.jpg'));
      return [await image.bytes(), await new Response(image.stream()).arrayBuffer(), await readFile(join(folder, 'slimmed.jpg'))].map((bytes) => slimmed.equals(Buffer.from(bytes as Uint8Array)));
    });
    expect(seen).toMatchObject({ code: 'OK', paidCalls: 1, left: [] });
    expect(value).toEqual([true, true, true]);
    expect(await readdir(folder)).toEqual(['slimmed.jpg']);
  });

  it('is what its bytes are, whatever its name and type say', async () => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(serve(slimmedPng, 'image/jpeg'));
    const { seen, value } = await run(() => fetchResult());
    expect(seen).toEqual(succeeded({ downloadTries: 1 }));
    expect(slimmedPng.equals(value!)).toBe(true);
  });

  it('may come in small pieces', async () => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(serveSlowly(slimmed, 20, 2));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
  });

  it('is fetched without the key and without a body', async () => {
    const { api, run, fetchResult } = await startScenario();
    await run(() => fetchResult());
    expect(api.fetched[0]!.rawHeaders.join('\n')).not.toContain(apiKey);
    expect(api.fetched[0]!.rawHeaders.join('\n').toLowerCase()).not.toMatch(/ailabapi-api-key|authorization|cookie/);
    expect(api.paid[0]!.headers).toHaveProperty('ailabapi-api-key', apiKey);
  });

  it('is fetched again after a download that failed for good', async () => {
    const { api, run, slim } = await startScenario();
    api.downloads.next(reply(500), reply(500), reply(500), serve(slimmed));
    const { seen } = await run(async () => {
      const image = await slim();
      await expect(image.bytes()).rejects.toMatchObject({ code: 'RESULT_UNAVAILABLE' });
      return image.bytes();
    });
    expect(seen).toEqual(succeeded({ downloadTries: 4 }));
  });
});

describe('a result whose time is over', () => {
  it.each([
    ['404', 3, reply(404)],
    ['a file that its store does not have', 3, storeRefusal(404, 'NoSuchKey', 'The specified key does not exist.')],
    ['410', 1, reply(410)],
    ["its store's word for it", 1, expiredByStore],
    ["its store's other word for it", 1, storeRefusal(403, 'AccessDenied', 'Request has expired')],
  ])('is expired and not just missing: %s', async (_, downloadTries, answer) => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(answer);
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toEqual(failed('RESULT_EXPIRED', { billed: 'yes', downloadTries }));
    expect(error!.url).toBe(api.resultUrl);
    expect(error!.expiredAt).toBeInstanceOf(Date);
    expect(Object.keys(error!)).not.toContain('url');
  });

  it('is not over only because its store is slow to show it', async () => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.next(reply(404), serve(slimmed));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 2 }));
  });

  it.each(['bytes', 'stream', 'save'] as const)('is expired after 24 hours, and nobody is asked any more: %s()', async (way) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
    try {
      const { api, run, slim } = await startScenario();
      api.downloads.always(reply(404));
      const { seen, error } = await run(async () => {
        const image = await slim();
        vi.setSystemTime(new Date('2026-03-02T12:00:01Z'));
        if (way === 'save') return image.save(join(folder, 'a.jpg'));
        return way === 'bytes' ? image.bytes() : new Response(image.stream()).arrayBuffer();
      });
      expect(seen).toEqual(failed('RESULT_EXPIRED', { billed: 'yes' }));
      expect(error).toMatchObject({ url: api.resultUrl, expiredAt: new Date('2026-03-02T12:00:00Z') });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a stream of a result', () => {
  it('begins before the end has come', async () => {
    const { api, run, slim } = await startScenario();
    api.downloads.always(serveHalf(slimmed, 'stall'));
    const { seen, value } = await run(async () => {
      const reader = (await slim()).stream().getReader();
      const { value: first } = await reader.read();
      await reader.cancel();
      return first!;
    });
    expect(seen).toEqual(succeeded({ downloadTries: 1 }));
    expect(slimmed.subarray(0, value!.byteLength).equals(value!)).toBe(true);
  });

  it('is tried again as long as nothing was handed out', async () => {
    const { api, run, slim } = await startScenario();
    api.downloads.next(reply(500), resetAfterBody, serve(slimmed));
    const { seen, value } = await run(async () => new Response((await slim()).stream()).arrayBuffer());
    expect(seen).toEqual(succeeded({ downloadTries: 3 }));
    expect(slimmed.equals(Buffer.from(value!))).toBe(true);
  });

  it.each([
    ['ends early', serveHalf(slimmed, 'end')],
    ['is reset', serveHalf(slimmed, 'reset')],
    ['stalls', serveHalf(slimmed, 'stall')],
    ['is half of an image', serveHalfAsWhole(slimmed)],
    ['is too long', serveMuch(slimmed, 30_000_000, 'chunked')],
    ['is a page', html(200, '<h1>Please log in</h1>')],
  ])('that %s fails, and never as if it had ended', async (_, answer) => {
    const { api, run, slim } = await startScenario({ downloadTimeoutMs: 60 });
    api.downloads.always(answer);
    const { seen, error } = await run(async () => new Response((await slim()).stream()).arrayBuffer());
    expect(seen).toMatchObject({ code: 'RESULT_UNAVAILABLE', billed: 'yes', paidCalls: 1, left: [] });
    expect(seen.downloadTries).toBeLessThanOrEqual(3);
    expect(error!.url).toBe(api.resultUrl);
  });
});

describe('saving a result', () => {
  const broken: readonly (readonly [string, Answer])[] = [
    ['half an image and a hang-up', serveHalf(slimmed, 'end')],
    ['half an image and silence', serveHalf(slimmed, 'stall')],
    ['a truncated image', serveHalfAsWhole(slimmed)],
    ['30 MB', serveMuch(slimmed, 30_000_000, 'chunked')],
    ['a page', html(200, '<h1>Please log in</h1>')],
    ['status 500', reply(500)],
    ['an expired address', expiredByStore],
  ];

  it.each(broken)('leaves no file after %s', async (_, answer) => {
    const { api, run, slim } = await startScenario({ downloadTimeoutMs: 60 });
    api.downloads.always(answer);
    const { seen } = await run(async () => (await slim()).save(join(folder, 'a.jpg')));
    expect(seen).toMatchObject({ code: expect.stringMatching(/^RESULT_/), billed: 'yes', paidCalls: 1, left: [] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps the file that was there when it fails', async () => {
    await writeFile(join(folder, 'a.jpg'), 'before');
    const { api, run, slim } = await startScenario();
    api.downloads.always(serveHalf(slimmed, 'end'));
    await run(async () => (await slim()).save(join(folder, 'a.jpg')));
    expect(await readdir(folder)).toEqual(['a.jpg']);
    expect(await readFile(join(folder, 'a.jpg'), 'utf8')).toBe('before');
  });

  it('succeeds after tries that failed', async () => {
    const { api, run, slim } = await startScenario();
    api.downloads.next(serveHalf(slimmed, 'end'), reply(503), serve(slimmed));
    const { seen } = await run(async () => (await slim()).save(join(folder, 'a.jpg')));
    expect(seen).toEqual(succeeded({ downloadTries: 3 }));
    expect(slimmed.equals(await readFile(join(folder, 'a.jpg')))).toBe(true);
    expect(await readdir(folder)).toEqual(['a.jpg']);
  });
});
