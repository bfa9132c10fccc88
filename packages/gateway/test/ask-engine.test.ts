import { type AilabClient, createAilabClient, RateLimitedError } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { html, json, reply } from '../../core/test/ailab/_fake-api/answers.ts';
import { gatewayRefusal, refusal } from '../../core/test/ailab/_fake-api/envelopes.ts';
import type { Answer as FakeAnswer } from '../../core/test/ailab/_fake-api/exchange.ts';
import { type FakeApi, startFakeApi } from '../../core/test/ailab/_fake-api/fake-api.ts';
import { askEngine } from '../src/ask-engine.ts';
import { fixture, type RunningGateway, slimFace, startGateway } from './_setup.ts';
import { readEnvelope } from './rest/_envelope.ts';
import { creditsPath, postForm } from './rest/_twin.ts';

const portrait = fixture('astronaut.png');
const secret = 'rack-7.internal.example'; // in whatever the remote engine says

let api: FakeApi;
let slimmer: AilabClient;
let gateway: RunningGateway;
beforeEach(async () => {
  api = await startFakeApi();
  slimmer = createAilabClient({ apiKey: 'key-of-the-account', baseUrl: api.origin, maxRetries: 0, maxDownloadRetries: 0 });
  gateway = await startGateway({ slimmer });
});
afterEach(async () => {
  await gateway.stop();
  await slimmer.close();
  await api.close();
});

const serve = (answer: FakeAnswer): void => api.at(new URL(api.resultUrl).pathname).always(answer);
const page = html(200, `<html>${secret}</html>`);
const refuse = (code: string, status: number): FakeAnswer => refusal('G1', { code, status, message: `see http://${secret}/${code}`, headers: { 'retry-after': '7' } });

interface Told {
  readonly name: string;
  readonly retryable: boolean;
  readonly message: string;
  /** Vendor's code and status of the twin. */
  readonly rest: readonly [code: string, status: number];
  /** What the log says of the cause; nothing where the answer has all of it. */
  readonly cause?: string;
}

const mayBeBilled = ['SLIMFACE_MAY_BE_BILLED', 502] as const;
const gone = { name: 'ResultUnavailableError', retryable: true, rest: mayBeBilled } as const;
const cases: [what: string, play: () => void, Told][] = [
  ['has lost a result', () => serve(reply(404)), { ...gone, message: 'Expected the result of the engine but it is gone; try again later; this call has been paid for', cause: 'ResultExpiredError' }],
  ['says that a result expired', () => serve(reply(403, '<Message>Request has expired</Message>')), { ...gone, message: 'Expected the result of the engine but it is gone; try again later; this call has been paid for', cause: 'ResultExpiredError' }],
  ['hands out something else than an image', () => serve(page), { ...gone, message: 'Expected the result of the engine but it could not be fetched; try again later; this call has been paid for', cause: 'ResultUnavailableError' }],
  ['answers with a page', () => api.calls.always(page), { name: 'UpstreamProtocolError', retryable: true, rest: mayBeBilled, message: 'Expected an answer of the engine but received one that cannot be read; try again later; this call may have been paid for', cause: 'UpstreamProtocolError' }],
  ['is down', () => api.calls.always(refuse('AI_SERVICE_ERROR', 502)), { name: 'UpstreamUnavailableError', retryable: true, rest: ['AI_SERVICE_ERROR', 502], message: 'Expected an answer of the engine but it could not be reached or failed; try again later', cause: 'UpstreamUnavailableError' }],
  ['is asked too often', () => api.calls.always(refuse('EXCEEDING_LIMITS', 429)), { name: 'RateLimitedError', retryable: true, rest: ['EXCEEDING_LIMITS', 429], message: 'Expected fewer calls in this time but the engine takes no more of the gateway; try again in 7 s', cause: 'RateLimitedError' }],
  ['has no capacity', () => api.calls.always(refuse('AI_SERVICE_FLOW_RESTRICTION', 503)), { name: 'BusyError', retryable: true, rest: ['AI_SERVICE_FLOW_RESTRICTION', 503], message: 'Expected free capacity but the engine has none at the moment; try again in 7 s', cause: 'BusyError' }],
  ['wants to be paid', () => api.calls.always(refuse('ERROR_NOT_ENOUGH_CREDITS', 429)), { name: 'InsufficientCreditsError', retryable: false, rest: ['ERROR_NOT_ENOUGH_CREDITS', 429], message: "Expected enough credits in the gateway's account but the engine has too few; who runs the gateway has to buy some", cause: 'InsufficientCreditsError' }],
  ['refuses the photo', () => api.calls.always(refuse('ERROR_BLURRY_FACE', 422)), { name: 'FaceUnusableError', retryable: false, rest: ['ERROR_FACE_UNRECOGNIZABLE', 422], message: 'Expected a face that can be worked on but the API could not work on what it found. Use a photo in which the face is in focus.' }],
  ['finds no face', () => api.calls.always(refuse('ERROR_NO_FACE_IN_FILE', 422)), { name: 'NoFaceError', retryable: false, rest: ['ERROR_NO_FACE_IN_FILE', 422], message: 'Expected a photo with at least 1 face but found 0. Use a photo in which a face is upright, clearly visible and not covered.' }],
  ['refuses what the photo shows', () => api.calls.always(refuse('ERROR_CONTENT_NON_COMPLIANCE', 422)), { name: 'InvalidInputError', retryable: false, rest: ['ERROR_PARAMETERS', 400], message: 'Expected a photo that the engine takes but it refuses this one. Choose a photo with other content, since the rules of the API forbid this one.', cause: 'InvalidInputError' }],
  ['refuses for a reason that nobody knows', () => api.calls.always(gatewayRefusal(400, `see http://${secret}`)), { name: 'InvalidInputError', retryable: false, rest: ['ERROR_PARAMETERS', 400], message: 'Expected a photo that the engine takes but it refuses this one', cause: 'InvalidInputError' }],
];

describe('a remote engine that', () => {
  it.each(cases)('%s: callers read our words, and the log has those of the engine', async (_, play, { name, retryable, message, rest: [code, status], cause }) => {
    play();
    const { body, headers } = await slimFace(gateway, portrait);
    expect(body.data.slimFace).toMatchObject({ __typename: name, retryable, message });
    const lines = gateway.logged.filter(({ fields }) => fields['requestId'] === headers.get('x-request-id') && 'err' in fields);
    expect(lines).toEqual(cause === undefined ? [] : [expect.objectContaining({ fields: expect.objectContaining({ err: expect.objectContaining({ cause: expect.objectContaining({ name: cause }) }) }) })]);

    const twin = await postForm(gateway, [['image', portrait]]);
    expect(twin).toMatchObject({ code, status, message });
    for (const told of [JSON.stringify(body), JSON.stringify(twin)]) {
      for (const theirs of [secret, '127.0.0.1', 'About ', 'Class of ', new URL(api.resultUrl).pathname]) expect(told).not.toContain(theirs);
    }
  });

  it('is asked for credits and fails is told of in the same way', async () => {
    api.credits.always(json(500, { message: `see http://${secret}` }));
    const answer = await readEnvelope(await fetch(gateway.url + creditsPath));
    expect(answer).toMatchObject({ status: 502, code: 'AI_SERVICE_ERROR', message: 'Expected an answer of the engine but it could not be reached or failed; try again later' });
    expect(gateway.logged).toContainEqual({ message: 'engine failed', fields: { requestId: answer.headers.get('x-request-id'), err: expect.objectContaining({ cause: expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE' }) }) } });
  });
});

describe('askEngine', () => {
  it('keeps the ids and the price of a call', async () => {
    const original = new RateLimitedError('secret', { retryAfter: 1.5, billed: 'unknown', requestId: 'r', logId: 'l', retryable: false });
    const error = await askEngine(() => Promise.reject(original)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RateLimitedError', retryAfter: 1.5, billed: 'unknown', requestId: 'r', logId: 'l', retryable: false, cause: original });
    expect((error as Error).message).not.toContain('secret');
  });
});
