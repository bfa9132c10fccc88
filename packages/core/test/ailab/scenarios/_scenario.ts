import { getEventListeners } from 'node:events';
import { createAilabClient, type AilabClient, type AilabClientOptions, type AilabEvent, type AilabSlimmedImage, type AilabSlimOptions, type ImageInput } from '@slimface/core';
import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import { selfSignedCertificate } from '../_fake-api/certificate.ts';
import { startFakeApi, type FakeApi } from '../_fake-api/fake-api.ts';
import { serve } from '../_fake-api/results.ts';
import { handlesBeyond, openHandles } from './_open-handles.ts';
import { describeEnd, type Ended } from './_seen.ts';
import { jpeg, slimmed } from './_portraits.ts';

/** A key that is found again wherever it shows up. */
export const apiKey = 'key-0f-the-acc0unt';

/** A client before a server that misbehaves on command. */
export interface Scenario {
  readonly api: FakeApi;
  /** A second server, with https. The client trusts its certificate. */
  readonly other: FakeApi;
  readonly client: AilabClient;
  /** What `onEvent` was told, unless a test has its own. */
  readonly events: readonly AilabEvent[];
  /** Its signal goes with each call of `slim`, and is watched for listeners that stay. */
  readonly controller: AbortController;
  slim(options?: AilabSlimOptions & { image?: ImageInput }): Promise<AilabSlimmedImage>;
  /** Slims and fetches the result. */
  fetchResult(options?: AilabSlimOptions): Promise<Uint8Array>;
  /** Does the work, closes the client, and tells what was seen. */
  run<T>(work: () => Promise<T>): Promise<Ended<T>>;
}

/** What to set up beside the client's options. */
export interface ScenarioOptions extends AilabClientOptions {
  /** Start the second server. */
  readonly withOther?: boolean;
}

/**
 * Starts the servers, which at first answer each call with a success and serve its result, and a client that knows them.
 * Its pauses are short; its timeouts are long unless a test is about them.
 */
export async function startScenario({ withOther = false, ...options }: ScenarioOptions = {}): Promise<Scenario> {
  const certificate = withOther ? selfSignedCertificate() : undefined;
  const api = await startFakeApi();
  const other = certificate && (await startFakeApi({ certificate }));
  const dispatcher = certificate && new Agent({ connect: { ca: certificate.cert } });
  const servers = other === undefined ? [api] : [api, other];
  for (const server of servers) server.downloads.always(serve(slimmed));
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  const handlesBefore = openHandles();
  const events: AilabEvent[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const client = createAilabClient({
    apiKey,
    baseUrl: api.origin,
    retryDelayMs: 1,
    timeoutMs: 5000,
    downloadTimeoutMs: 5000,
    onEvent: (event) => void events.push(event),
    ...(dispatcher !== undefined && { dispatcher }),
    ...options,
  });
  const slim: Scenario['slim'] = ({ image = jpeg, ...rest } = {}) => client.slim(image, { signal, ...rest });

  const sumOf = async (counts: readonly Promise<number>[]): Promise<number> => (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);

  /** What is left of requests before the client is closed, and of everything else afterwards. */
  async function close(): Promise<string[]> {
    const requests = await sumOf(servers.map((server) => server.idle()));
    await client.close();
    await dispatcher?.close();
    const sockets = await sumOf(servers.map((server) => server.drained()));
    const listeners = getEventListeners(signal, 'abort').length;
    const counts = Object.entries({ requests, sockets, listeners }).filter(([, count]) => count > 0);
    return [...counts.map(([what, count]) => `${count} ${what}`), ...(await handlesBeyond(handlesBefore))];
  }

  return {
    api,
    get other() {
      if (other === undefined) throw new Error('Expected withOther');
      return other;
    },
    client,
    events,
    controller,
    slim,
    fetchResult: async (slimOptions) => (await slim(slimOptions)).bytes({ signal }),
    run: (work) =>
      describeEnd(work, async () => {
        const left = await close();
        return { paidCalls: servers.flatMap(({ paid }) => paid).length, downloadTries: servers.flatMap(({ fetched }) => fetched).length, left };
      }),
  };
}
