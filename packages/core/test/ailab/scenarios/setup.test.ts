import { createAilabClient, InvalidInputError, shapeControls, type AilabClientOptions, type AilabSlimOptions } from '@slimface/core';
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { reply } from '../_fake-api/answers.ts';
import { startFakeApi } from '../_fake-api/fake-api.ts';
import { apiKey, startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';
import { jpeg } from './_portraits.ts';

beforeEach(() => {
  vi.stubEnv('AILABAPI_API_KEY', undefined);
  vi.stubEnv('RAPIDAPI_KEY', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

interface Sent {
  readonly origin: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** What a client without a server before it would send, and where. */
async function wouldSend(options: AilabClientOptions): Promise<Sent> {
  const sent: Sent[] = [];
  const dispatcher = {
    request: async ({ origin, path, headers }: Sent) => {
      sent.push({ origin: String(origin), path, headers });
      throw new Error('no network here');
    },
  };
  const client = createAilabClient({ maxRetries: 0, dispatcher: dispatcher as unknown as Dispatcher, ...options });
  await expect(client.slim(jpeg)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await client.close();
  return sent[0]!;
}

/** The refusal of a client that cannot be set up. */
function refusalOf(options: AilabClientOptions): string {
  try {
    createAilabClient(options);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return (error as Error).message;
  }
  throw new Error('Expected a refusal');
}

describe('a provider', () => {
  it("has the vendor's address and header", async () => {
    const { origin, path, headers } = await wouldSend({ apiKey });
    expect([origin, path]).toEqual(['https://www.ailabapi.com', '/api/portrait/effects/smart-face-slimming']);
    expect(headers).toHaveProperty('ailabapi-api-key', apiKey);
    expect(Object.keys(headers).join()).not.toMatch(/rapidapi/i);
  });

  it("has RapidAPI's address and headers, and another path", async () => {
    const { origin, path, headers } = await wouldSend({ apiKey, provider: 'rapidapi' });
    expect([origin, path]).toEqual(['https://ai-face-slimming.p.rapidapi.com', '/face/editing/liquify-face']);
    expect(headers).toMatchObject({ 'x-rapidapi-key': apiKey, 'x-rapidapi-host': 'ai-face-slimming.p.rapidapi.com' });
    expect(Object.keys(headers)).not.toContain('ailabapi-api-key');
  });

  it('sends them to a real server as well', async () => {
    const { api, run, fetchResult } = await startScenario({ provider: 'rapidapi' });
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ downloadTries: 1 }));
    expect(api.paid[0]).toMatchObject({ path: '/face/editing/liquify-face', headers: { 'x-rapidapi-key': apiKey, 'x-rapidapi-host': 'ai-face-slimming.p.rapidapi.com' } });
    expect(api.paid[0]!.parts.map(({ name }) => name)).toEqual(['slim_degree', 'image']);
    expect(api.fetched[0]!.rawHeaders.join()).not.toMatch(/rapidapi/i);
  });

  it('that nobody knows is refused', () => {
    expect(refusalOf({ apiKey, provider: 'zyla' as 'ailab' })).toContain('rapidapi');
  });
});

describe('the key', () => {
  it('comes from the environment, from a variable for each provider', async () => {
    vi.stubEnv('AILABAPI_API_KEY', 'vendor-key');
    vi.stubEnv('RAPIDAPI_KEY', 'market-key');
    expect((await wouldSend({})).headers).toHaveProperty('ailabapi-api-key', 'vendor-key');
    expect((await wouldSend({ provider: 'rapidapi' })).headers).toHaveProperty('x-rapidapi-key', 'market-key');
  });

  it('never goes to the other provider', () => {
    vi.stubEnv('AILABAPI_API_KEY', 'vendor-key');
    expect(refusalOf({ provider: 'rapidapi' })).toContain('RAPIDAPI_KEY');
    const client = createAilabClient({ apiKey });
    expect(() => client.with({ provider: 'rapidapi' })).toThrow(InvalidInputError);
  });

  it('is that of the options when both are there', async () => {
    vi.stubEnv('AILABAPI_API_KEY', 'vendor-key');
    expect((await wouldSend({ apiKey })).headers).toHaveProperty('ailabapi-api-key', apiKey);
  });

  it.each([{}, { apiKey: '' }, { apiKey: '  ' }])('is missed before anything is sent: %j', (options) => {
    expect(refusalOf(options)).toContain('AILABAPI_API_KEY');
  });

  it('is not needed by a gateway that asks for none', async () => {
    const { headers } = await wouldSend({ baseUrl: 'https://gateway.example' });
    expect(Object.keys(headers).join()).not.toMatch(/key/i);
  });
});

describe('a page in a browser', () => {
  beforeEach(() => {
    vi.stubGlobal('window', {});
    vi.stubGlobal('document', {});
  });

  it('gets no client, because everybody could read the key', () => {
    expect(refusalOf({ apiKey })).toContain('dangerouslyAllowBrowser');
  });

  it('gets one when that is wanted', async () => {
    expect((await wouldSend({ apiKey, dangerouslyAllowBrowser: true })).headers).toHaveProperty('ailabapi-api-key', apiKey);
  });
});

describe('options', () => {
  it.each([
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { totalTimeoutMs: -1 },
    { maxRetries: 11 },
    { maxRetries: 1.5 },
    { retryDelayMs: '5' as unknown as number },
    { concurrency: 0 },
    { maxDownloadRetries: -1 },
    { maxResultBytes: 0 },
    { retryUnknown: 'yes' as unknown as boolean },
    { allowPrivateHosts: 'false' as unknown as boolean },
    { resultHosts: 'results.example' as unknown as string[] },
    { resultHosts: ['https://results.example'] },
    { baseUrl: 'file:///etc' },
    { onEvent: 5 as never },
    { logger: {} as never },
    { cache: {} as never },
  ])('that make no sense are refused at once: %j', (options) => {
    const [name] = Object.keys(options) as [string];
    expect(refusalOf({ apiKey, ...options })).toContain(name);
  });

  it.each([{ timeoutMs: 0 }, { maxRetries: -1 }, { retryUnknown: 1 as unknown as boolean }, { preflight: 'no' as unknown as boolean }])('of a call are refused before anything is sent: %j', async (options) => {
    const { api, run, slim } = await startScenario();
    expect((await run(() => slim(options))).seen).toMatchObject({ code: 'INVALID_INPUT', billed: 'no', paidCalls: 0, left: [] });
    expect(api.connections).toBe(0);
  });

  it.each<[options: AilabSlimOptions, message: string]>([
    [{ faces: [{ index: 0, slimDegree: 1 }] }, 'Expected no faces option, because the API slims every face by the same degree, but received Array'],
    [{ faces: [{ at: { x: 1, y: 2 } }], slimDegree: 0.5 }, 'Expected no faces option'],
    [{ faces: [] }, 'Expected no faces option'],
    ...shapeControls.map((control): [AilabSlimOptions, string] => [{ shape: { [control]: 0.5 } }, `Expected no shape.${control}, because the API knows no shape, but received 0.5`]),
    [{ shape: { jaw: 0, chin: -1, symmetry: 1 }, slimDegree: 0 }, 'Expected no shape.chin, because the API knows no shape, but received -1'],
    [{ shape: { jaw: 7 } }, 'Expected shape.jaw between -1 and 1 but received 7'],
  ])('of a call that the API does not know are refused by name before anything is sent: %j', async (options, message) => {
    const { api, run, slim, events } = await startScenario({ cache: new Map() });
    const { seen, error } = await run(() => slim(options));
    expect(seen).toEqual(failed('INVALID_INPUT', { paidCalls: 0 }));
    expect(error!.message).toContain(message);
    expect([api.connections, events]).toEqual([0, []]);
  });

  it('with a shape that changes nothing are those without it', async () => {
    const { run, slim } = await startScenario();
    const shape = Object.fromEntries(shapeControls.map((control) => [control, 0]));
    expect((await run(() => Promise.all([slim({ shape }), slim({ shape: {} }), slim({ shape: undefined }), slim()]))).seen).toEqual(succeeded());
  });

  it('of a derived client change nothing where they are undefined', async () => {
    const { api, client, run } = await startScenario({ maxRetries: 0 });
    api.calls.always(reply(503));
    const { seen } = await run(() => client.with({ maxRetries: undefined, apiKey: undefined }).slim(jpeg));
    expect(seen).toMatchObject({ paidCalls: 1 });
    expect(api.paid[0]!.headers['ailabapi-api-key']).toBe(apiKey);
  });

  it('of a derived client for another server do not take the key along', async () => {
    vi.stubEnv('AILABAPI_API_KEY', 'key-of-the-environment');
    const { api, client, run } = await startScenario();
    const elsewhere = await startFakeApi();
    onTestFinished(() => elsewhere.close());
    await run(() => client.with({ baseUrl: elsewhere.origin }).slim(jpeg));
    expect(elsewhere.paid.map(({ headers }) => headers['ailabapi-api-key'])).toEqual([undefined]);
    expect(() => client.with({ provider: 'rapidapi' })).toThrow('RAPIDAPI_KEY');
    expect(api.paid).toEqual([]);
  });

  it('of a derived client for the same server take it along, however its address is written', async () => {
    const { api, client, run } = await startScenario();
    await run(() => client.with({ baseUrl: `${api.origin}/`, concurrency: undefined } as never).slim(jpeg));
    expect(api.paid[0]!.headers['ailabapi-api-key']).toBe(apiKey);
  });

  it.each([undefined, null, 'text', { concurrency: 5 }, { dispatcher: {} }])('of a derived client are no %o', async (options) => {
    const { client } = await startScenario();
    expect(() => client.with(options as never)).toThrow(InvalidInputError);
    await client.close();
  });

  it('are no key: that one is not shown', () => {
    for (const options of [apiKey, { provider: apiKey, apiKey }]) {
      expect(() => createAilabClient(options as never)).toThrow(/^(?!.*key-0f-the-acc0unt)Expected (options|provider) to be /);
    }
  });

  it('of a derived client are its own', async () => {
    const { api, run, client } = await startScenario({ maxRetries: 0 });
    const derived = client.with({ apiKey: 'another-key' });
    expect((await run(async () => [await derived.slim(jpeg), await client.slim(jpeg)])).seen).toEqual(succeeded({ paidCalls: 2 }));
    expect(api.paid.map(({ headers }) => headers['ailabapi-api-key'])).toEqual(['another-key', apiKey]);
  });
});
