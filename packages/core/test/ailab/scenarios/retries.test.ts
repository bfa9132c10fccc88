import { ailabErrorCodes, type AilabErrorCode } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { resetAfterBody } from '../_fake-api/answers.ts';
import { refusal, success } from '../_fake-api/envelopes.ts';
import { heavy, jpeg } from './_portraits.ts';
import { retriesOf } from './_retries-of.ts';
import { growingPauses, oneMoreTry } from './_retry-rules.ts';
import { startScenario, type Scenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';

describe('the code decides how often a call is made', () => {
  const callsOf = (code: string): number => (growingPauses.includes(code) ? 4 : oneMoreTry.includes(code) ? 2 : 1);

  it('for all 126 codes', async () => {
    const made: Record<string, number> = {};
    const { api, run, slim } = await startScenario({ maxRetries: 3, retryDelayMs: 0 });
    const { seen } = await run(async () => {
      for (const [code, { httpStatus }] of Object.entries(ailabErrorCodes)) {
        const before = api.paid.length;
        api.calls.always(refusal('G2', { code, status: httpStatus }));
        const error = await slim().catch((reason: unknown) => reason);
        expect(error).toMatchObject({ billed: 'no', upstream: { code } });
        made[code] = api.paid.length - before;
      }
    });
    expect(Object.keys(made).length).toBe(126);
    expect(made).toEqual(Object.fromEntries(Object.keys(made).map((code) => [code, callsOf(code)])));
    expect(seen).toEqual(succeeded({ paidCalls: 102 + 6 * 2 + 18 * 4 }));
  });

  it.each(['EXCEEDING_LIMITS', 'ERROR_NOT_ENOUGH_CREDITS', 'ERROR_RESOURCE_IN_USE', 'AI_SERVICE_ERROR'] as const)('and not the status: %s under another one', async (code: AilabErrorCode) => {
    for (const status of [200, 400, 409, 422, 429, 500, 501]) {
      const { api, run, slim } = await startScenario({ maxRetries: 3, retryDelayMs: 0 });
      api.calls.always(refusal('G2', { code, status }));
      expect((await run(slim)).seen).toMatchObject({ paidCalls: callsOf(code), left: [] });
    }
  });

  it('tells the two kinds of 429 apart', async () => {
    const poor = await startScenario();
    poor.api.calls.always(refusal('G2', { code: 'ERROR_NOT_ENOUGH_CREDITS', status: 429 }));
    expect((await poor.run(poor.slim)).seen).toEqual(failed('INSUFFICIENT_CREDITS'));
    const fast = await startScenario();
    fast.api.calls.always(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429 }));
    expect((await fast.run(fast.slim)).seen).toEqual(failed('RATE_LIMITED', { retryable: true, paidCalls: 3 }));
  });

  it.each([
    ['409', refusal('G2', { code: 'ERROR_TASK_CONFLICT', status: 409 }), failed('INVALID_INPUT')],
    ['501', refusal('G1', { code: 'ERROR_IMAGE_STORAGE_NOT_SUPPORTED', status: 501 }), failed('UPSTREAM_UNAVAILABLE')],
    ['500 about an answer that is too large', refusal('G1', { code: 'ERROR_RESPONSE_BODY_TOO_LARGE', status: 500 }), failed('UPSTREAM_UNAVAILABLE')],
    ['502 about the type of the file', refusal('G1', { code: 'AI_SERVICE_ERROR', status: 502, message: 'Unsupported file type' }), failed('UNSUPPORTED_FORMAT')],
    ['409 with a code that nobody knows', refusal('G2', { code: 'ERROR_OF_NEXT_YEAR', status: 409 }), failed('INVALID_INPUT')],
    ['501 with a code that nobody knows', refusal('G2', { code: 'ERROR_OF_NEXT_YEAR', status: 501 }), failed('UPSTREAM_UNAVAILABLE', { billed: 'unknown' })],
  ])('and never repeats a %s', async (_, answer, expected) => {
    const { api, run, slim } = await startScenario();
    api.calls.always(answer);
    expect((await run(slim)).seen).toEqual(expected);
  });
});

const busy = refusal('G2', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 });
const broken = refusal('G1', { code: 'AI_SERVICE_INTERNAL_ERROR', status: 502 });

describe('a storm of 5xx', () => {
  it('is sat out', async () => {
    const { api, run, fetchResult, events } = await startScenario({ maxRetries: 5 });
    api.calls.next(broken, busy, broken, busy, success('G2', api.resultUrl));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ paidCalls: 5, downloadTries: 1 }));
    expect(retriesOf(events).map(({ operation, attempt, code }) => [operation, attempt, code])).toEqual([
      ['slim', 2, 'UPSTREAM_UNAVAILABLE'],
      ['slim', 3, 'BUSY'],
      ['slim', 4, 'UPSTREAM_UNAVAILABLE'],
      ['slim', 5, 'BUSY'],
    ]);
  });

  it('is given up on after two retries', async () => {
    const { api, run, slim } = await startScenario();
    api.calls.next(broken, broken, broken, success('G2', api.resultUrl));
    expect((await run(slim)).seen).toEqual(failed('UPSTREAM_UNAVAILABLE', { retryable: true, paidCalls: 3 }));
  });

  it('fails with what came last', async () => {
    const { api, run, slim } = await startScenario();
    api.calls.next(busy, broken, refusal('G2', { code: 'ERROR_NO_FACE_IN_FILE', status: 422 }));
    expect((await run(slim)).seen).toEqual(failed('NO_FACE', { paidCalls: 3 }));
  });

  it('is not sat out when nobody wants retries, for the client or for the call', async () => {
    const { api, run, slim } = await startScenario({ maxRetries: 0 });
    api.calls.always(busy);
    expect((await run(slim)).seen).toEqual(failed('BUSY', { retryable: true }));
    const patient = await startScenario({ maxRetries: 4 });
    patient.api.calls.always(busy);
    expect((await patient.run(() => patient.slim({ maxRetries: 1 }))).seen).toEqual(failed('BUSY', { retryable: true, paidCalls: 2 }));
  });

  it('sends the whole image again with each try', async () => {
    const { api, run, slim } = await startScenario();
    api.calls.next(broken, broken, success('G2', api.resultUrl));
    // A stream can be read once: the retries must have kept what it gave.
    await run(() => slim({ image: new Blob([new Uint8Array(jpeg)]).stream(), slimDegree: 0.5 }));
    expect(api.paid.map(({ complete, parts }) => [complete, parts.map(({ name, bytes }) => [name, bytes.equals(name === 'image' ? jpeg : Buffer.from('0.5'))])])).toEqual(
      Array.from({ length: 3 }, () => [true, [['slim_degree', true], ['image', true]]]),
    );
  });
});

describe('a connection that fails', () => {
  const unconnected = failed('UPSTREAM_UNAVAILABLE', { retryable: true, paidCalls: 0 });
  const triesOf = ({ events }: Scenario): unknown[] => events.filter(({ type }) => type === 'attempt').map((event) => (event as { code: string }).code);

  it('is tried again when it is refused, and costs nothing', async () => {
    const closed = await startScenario();
    await closed.api.close();
    const { seen, error } = await closed.run(closed.slim);
    expect(seen).toEqual(unconnected);
    expect(error).toHaveProperty('cause.code', 'ECONNREFUSED');
    expect(triesOf(closed)).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
  });

  it('is tried again when its host is unknown', async () => {
    const lost = await startScenario({ baseUrl: 'http://nowhere.invalid' });
    expect((await lost.run(lost.slim)).seen).toEqual(unconnected);
    expect(triesOf(lost).length).toBe(3);
  });

  it('is not tried again when its certificate is not trusted', async () => {
    const { other } = await startScenario({ withOther: true });
    const distrustful = await startScenario({ baseUrl: other.origin });
    expect((await distrustful.run(distrustful.slim)).seen).toEqual(failed('UPSTREAM_UNAVAILABLE', { paidCalls: 0 }));
    expect(triesOf(distrustful).length).toBe(1);
    expect(other.requests).toEqual([]);
  });

  it('is tried again when it is reset before it has taken the image', async () => {
    const { api, run, slim } = await startScenario({ preflight: false });
    api.resetConnections(2);
    expect((await run(() => slim({ image: heavy }))).seen).toEqual(succeeded());
    expect(api.connections).toBe(3);
  });

  it('is given up on when it is always reset before it has taken the image', async () => {
    const { api, run, slim } = await startScenario({ preflight: false });
    api.resetConnections(99);
    expect((await run(() => slim({ image: heavy }))).seen).toEqual(unconnected);
    expect(api.connections).toBe(3);
  });

  it('is opened anew after a reset', async () => {
    const { api, run, slim } = await startScenario();
    api.calls.next(resetAfterBody, success('G2', api.resultUrl));
    const { seen } = await run(async () => {
      await slim().catch(() => {});
      return slim();
    });
    expect(seen).toEqual(succeeded({ paidCalls: 2 }));
    expect(api.connections).toBe(2);
  });
});
