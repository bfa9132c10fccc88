import { Readable } from 'node:stream';
import { type AilabClient, type AilabClientOptions, apiRequirements, createAilabClient, createSlimmedImage, type Dispatcher, type FaceSlimmer, type SlimFaceError } from '@slimface/core';
import { Agent } from 'undici';
import { expect, onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../src/index.ts';
import { type RunningGateway, startGateway } from '../_setup.ts';
import { type CheckedAnswer, checkEnvelope, readEnvelope } from './_envelope.ts';

export const slimPath = '/api/portrait/effects/smart-face-slimming';
export const creditsPath = '/api/common/query-credits';

/** A gateway, and our own client of the vendor's API pointed at it. */
export interface Twin {
  readonly gateway: RunningGateway;
  readonly client: AilabClient;
  /** What the client was answered below `/api/`, each checked. */
  answers(): CheckedAnswer[];
}

/** Both end with the test. */
export async function startTwin(options: Partial<GatewayOptions> = {}, clientOptions: AilabClientOptions = {}): Promise<Twin> {
  const gateway = await startGateway({ selfTest: async () => {}, ...options });
  const twin = connectClient(gateway, clientOptions);
  onTestFinished(async () => {
    await twin.client.close();
    await gateway.stop();
  });
  return twin;
}

/** The client tries once and checks nothing by itself, so that the twin has to. */
export function connectClient(gateway: RunningGateway, clientOptions: AilabClientOptions = {}): Twin {
  const seen: Parameters<typeof checkEnvelope>[0][] = [];
  const agent = new Agent();
  const dispatcher: Dispatcher = {
    async request(request) {
      const answer = await agent.request(request);
      if (!request.path.includes('/api/')) return answer;
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      const headers = new Headers(Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]));
      seen.push({ status: answer.statusCode, headers, text: bytes.toString() });
      return { ...answer, body: Readable.from([bytes]) };
    },
  };
  const client = createAilabClient({ baseUrl: gateway.url, preflight: false, maxRetries: 0, dispatcher, ...clientOptions });
  return { gateway, client, answers: () => seen.map(checkEnvelope) };
}

/** What a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<SlimFaceError & { retryAfter?: number }> {
  const outcome = await call.then(
    () => undefined,
    (error: SlimFaceError) => error,
  );
  expect(outcome, 'the call fails').toBeDefined();
  return outcome!;
}

/** Posts a form to the slimming path as a client that is not ours would. */
export async function postForm(gateway: RunningGateway, fields: readonly (readonly [name: string, value: string | Uint8Array])[], init: RequestInit = {}): Promise<CheckedAnswer> {
  const body = new FormData();
  for (const [name, value] of fields) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, new Blob([new Uint8Array(value)], { type: 'image/jpeg' }), 'photo.jpg');
  }
  return readEnvelope(await fetch(gateway.url + slimPath, { method: 'POST', body, ...init }));
}

/** An engine of somebody else's, which does what it is told. */
export function engineThat(slim: FaceSlimmer['slim']): FaceSlimmer {
  return { id: 'other', version: '1', requirements: apiRequirements, slim, close: async () => {} };
}

/** An engine that gives the photo back. */
export const echo: FaceSlimmer = engineThat(async (image, { slimDegree = 1 } = {}) =>
  createSlimmedImage({ mediaType: 'image/png', width: 512, height: 512, faces: [], slimDegree, engine: 'other' }, image as Uint8Array),
);
