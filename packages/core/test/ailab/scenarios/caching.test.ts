import type { AilabClientOptions } from '@slimface/core';
import { describe, expect, it, vi } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { json, reply } from '../_fake-api/answers.ts';
import { success } from '../_fake-api/envelopes.ts';
import { serve } from '../_fake-api/results.ts';
import { startScenario } from './_scenario.ts';
import { succeeded } from './_seen.ts';
import { jpeg, slimmed } from './_portraits.ts';

describe('a cache', () => {
  type Cache = NonNullable<AilabClientOptions['cache']>;
  const memory = (): Map<string, never> & Cache => new Map() as Map<string, never> & Cache;

  it('spares the paid call, for other clients too', async () => {
    const cache = memory();
    const first = await startScenario({ cache });
    const { api } = first;
    expect((await first.run(() => first.fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
    const second = await startScenario({ cache, baseUrl: api.origin });
    const { seen, value } = await second.run(async () => {
      const image = await second.slim();
      return { url: image.url, requestId: image.requestId, width: image.width, bytes: await image.bytes() };
    });
    expect(seen).toEqual(succeeded({ paidCalls: 0 }));
    expect(value).toEqual({ url: api.resultUrl, requestId: 'request-1', width: 200, bytes: slimmed });
    expect([api.paid.length, api.fetched.length]).toEqual([1, 2]);
    expect(second.events).toContainEqual({ type: 'cache', hit: true });
  });

  it.each([
    ['another degree', jpeg, { slimDegree: 0.5 }],
    ['another image', Buffer.concat([jpeg, Buffer.from('x')]), {}],
  ])('does not mistake it for %s', async (_, image, options) => {
    const { run, slim } = await startScenario({ cache: memory() });
    expect((await run(async () => [await slim(), await slim({ image, ...options })])).seen).toEqual(succeeded({ paidCalls: 2 }));
  });

  it('forgets a result when its time is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
    try {
      const { run, slim } = await startScenario({ cache: memory() });
      const { seen } = await run(async () => {
        await slim();
        vi.setSystemTime(new Date('2026-03-02T11:59:00Z'));
        await slim();
        vi.setSystemTime(new Date('2026-03-02T12:00:01Z'));
        await slim();
      });
      expect(seen).toEqual(succeeded({ paidCalls: 2 }));
    } finally {
      vi.useRealTimers();
    }
  });

  it('holds plain data with the time that they are of use', async () => {
    const set = vi.fn<(key: string, value: object, ttlMs: number) => void>();
    const { run, slim } = await startScenario({ cache: { get: () => undefined, set } });
    await run(slim);
    const [key, value, ttlMs] = set.mock.calls[0]!;
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    expect(key).toMatch(/[\da-f]{64}/);
    expect(ttlMs).toBeGreaterThan(23 * 3_600_000);
    expect(ttlMs).toBeLessThanOrEqual(24 * 3_600_000);
  });

  const broken: readonly (readonly [string, Cache])[] = [
    ['cannot be read', { get: () => Promise.reject(new Error('down')), set: () => {} }],
    ['throws when it is read', { get: () => { throw new Error('down'); }, set: () => {} }],
    ['cannot be written', { get: () => undefined, set: () => Promise.reject(new Error('down')) }],
    ['holds something else', { get: () => ({ url: 5 }) as never, set: () => {} }],
    ['holds null', { get: () => null as never, set: () => {} }],
  ];
  it.each(broken)('that %s does not fail the call', async (_, cache) => {
    const { run, fetchResult } = await startScenario({ cache });
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
  });

  it('forgets a result that turns out to be gone', async () => {
    const { api, client, run, slim } = await startScenario({ cache: memory(), maxDownloadRetries: 0 });
    const { seen } = await run(async () => {
      const image = await slim();
      api.downloads.next(reply(404), serve(slimmed));
      await expect(image.bytes()).rejects.toMatchObject({ code: 'RESULT_EXPIRED' });
      return (await client.slim(jpeg)).bytes();
    });
    expect(seen).toEqual(succeeded({ paidCalls: 2, downloadTries: 2 }));
  });

  it('keeps a new result when an old one turns out to be gone', async () => {
    const { api, client, run } = await startScenario({ cache: memory(), maxDownloadRetries: 0 });
    const second = `${api.origin}/second.jpg`;
    const { seen } = await run(async () => {
      api.calls.next(success('G1', api.resultUrl), success('G1', second));
      const [one, other] = [await client.slim(jpeg), await client.slim(jpeg)];
      api.downloads.always(reply(404));
      await expect(one.bytes()).rejects.toMatchObject({ code: 'RESULT_EXPIRED' });
      expect((await client.slim(jpeg)).url).toBe(second);
      await expect(other.bytes()).rejects.toMatchObject({ code: 'RESULT_EXPIRED' });
      return client.slim(jpeg);
    });
    expect(seen).toMatchObject({ code: 'OK', paidCalls: 2 });
  });

  it('is written before close() is over', async () => {
    const store = new Map<string, never>();
    const cache: Cache = { get: (key) => store.get(key), set: async (key, value) => void (await pause(5), store.set(key, value as never)) };
    const { client, slim } = await startScenario({ cache });
    await slim();
    expect(store.size).toBe(0);
    await client.close();
    expect(store.size).toBe(1);
  });

  it('may say null for what it does not have', async () => {
    const { run, slim } = await startScenario({ cache: { get: () => null, set: () => {} } });
    expect((await run(slim)).seen).toEqual(succeeded());
  });

  it('does not remember what failed', async () => {
    const { api, run, slim } = await startScenario({ cache: memory() });
    api.calls.next(json(200, { data: {} }), success('G2', api.resultUrl));
    const { seen } = await run(async () => {
      await slim().catch(() => {});
      return slim();
    });
    expect(seen).toEqual(succeeded({ paidCalls: 2 }));
  });
});
