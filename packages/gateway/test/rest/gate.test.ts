import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fixture } from '../_setup.ts';
import { rawBody } from '../upload/_raw.ts';
import { readEnvelope } from './_envelope.ts';
import { beginUpload, readAnswer } from './_socket.ts';
import { connectClient, creditsPath, echo, engineThat, failureOf, postForm, slimPath, startTwin } from './_twin.ts';

const portrait = fixture('astronaut.png');
const image = ['image', portrait] as const;
const key = 'k3y-of-a-caller';
const apiKeys = [{ name: 'studio', sha256: createHash('sha256').update(key).digest('hex') }];

/** An engine that works on each photo until it is told to end. */
function heldEngine() {
  const held: (() => void)[] = [];
  const slimmer = engineThat(async (photo, options) => {
    await new Promise<void>((resolve) => held.push(resolve));
    return echo.slim(photo, options);
  });
  return { slimmer, held };
}

describe('without a known key', () => {
  it('nobody slims or sees credits, before a byte of the upload is read', async () => {
    const { client, gateway, answers } = await startTwin({ apiKeys, slimmer: echo });
    const stranger = connectClient(gateway, { apiKey: 'another' }).client;
    for (const call of [() => client.slim(portrait), () => client.credits(), () => stranger.slim(portrait)]) {
      expect(await failureOf(call())).toMatchObject({ code: 'UNAUTHORIZED', retryable: false, billed: 'no', upstream: { code: 'ERROR_APPLICATIONS_NOT_EXISTS', httpStatus: 401 } });
    }
    expect(answers().map(({ message }) => message)).toEqual(Array(2).fill('Expected an API key of this gateway in the header ailabapi-api-key but received none that is known'));
    const answer = await readAnswer(beginUpload(gateway));
    expect(answer).toMatchObject({ status: 401, code: 'ERROR_APPLICATIONS_NOT_EXISTS' });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(JSON.stringify(gateway.logged)).not.toContain('another');
  });

  it('and with it, in the vendor\'s header, everything works', async () => {
    const { client, gateway } = await startTwin({ apiKeys, slimmer: echo }, { apiKey: key });
    await expect(client.slim(portrait).then((slimmed) => slimmed.bytes())).resolves.toHaveLength(portrait.byteLength);
    expect(await client.credits()).toMatchObject({ usable: 2_000_000 });
    await expect.poll(() => gateway.logged.map(({ fields }) => fields)).toContainEqual(expect.objectContaining({ key: 'studio', route: slimPath, status: 200 }));
    expect(JSON.stringify(gateway.logged)).not.toContain(key);
  });
});

describe('a caller who sends too many photos', () => {
  it('is told how long to wait, before a byte of the upload is read', async () => {
    const { client, gateway, answers } = await startTwin({ photosPerMinute: 1, slimmer: echo });
    await client.slim(portrait);
    const error = await failureOf(client.slim(portrait));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true, billed: 'no', upstream: { code: 'EXCEEDING_LIMITS', httpStatus: 429 } });
    expect(error.retryAfter).toBeGreaterThan(0);
    expect(error.retryAfter).toBeLessThanOrEqual(60);
    expect(answers()[1]!.headers.get('retry-after')).toBe(String(error.retryAfter));
    expect(await readAnswer(beginUpload(gateway))).toMatchObject({ status: 429, code: 'EXCEEDING_LIMITS' });
    expect(await client.credits(), 'credits are no photo').toMatchObject({ usable: 2_000_000 });
  });

  it('is told under the older status where the older table is in use', async () => {
    const { gateway } = await startTwin({ photosPerMinute: 1, slimmer: echo, restStatuses: 2025 });
    await postForm(gateway, [image]);
    expect(await postForm(gateway, [image])).toMatchObject({ status: 422, code: 'EXCEEDING_LIMITS' });
  });
});

describe('a gateway with all places taken', () => {
  it('puts photos off before a byte of them is read, and takes them again when a place is free', async () => {
    const { slimmer, held } = heldEngine();
    const { client, gateway, answers } = await startTwin({ slimmer, concurrency: 1, queueLength: 0 });
    const first = client.slim(portrait);
    await expect.poll(() => held.length).toBe(1);

    const error = await failureOf(connectClient(gateway).client.slim(portrait));
    expect(error).toMatchObject({ code: 'BUSY', retryable: true, billed: 'no', upstream: { code: 'AI_SERVICE_FLOW_RESTRICTION', httpStatus: 503 } });
    const refused = await readAnswer(beginUpload(gateway));
    expect(refused).toMatchObject({ status: 503, code: 'AI_SERVICE_FLOW_RESTRICTION' });
    expect(refused.headers.get('retry-after')).toBe(String(error.retryAfter));

    // The client waits as long as it was asked to, but no longer than it was told to: not the 0 to 1 ms of its own.
    const pauses: number[] = [];
    const patient = connectClient(gateway, { maxRetries: 9, retryDelayMs: 1, maxRetryDelayMs: 100, onEvent: (event) => void (event.type === 'retry' && pauses.push(event.delayMs)) });
    const second = patient.client.slim(portrait);
    await expect.poll(() => pauses.length).toBeGreaterThan(0);
    held[0]!();
    await first;
    await expect.poll(() => held.length).toBe(2);
    held[1]!();
    await second;
    expect(new Set(pauses)).toEqual(new Set([100]));
    expect(answers().map(({ status }) => status)).toEqual([200]);
  });

  it.each([
    ['place', { concurrency: 1, queueLength: 0 }],
    ['memory', { uploadLimits: { maxBytesInFlight: 1_200_000, maxFileBytes: 800_000 } }],
  ])('has the %s of a client that left half-way back', async (_, options) => {
    const { client, gateway } = await startTwin({ slimmer: echo, ...options });
    const socket = beginUpload(gateway, { body: rawBody([{ name: 'image', filename: 'a.png', body: portrait }], '') });
    const outcome = (): Promise<string> => client.slim(portrait).then(() => 'slimmed', (error: Error) => error.name);
    await expect.poll(outcome).toBe('BusyError');
    socket.destroy();
    await expect.poll(outcome).toBe('slimmed');
  });
});

it('keys are not asked for by paths that are not there', async () => {
  const { gateway } = await startTwin({ apiKeys, slimmer: echo });
  expect((await fetch(`${gateway.url}${creditsPath}s`)).status).toBe(404);
});

describe('what stands before every path', () => {
  it('refuses in the envelope', async () => {
    const { gateway } = await startTwin({ slimmer: echo });
    const foreign = await readEnvelope(await fetch(gateway.url + slimPath, { method: 'POST', headers: { origin: 'https://evil.example' } }));
    expect(foreign).toMatchObject({ status: 403, code: 'ERROR_ILLEGAL_OPERATION', message: expect.stringMatching(/^Expected a page of an allowed origin/) });
    for (const path of [slimPath, creditsPath, '/api/nowhere']) {
      expect(await readAnswer(beginUpload(gateway, { path, headers: { host: 'evil.example' } }))).toMatchObject({ status: 421, code: 'ERROR_ILLEGAL_OPERATION' });
    }
  });
});
