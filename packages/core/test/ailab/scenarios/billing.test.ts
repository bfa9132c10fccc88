import { describe, expect, it } from 'vitest';
import { after, deafness, html, misdeclared, resetAfterBody, resetBeforeBody, silence } from '../_fake-api/answers.ts';
import { refusal, success } from '../_fake-api/envelopes.ts';
import type { Answer } from '../_fake-api/exchange.ts';
import { startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';
import { heavy } from './_portraits.ts';

const half = Buffer.from('{"error_code":0,"data":{"image_');

describe('an answer that is lost after the image was sent', () => {
  const unavailable = { retryable: true, billed: 'unknown' };
  const losses: readonly (readonly [string, Answer, ReturnType<typeof failed>])[] = [
    ['by a reset', resetAfterBody, failed('UPSTREAM_UNAVAILABLE', unavailable)],
    ['by a hang-up', async ({ body, cut }) => (await body(), cut('end')), failed('UPSTREAM_UNAVAILABLE', unavailable)],
    ['by silence', silence, failed('UPSTREAM_TIMEOUT', unavailable)],
    ['by being late', after(600, silence), failed('UPSTREAM_TIMEOUT', unavailable)],
    ['by stopping halfway', misdeclared(half, 90, 'stall'), failed('UPSTREAM_TIMEOUT', unavailable)],
    ['by a cut', misdeclared(half, 90, 'end'), failed('UPSTREAM_PROTOCOL', unavailable)],
    ['behind a page of a proxy', html(502, '<h1>Bad gateway</h1>'), failed('UPSTREAM_PROTOCOL', unavailable)],
  ];

  it.each(losses)('%s may have been paid for: the call is made once', async (_, answer, expected) => {
    const { api, run, slim } = await startScenario({ timeoutMs: 120 });
    api.calls.always(answer);
    expect((await run(slim)).seen).toEqual(expected);
    expect(api.paid[0]).toHaveProperty('complete', true);
  });

  it.each(losses)('%s is asked for again if that is wanted', async (_, answer) => {
    const { api, run, slim } = await startScenario({ timeoutMs: 200 });
    api.calls.next(answer, success('G2', api.resultUrl));
    expect((await run(() => slim({ retryUnknown: true }))).seen).toEqual(succeeded({ paidCalls: 2 }));
  });

  it('is asked for as often as other things, and is still perhaps paid for', async () => {
    const { api, run, slim } = await startScenario({ retryUnknown: true });
    api.calls.always(resetAfterBody);
    expect((await run(slim)).seen).toEqual(failed('UPSTREAM_UNAVAILABLE', { ...unavailable, paidCalls: 3 }));
  });

  it('is not forgotten when a later try is refused', async () => {
    const { api, run, slim } = await startScenario({ retryUnknown: true });
    api.calls.next(resetAfterBody, refusal('G2', { code: 'ERROR_NO_FACE_IN_FILE', status: 422 }));
    expect((await run(slim)).seen).toEqual(failed('NO_FACE', { billed: 'unknown', paidCalls: 2 }));
  });

  it.each([
    ['a reset', resetAfterBody],
    ['silence', silence],
  ])('says so in its message: %s', async (_, answer) => {
    const { api, run, slim } = await startScenario({ timeoutMs: 50 });
    api.calls.always(answer);
    expect((await run(slim)).error!.message).toMatch(/may have been paid for/);
  });
});

describe('an image that was not taken whole', () => {
  it.each([
    ['by a reset', resetBeforeBody, failed('UPSTREAM_UNAVAILABLE', { retryable: true, paidCalls: 3 })],
    ['in time', deafness, failed('UPSTREAM_TIMEOUT', { retryable: true, paidCalls: 3 })],
  ])('%s cannot have been paid for: the call is made again', async (_, answer, expected) => {
    const { api, run, slim } = await startScenario({ timeoutMs: 200, preflight: false });
    api.calls.always(answer);
    expect((await run(() => slim({ image: heavy }))).seen).toEqual(expected);
    expect(api.paid.map(({ complete }) => complete)).toEqual([false, false, false]);
  });

  it('can be sent the next time', async () => {
    const { api, run, slim } = await startScenario({ preflight: false });
    api.calls.next(resetBeforeBody, success('G2', api.resultUrl));
    expect((await run(() => slim({ image: heavy }))).seen).toEqual(succeeded({ paidCalls: 2 }));
  });

  it('is refused for what the API said before it had it all', async () => {
    const { api, run, slim } = await startScenario({ preflight: false });
    api.calls.always(({ response }) => {
      response.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify({ request_id: 'r', error_detail: { code: 'FILE_SIZE_EXCEEDS_LIMIT', code_message: '', message: 'Too large' } }));
    });
    expect((await run(() => slim({ image: heavy }))).seen).toEqual(failed('FILE_TOO_LARGE'));
  });
});

describe('a refusal', () => {
  it.each([
    ['ERROR_NO_FACE_IN_FILE', 422],
    ['ERROR_NOT_ENOUGH_CREDITS', 429],
    ['SERVICE_INTERNAL_ERROR', 500],
    ['AI_SERVICE_TIMEOUT', 504],
  ] as const)('with a code costs nothing, whatever its status: %s', async (code, status) => {
    const { api, run, slim } = await startScenario({ maxRetries: 0 });
    api.calls.always(refusal('G1', { code, status }));
    expect((await run(slim)).seen).toMatchObject({ billed: 'no', paidCalls: 1, downloadTries: 0, left: [] });
  });
});
