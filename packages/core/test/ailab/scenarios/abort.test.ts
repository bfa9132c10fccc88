import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlimmedImage } from '@slimface/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hangingStream } from '../../_streams.ts';
import { deafness, drip, shutGate, silence } from '../_fake-api/answers.ts';
import { refusal, success } from '../_fake-api/envelopes.ts';
import type { Answer } from '../_fake-api/exchange.ts';
import { serveHalf } from '../_fake-api/results.ts';
import { startScenario, type Scenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';
import { distinct, heavy, slimmed } from './_portraits.ts';

const reason = new Error('the user went away');

/** Waits until something has happened on the server, and aborts. */
async function abortWhen({ controller }: Scenario, happened: () => boolean): Promise<void> {
  await expect.poll(happened, { interval: 1, timeout: 10_000 }).toBe(true);
  controller.abort(reason);
}

describe('an abort', () => {
  it('before the call sends nothing', async () => {
    const { run, slim, controller } = await startScenario();
    controller.abort(reason);
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('ABORTED', { paidCalls: 0 }));
    expect(error!.cause).toBe(reason);
  });

  it('while the image is read stops its source', async () => {
    const scenario = await startScenario();
    const { stream, cancelled } = hangingStream([new Uint8Array(1000)]);
    const { seen, error } = await scenario.run(async () => {
      const slimming = scenario.slim({ image: stream });
      await abortWhen(scenario, () => true);
      return slimming;
    });
    expect(seen).toEqual(failed('ABORTED', { paidCalls: 0 }));
    expect(error!.cause).toBe(reason);
    await cancelled;
  });

  it('while the call waits for its turn sends nothing, and the others get theirs', async () => {
    const scenario = await startScenario({ concurrency: 1 });
    const { api, client, slim } = scenario;
    const gate = shutGate();
    api.calls.always(gate.behind(success('G2', api.resultUrl)));
    const [first, second, third] = distinct(3) as [Buffer, Buffer, Buffer];
    const { seen, error } = await scenario.run(async () => {
      const others = [client.slim(first)];
      const slimming = slim({ image: second });
      others.push(client.slim(third));
      const left = slimming.catch(() => {});
      await abortWhen(scenario, () => api.paid.length === 1);
      await left;
      gate.open();
      await Promise.all(others);
      return slimming;
    });
    expect(seen).toEqual(failed('ABORTED', { paidCalls: 2 }));
    expect(error!.cause).toBe(reason);
    expect(api.paid.map(({ parts }) => parts[1]!.bytes.at(-1))).toEqual([0, 2]);
  });

  it('while the image is on its way leaves, and costs nothing', async () => {
    const scenario = await startScenario({ preflight: false });
    const { api, slim } = scenario;
    api.calls.always(deafness);
    const { seen, error } = await scenario.run(async () => {
      const slimming = slim({ image: heavy });
      await abortWhen(scenario, () => api.paid.length === 1);
      return slimming;
    });
    expect(seen).toEqual(failed('ABORTED'));
    expect(error!.cause).toBe(reason);
    expect(api.paid[0]).toMatchObject({ complete: false, clientLeft: true });
  });

  it.each([
    ['nothing of the answer is there', silence],
    ['an answer drips in', drip(function* () { for (;;) yield Buffer.from(' '); }(), 5)],
  ] as const)('while %s leaves, is perhaps paid for and is never repeated', async (_, answer) => {
    const scenario = await startScenario({ retryUnknown: true });
    const { api, slim } = scenario;
    api.calls.always(answer);
    const { seen, error } = await scenario.run(async () => {
      const slimming = slim();
      await abortWhen(scenario, () => api.paid[0]?.complete === true);
      return slimming;
    });
    expect(seen).toEqual(failed('ABORTED', { billed: 'unknown' }));
    expect(error!.cause).toBe(reason);
    expect(api.paid[0]).toHaveProperty('clientLeft', true);
  });

  it('during a pause between tries ends the pause', async () => {
    const scenario = await startScenario();
    const { api, slim } = scenario;
    api.calls.always(refusal('G2', { code: 'EXCEEDING_LIMITS', status: 429, headers: { 'retry-after': '20' } }));
    const { seen, error } = await scenario.run(async () => {
      const slimming = slim();
      await abortWhen(scenario, () => scenario.events.some(({ type }) => type === 'retry'));
      return slimming;
    });
    expect(seen).toEqual(failed('ABORTED'));
    expect(error!.cause).toBe(reason);
  });

  it('by a timeout signal is an abort with its reason', async () => {
    const { api, run, client } = await startScenario();
    api.calls.always(silence);
    const signal = AbortSignal.timeout(40);
    const { seen, error } = await run(() => client.slim(distinct(1)[0]!, { signal }));
    expect(seen).toEqual(failed('ABORTED', { billed: 'unknown' }));
    expect(error!.cause).toBe(signal.reason);
  });

  it('after the call changes nothing', async () => {
    const { run, slim, controller } = await startScenario();
    const { seen, value } = await run(async () => {
      const image = await slim();
      controller.abort(reason);
      return image.url;
    });
    expect(seen).toEqual(succeeded());
    expect(value).toEqual(expect.any(String));
  });
});

describe('an abort of the download', () => {
  const stalls: readonly (readonly [string, Answer])[] = [
    ['before its headers', silence],
    ['amid its bytes', serveHalf(slimmed, 'stall')],
  ];
  const aborted = failed('ABORTED', { billed: 'yes', downloadTries: 1 });

  const ways: readonly (readonly [string, (image: SlimmedImage, signal: AbortSignal, folder: string) => Promise<unknown>])[] = [
    ['bytes()', (image, signal) => (image.bytes as (options: object) => Promise<Uint8Array>)({ signal })],
    ['stream()', (image, signal) => new Response((image.stream as (options: object) => ReadableStream<Uint8Array>)({ signal })).arrayBuffer()],
    ['save()', (image, signal, folder) => (image.save as (path: string, options: object) => Promise<void>)(join(folder, 'a.jpg'), { signal })],
  ];

  it.each(ways.flatMap(([way, download]) => stalls.map(([when, answer]) => [way, when, download, answer] as const)))(
    '%s %s leaves, keeps that it was paid for, and leaves no file',
    async (_, __, download, answer) => {
      const folder = await mkdtemp(join(tmpdir(), 'slimface-abort-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const scenario = await startScenario();
      const { api, slim, controller } = scenario;
      api.downloads.always(answer);
      const { seen, error } = await scenario.run(async () => {
        const downloading = download(await slim(), controller.signal, folder);
        await abortWhen(scenario, () => api.fetched.length === 1);
        return downloading;
      });
      expect(seen).toEqual(aborted);
      expect(error!.cause).toBe(reason);
      expect(api.fetched[0]).toHaveProperty('clientLeft', true);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('before it begins fetches nothing', async () => {
    const { run, slim } = await startScenario();
    const { seen } = await run(async () => {
      const image = await slim();
      return image.bytes({ signal: AbortSignal.abort(reason) });
    });
    expect(seen).toEqual(failed('ABORTED', { billed: 'yes' }));
  });

  it('by cancelling the stream leaves', async () => {
    const { api, run, slim } = await startScenario();
    api.downloads.always(serveHalf(slimmed, 'stall'));
    const { seen } = await run(async () => {
      const reader = (await slim()).stream().getReader();
      expect((await reader.read()).done).toBe(false);
      await reader.cancel();
    });
    expect(seen).toEqual(succeeded({ downloadTries: 1 }));
    expect(api.fetched[0]).toHaveProperty('clientLeft', true);
  });

  it('by the signal of the call works too', async () => {
    const scenario = await startScenario();
    const { api, slim } = scenario;
    api.downloads.always(silence);
    const { seen, error } = await scenario.run(async () => {
      const downloading = (await slim()).bytes();
      await abortWhen(scenario, () => api.fetched.length === 1);
      return downloading;
    });
    expect(seen).toEqual(aborted);
    expect(error!.cause).toBe(reason);
  });
});
