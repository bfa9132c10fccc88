import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { after, html, misdeclared, reply, resetAfterBody, silence } from '../_fake-api/answers.ts';
import type { Answer } from '../_fake-api/exchange.ts';
import { deniedByStore, serve, serveHalf, serveHalfAsWhole, serveMuch, serveSlowly } from '../_fake-api/results.ts';
import { startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';
import { slimmed, slimmedPng } from './_portraits.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-result-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a download', () => {
  const half = slimmed.length >> 1;
  const passing: readonly (readonly [string, Answer])[] = [
    ['status 500', reply(500)],
    ['status 503', reply(503)],
    ['status 429', reply(429)],
    ['a page of a proxy with status 502', html(502, '<h1>Bad gateway</h1>')],
    ['a reset', resetAfterBody],
    ['half an image and a hang-up', serveHalf(slimmed, 'end')],
    ['half an image and a reset', serveHalf(slimmed, 'reset')],
    ['half an image and silence', serveHalf(slimmed, 'stall')],
    ['silence', silence],
    ['being late', after(700, serve(slimmed))],
    ['a drip that takes too long', serveSlowly(slimmed, 200, 20)],
  ];

  it.each(passing)('is repeated by itself after %s, and never the call that was paid for', async (_, answer) => {
    const { api, run, fetchResult } = await startScenario({ downloadTimeoutMs: 200 });
    api.downloads.next(answer, serve(slimmed));
    const { seen, value } = await run(() => fetchResult());
    expect(seen).toEqual(succeeded({ downloadTries: 2 }));
    expect(slimmed.equals(value!)).toBe(true);
  });

  it.each(passing)('fails with the address after the third %s', async (_, answer) => {
    const { api, run, fetchResult } = await startScenario({ downloadTimeoutMs: 60 });
    api.downloads.always(answer);
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toEqual(failed('RESULT_UNAVAILABLE', { retryable: true, billed: 'yes', downloadTries: 3 }));
    expect(error!.url).toBe(api.resultUrl);
    expect(Object.keys(error!)).not.toContain('url');
  });

  const tries = expect.any(Number) as unknown as number;
  it.each([
    ['a page with status 200', html(200, '<h1>Please log in</h1>')],
    ['an empty file', serve(Buffer.alloc(0))],
    ['JSON', serve(Buffer.from('{"error":"none"}'), 'image/jpeg')],
    ['a GIF', serve(Buffer.from('GIF89a and so on'), 'image/jpeg')],
    ['a truncated JPEG as if it were whole', serveHalfAsWhole(slimmed)],
    ['a truncated PNG as if it were whole', serveHalfAsWhole(slimmedPng)],
    ['nothing but the first bytes of a JPEG', serve(slimmed.subarray(0, 3))],
    ['an image of another size than it says', serve(slimmed.subarray(0, half + 1))],
    ['a refusal of its store', deniedByStore],
    ['status 400', reply(400)],
    ['status 204', reply(204)],
    ['status 206', reply(206, slimmed)],
    ['status 304', reply(304)],
  ])('of %s is no result', async (_, answer) => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(answer);
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toEqual(failed('RESULT_UNAVAILABLE', { retryable: expect.any(Boolean) as never, billed: 'yes', downloadTries: tries }));
    expect(seen.downloadTries).toBeLessThanOrEqual(3);
    expect(error!.url).toBe(api.resultUrl);
  });

  it.each(['content-length', 'chunked'] as const)('of 30 MB is stopped at the limit (%s)', async (length) => {
    const { api, run, fetchResult } = await startScenario();
    api.downloads.always(serveMuch(slimmed, 30_000_000, length));
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toEqual(failed('RESULT_UNAVAILABLE', { billed: 'yes', downloadTries: 1 }));
    expect(error!.message).toContain(String(24 * 2 ** 20));
    expect(api.fetched[0]).toHaveProperty('clientLeft', true);
  });

  it('is refused for the size that it announces, before its bytes come', async () => {
    const { api, run, fetchResult } = await startScenario({ downloadTimeoutMs: 200 });
    api.downloads.always(misdeclared(slimmed, 30_000_000, 'stall'));
    expect((await run(() => fetchResult())).seen).toEqual(failed('RESULT_UNAVAILABLE', { billed: 'yes', downloadTries: 1 }));
  });

  it.each([
    ['a status', 500, {}],
    ['a redirect', 302, { location: '/end' }],
  ])('leaves the body of %s that has no end', async (_, status, headers) => {
    const { api, run, fetchResult } = await startScenario({ maxDownloadRetries: 0 });
    api.at('/end').always(reply(500));
    api.downloads.always(({ response }) => {
      response.writeHead(status, headers);
      response.write('and so on');
    });
    const { seen } = await run(() => fetchResult());
    expect(seen).toMatchObject({ code: 'RESULT_UNAVAILABLE', paidCalls: 1, left: [] });
    expect(api.fetched[0]).toHaveProperty('clientLeft', true);
  });

  it('of as many bytes as are allowed passes, one more does not', async () => {
    const whole = await startScenario({ maxResultBytes: slimmed.length });
    expect((await whole.run(() => whole.fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
    const over = await startScenario({ maxResultBytes: slimmed.length - 1 });
    expect((await over.run(() => over.fetchResult())).seen).toEqual(failed('RESULT_UNAVAILABLE', { billed: 'yes', downloadTries: 1 }));
  });

  it('is repeated as often as asked for', async () => {
    const { api, run, fetchResult } = await startScenario({ maxDownloadRetries: 0, maxRetries: 5 });
    api.downloads.always(reply(500));
    expect((await run(() => fetchResult())).seen).toEqual(failed('RESULT_UNAVAILABLE', { retryable: true, billed: 'yes', downloadTries: 1 }));
  });

  it('from a host that is gone fails with the address', async () => {
    const { api, run, slim } = await startScenario();
    const { seen, error } = await run(async () => {
      const image = await slim();
      await api.close();
      return image.bytes();
    });
    expect(seen).toEqual(failed('RESULT_UNAVAILABLE', { retryable: true, billed: 'yes' }));
    expect(error!.url).toBe(api.resultUrl);
  });
});
