import { setTimeout as sleep } from 'node:timers/promises';
import type { AilabEvent } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { hangingStream } from '../../_streams.ts';
import { after, drip, html, reply, shutGate, silence } from '../_fake-api/answers.ts';
import { gatewayRefusal, refusal, success } from '../_fake-api/envelopes.ts';
import { distinct } from './_portraits.ts';
import { retriesOf } from './_retries-of.ts';
import { startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';

const lost = { retryable: true, billed: 'unknown' };
const nothingSent = { retryable: true, paidCalls: 0 };

function* spaces(count: number): Generator<Buffer> {
  for (let i = 0; i < count; i++) yield Buffer.from(' ');
}

describe('the time of one try', () => {
  it('ends a try that gets no answer', async () => {
    const { api, run, slim } = await startScenario();
    api.calls.always(silence);
    const { seen, error } = await run(() => slim({ timeoutMs: 150 }));
    expect(seen).toEqual(failed('UPSTREAM_TIMEOUT', lost));
    expect(error!.message).toContain('150 ms');
    expect(api.paid[0]).toMatchObject({ complete: true, clientLeft: true });
  });

  it('goes on while an answer drips in', async () => {
    const { api, run, slim } = await startScenario({ timeoutMs: 200 });
    api.calls.always(drip(spaces(1000), 10));
    expect((await run(slim)).seen).toEqual(failed('UPSTREAM_TIMEOUT', lost));
  });

  it('starts anew with each try', async () => {
    const { api, run, slim } = await startScenario({ timeoutMs: 300 });
    const slowly = (code: string) => after(110, refusal('G2', { code, status: 503 }));
    api.calls.next(slowly('ERROR_RESOURCE_UNAVAILABLE'), slowly('ERROR_RESOURCE_UNAVAILABLE'), after(110, success('G2', api.resultUrl)));
    expect((await run(slim)).seen).toEqual(succeeded({ paidCalls: 3 }));
  });

  it('does not run while a call waits for its turn', async () => {
    const { api, run, client } = await startScenario({ concurrency: 1, timeoutMs: 300 });
    api.calls.always(after(110, success('G2', api.resultUrl)));
    expect((await run(() => Promise.all(distinct(4).map((image) => client.slim(image))))).seen).toEqual(succeeded({ paidCalls: 4 }));
  });
});

describe('the time of the whole call', () => {
  it('ends a try', async () => {
    const { api, run, slim } = await startScenario({ totalTimeoutMs: 150 });
    api.calls.always(silence);
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('UPSTREAM_TIMEOUT', lost));
    expect(error!.message).toContain('150 ms');
  });

  it('ends also a try that would be repeated', async () => {
    const { api, run, slim } = await startScenario({ totalTimeoutMs: 300, timeoutMs: 180, maxRetries: 10, retryUnknown: true });
    api.calls.always(silence);
    expect((await run(slim)).seen).toEqual(failed('UPSTREAM_TIMEOUT', { ...lost, paidCalls: 2 }));
  });

  it('ends the wait for a turn', async () => {
    const { api, run, client, slim } = await startScenario({ concurrency: 1 });
    const gate = shutGate();
    api.calls.always(gate.behind(success('G2', api.resultUrl)));
    const [first, second] = distinct(2) as [Buffer, Buffer];
    const { seen } = await run(async () => {
      const slow = client.slim(first);
      try {
        return await slim({ image: second, totalTimeoutMs: 60 });
      } finally {
        gate.open();
        await slow;
      }
    });
    // The one paid call is that of the first image.
    expect(seen).toEqual(failed('UPSTREAM_TIMEOUT', { retryable: true, paidCalls: 1 }));
  });

  it('ends the reading of an image', async () => {
    const { run, slim } = await startScenario({ totalTimeoutMs: 40 });
    const { stream, cancelled } = hangingStream([new Uint8Array(1000)]);
    expect((await run(() => slim({ image: stream }))).seen).toEqual(failed('UPSTREAM_TIMEOUT', nothingSent));
    await cancelled;
  });

  it('is a timeout also when the signal of the caller has one of its own', async () => {
    const { api, run, client } = await startScenario({ totalTimeoutMs: 150 });
    api.calls.always(silence);
    const { seen } = await run(() => client.slim(distinct(1)[0]!, { signal: AbortSignal.timeout(20_000) }));
    expect(seen).toEqual(failed('UPSTREAM_TIMEOUT', lost));
  });
});

const busy = refusal('G2', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 });

describe('pauses between tries', () => {
  it('grow up to a bound and are drawn at random below it', async () => {
    const { api, run, slim, events } = await startScenario({ maxRetries: 8, retryDelayMs: 2, maxRetryDelayMs: 9 });
    api.calls.always(busy);
    await run(slim);
    const delays = retriesOf(events).map(({ delayMs }) => delayMs);
    const bounds = [2, 4, 8, 9, 9, 9, 9, 9];
    expect(delays.map((delay, i) => delay >= 0 && delay <= bounds[i]!)).toEqual(bounds.map(() => true));
    expect(new Set(delays).size).toBe(8);
  });

  it('do elapse', async () => {
    const { api, run, slim } = await startScenario({ maxRetryDelayMs: 80 });
    const order: string[] = [];
    api.calls.next(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers: { 'retry-after': '5' } }), async (exchange) => {
      order.push('second try');
      await success('G2', api.resultUrl)(exchange);
    });
    const timer = sleep(20).then(() => order.push('a timer of 20 ms'));
    await run(slim);
    await timer;
    expect(order).toEqual(['a timer of 20 ms', 'second try']);
  });

  const inTenSeconds = (): string => new Date(Date.now() + 10_000).toUTCString();
  it.each([
    ['seconds', '10', [10_000, 10_000]],
    ['a date', inTenSeconds, [7000, 10_000]],
    ['a date that is over', 'Wed, 21 Oct 2015 07:28:00 GMT', [0, 0]],
    ['nothing that can be read', 'soon', [0, 1]],
  ] as const)('follow Retry-After as %s', async (_, value, [least, most]) => {
    const { api, run, slim, controller, events } = await startScenario({ maxRetries: 1, onEvent: (event) => {
      seen.push(event);
      if (event.type === 'retry' && event.delayMs > 100) controller.abort();
    } });
    const seen: AilabEvent[] = [];
    api.calls.always(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers: { 'retry-after': typeof value === 'string' ? value : value() } }));
    await run(slim);
    expect(events).toEqual([]);
    const { delayMs } = retriesOf(seen)[0]!;
    expect(delayMs).toBeGreaterThanOrEqual(least);
    expect(delayMs).toBeLessThanOrEqual(most);
  });

  it.each(['3600', () => new Date(Date.now() + 3_600_000).toUTCString()] as const)('are no longer than the client allows, whatever Retry-After says (%#)', async (value) => {
    const { api, run, slim, events } = await startScenario({ maxRetryDelayMs: 7 });
    const headers = { 'retry-after': typeof value === 'string' ? value : value() };
    api.calls.next(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers }), success('G2', api.resultUrl));
    expect((await run(slim)).seen).toEqual(succeeded({ paidCalls: 2 }));
    expect(retriesOf(events).map(({ delayMs }) => delayMs)).toEqual([7]);
  });

  it.each([
    ['busy pages', html(503, '<h1>Come back later</h1>', { 'retry-after': '9' }), failed('UPSTREAM_PROTOCOL', { retryable: true, paidCalls: 3 })],
    ['pages about too many requests', html(429, '<h1>Slow down</h1>', { 'retry-after': '9' }), failed('UPSTREAM_PROTOCOL', { retryable: true, paidCalls: 3 })],
    ['empty answers', reply(503, '', { 'retry-after': '9' }), failed('UPSTREAM_PROTOCOL', { retryable: true, paidCalls: 3 })],
    ['refusals of the marketplace', gatewayRefusal(429, 'Too many requests', { 'retry-after': '9' }), failed('RATE_LIMITED', { retryable: true, paidCalls: 3 })],
  ])('follow Retry-After of %s too', async (_, answer, expected) => {
    const { api, run, slim, events } = await startScenario({ maxRetryDelayMs: 3 });
    api.calls.always(answer);
    expect((await run(slim)).seen).toEqual(expected);
    expect(retriesOf(events).map(({ delayMs }) => delayMs)).toEqual([3, 3]);
  });

  it('are not begun when they would go over the budget of the call', async () => {
    const { api, run, slim } = await startScenario({ retryBudgetMs: 5000, maxRetries: 9 });
    api.calls.always(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers: { 'retry-after': '6' } }));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('RATE_LIMITED', { retryable: true }));
    expect(error).toHaveProperty('retryAfter', 6);
  });

  it('are summed against the budget', async () => {
    const { api, run, slim } = await startScenario({ retryBudgetMs: 10, maxRetryDelayMs: 4, maxRetries: 9 });
    api.calls.always(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers: { 'retry-after': '1' } }));
    expect((await run(slim)).seen).toEqual(failed('RATE_LIMITED', { retryable: true, paidCalls: 3 }));
  });

  it('are not begun when the call would be over before them', async () => {
    const { api, run, slim } = await startScenario({ totalTimeoutMs: 3000 });
    api.calls.always(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers: { 'retry-after': '6' } }));
    expect((await run(slim)).seen).toEqual(failed('RATE_LIMITED', { retryable: true }));
  });
});
