import { setTimeout as sleep } from 'node:timers/promises';
import type { SlimFaceError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { turn } from '../../_streams.ts';
import { after, shutGate, silence } from '../_fake-api/answers.ts';
import { refusal, success } from '../_fake-api/envelopes.ts';
import { distinct, jpeg } from './_portraits.ts';
import { startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';

describe('calls at the same time', () => {
  it.each([
    [undefined, 3],
    [1, 1],
    [5, 5],
  ])('are no more than allowed: %s', async (concurrency, most) => {
    const { api, run, client } = await startScenario(concurrency === undefined ? {} : { concurrency });
    const gate = shutGate();
    api.calls.always(gate.behind(success('G2', api.resultUrl)));
    const { seen } = await run(async () => {
      const calls = distinct(9).map((image) => client.slim(image));
      await expect.poll(() => api.paid.length, { interval: 1, timeout: 10_000 }).toBe(most);
      gate.open();
      await Promise.all(calls);
    });
    expect(seen).toEqual(succeeded({ paidCalls: 9 }));
    expect(api.mostAtOnce).toBe(most);
  });

  it('get their turns in the order they came', async () => {
    const { api, run, client } = await startScenario({ concurrency: 1 });
    await run(() => Promise.all(distinct(6).map((image) => client.slim(image))));
    expect(api.paid.map(({ parts }) => parts[1]!.bytes.at(-1))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('are counted together with those of derived clients', async () => {
    const { api, run, client } = await startScenario({ concurrency: 2 });
    const gate = shutGate();
    api.calls.always(gate.behind(success('G2', api.resultUrl)));
    const derived = client.with({ timeoutMs: 4000 });
    await run(async () => {
      const calls = distinct(6).map((image, i) => (i % 2 === 0 ? client : derived).slim(image));
      await expect.poll(() => api.paid.length, { interval: 1, timeout: 10_000 }).toBe(2);
      gate.open();
      await Promise.all(calls);
    });
    expect(api.mostAtOnce).toBe(2);
  });

  it('give their turn back when they fail', async () => {
    const { api, run, client } = await startScenario({ concurrency: 1, timeoutMs: 250 });
    api.calls.next(refusal('G2', { code: 'ERROR_NO_FACE_IN_FILE', status: 422 }), silence, success('G2', api.resultUrl));
    const { seen, value } = await run(() => Promise.allSettled(distinct(3).map((image) => client.slim(image))));
    expect(seen).toEqual(succeeded({ paidCalls: 3 }));
    expect(value!.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('give their turn to others while they pause', async () => {
    const { api, run, client, events } = await startScenario({ concurrency: 1, maxRetryDelayMs: 60 });
    api.calls.next(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers: { 'retry-after': '1' } }), success('G2', api.resultUrl));
    await run(() => Promise.all(distinct(2).map((image) => client.slim(image))));
    expect(api.paid.map(({ parts }) => parts[1]!.bytes.at(-1))).toEqual([0, 1, 0]);
    expect(events.filter(({ type }) => type === 'retry').length).toBe(1);
  });
});

describe('closing a client', () => {
  it('waits for calls under way', async () => {
    const { api, run, client } = await startScenario();
    const gate = shutGate();
    api.calls.always(gate.behind(success('G2', api.resultUrl)));
    const order: string[] = [];
    await run(async () => {
      const call = client.slim(jpeg).then(() => order.push('call'));
      await expect.poll(() => api.paid.length, { interval: 1, timeout: 10_000 }).toBe(1);
      const closing = client.close().then(() => order.push('closed'));
      gate.open();
      await Promise.all([call, closing]);
    });
    expect(order).toEqual(['call', 'closed']);
  });

  it('refuses calls from then on, those of derived clients too', async () => {
    const { run, client } = await startScenario();
    const derived = client.with({ maxRetries: 0 });
    const { seen } = await run(async () => {
      await client.close();
      await expect(derived.slim(jpeg)).rejects.toMatchObject({ code: 'INTERNAL' });
      return client.slim(jpeg);
    });
    expect(seen).toEqual(failed('INTERNAL', { paidCalls: 0 }));
  });

  it('may be done twice', async () => {
    const { run, client, slim } = await startScenario();
    expect((await run(async () => {
      await slim();
      await Promise.all([client.close(), client.close()]);
    })).seen).toEqual(succeeded());
  });
});

describe('the same image with the same options at the same time', () => {
  it('is paid for once', async () => {
    const { api, run, client, events } = await startScenario();
    const gate = shutGate();
    api.calls.always(gate.behind(success('G2', api.resultUrl)));
    const { seen, value } = await run(async () => {
      const calls = [Buffer.from(jpeg), new Blob([new Uint8Array(jpeg)]), new Uint8Array(jpeg)].map((image) => client.slim(image));
      await expect.poll(() => api.paid.length, { interval: 1, timeout: 10_000 }).toBe(1);
      await turn();
      gate.open();
      return Promise.all(calls);
    });
    expect(seen).toEqual(succeeded());
    expect(value!.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => api.resultUrl));
    expect(events.filter(({ type }) => type === 'shared').length).toBe(2);
  });

  it('fails for everybody at once', async () => {
    const { api, run, client } = await startScenario();
    api.calls.always(refusal('G2', { code: 'ERROR_NO_FACE_IN_FILE', status: 422 }));
    const { seen, value } = await run(() => Promise.allSettled([1, 2, 3].map(() => client.slim(jpeg))));
    expect(seen).toEqual(succeeded());
    expect(value!.map((settled) => (settled as PromiseRejectedResult).reason.code)).toEqual(['NO_FACE', 'NO_FACE', 'NO_FACE']);
  });

  it('is paid for again with another degree', async () => {
    const { run, client } = await startScenario();
    expect((await run(() => Promise.all([0.5, 1, 1.5].map((slimDegree) => client.slim(jpeg, { slimDegree }))))).seen).toEqual(succeeded({ paidCalls: 3 }));
  });

  it('is paid for again with another key', async () => {
    const { api, run, client } = await startScenario();
    await run(() => Promise.all([client.slim(jpeg), client.with({ apiKey: 'another-key' }).slim(jpeg)]));
    expect(api.paid.map(({ headers }) => headers['ailabapi-api-key']).sort()).toEqual(['another-key', 'key-0f-the-acc0unt']);
  });

  it('is paid for again afterwards', async () => {
    const { run, client } = await startScenario();
    expect((await run(async () => [await client.slim(jpeg), await client.slim(jpeg)])).seen).toEqual(succeeded({ paidCalls: 2 }));
  });

  it.each([
    ['first', 0],
    ['last', 1],
  ])('goes on for the others when the %s one who came leaves', async (_, leaver) => {
    const { api, run, client, controller } = await startScenario();
    const gate = shutGate();
    api.calls.always(gate.behind(success('G2', api.resultUrl)));
    const { seen, value } = await run(async () => {
      const calls = [0, 1].map((i) => client.slim(jpeg, i === leaver ? { signal: controller.signal } : {}));
      const left = (calls[leaver]!).catch((error: unknown) => error);
      await expect.poll(() => api.paid.length, { interval: 1, timeout: 10_000 }).toBe(1);
      controller.abort();
      const error = (await left) as SlimFaceError;
      gate.open();
      return { code: error.code, billed: error.billed, url: (await calls[1 - leaver]!).url };
    });
    expect(seen).toEqual(succeeded());
    // Who left cannot know whether the others will see it through.
    expect(value).toEqual({ code: 'ABORTED', billed: 'unknown', url: api.resultUrl });
    expect(api.paid[0]).toHaveProperty('clientLeft', false);
  });

  it('goes on for who came later with the time that they have', async () => {
    const { api, run, client } = await startScenario({ totalTimeoutMs: 400 });
    const busy = refusal('G2', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 });
    api.calls.next(after(550, busy), success('G2', api.resultUrl));
    const { seen } = await run(async () => {
      const first = client.slim(jpeg).catch((error: SlimFaceError) => error.code);
      await sleep(300);
      const second = await client.slim(jpeg);
      expect(await first).toBe('UPSTREAM_TIMEOUT');
      return second;
    });
    expect(seen).toEqual(succeeded({ paidCalls: 2 }));
  });

  it('is given up when the last one leaves', async () => {
    const { api, run, client } = await startScenario();
    api.calls.always(silence);
    const controllers = [new AbortController(), new AbortController()];
    const { seen } = await run(async () => {
      const calls = controllers.map(({ signal }) => client.slim(jpeg, { signal }));
      const outcomes = Promise.allSettled(calls);
      await expect.poll(() => api.paid[0]?.complete, { interval: 1, timeout: 10_000 }).toBe(true);
      controllers[0]!.abort('first');
      await expect(calls[0]).rejects.toMatchObject({ code: 'ABORTED', cause: 'first' });
      expect(api.paid[0]).toHaveProperty('clientLeft', false);
      controllers[1]!.abort('second');
      await outcomes;
      return calls[1];
    });
    expect(seen).toEqual(failed('ABORTED', { billed: 'unknown' }));
    expect(api.paid[0]).toHaveProperty('clientLeft', true);
  });

  it('can be asked for anew right after the last one left', async () => {
    const { api, run, client, controller, slim } = await startScenario();
    api.calls.next(silence, success('G2', api.resultUrl));
    const { seen } = await run(async () => {
      const left = slim().catch(() => {});
      await expect.poll(() => api.paid.length, { interval: 1, timeout: 10_000 }).toBe(1);
      controller.abort();
      const again = client.slim(jpeg);
      await left;
      return again;
    });
    expect(seen).toEqual(succeeded({ paidCalls: 2 }));
  });
});
