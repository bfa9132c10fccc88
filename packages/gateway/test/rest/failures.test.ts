import {
  AbortedError,
  type AilabErrorCode,
  BusyError,
  FaceUnusableError,
  ForbiddenError,
  InsufficientCreditsError,
  InternalError,
  InvalidInputError,
  RateLimitedError,
  ResultExpiredError,
  ResultUnavailableError,
  type SlimFaceErrorCode,
  UnauthorizedError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '@slimface/core';
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, type RunningGateway, startGateway } from '../_setup.ts';
import { connectClient, echo, engineThat, failureOf, postForm, startTwin } from './_twin.ts';

const portrait = fixture('astronaut.png');
const ownCode = 'SLIMFACE_MAY_BE_BILLED';

interface Expected {
  readonly vendor: AilabErrorCode | typeof ownCode;
  readonly statuses: readonly [in2026: number, in2025: number];
  /** Code of the error that our client throws. */
  readonly client: SlimFaceErrorCode;
  readonly retryable: boolean;
  readonly billed?: 'unknown';
  readonly retryAfter?: number;
}

const unpaid = { client: 'UPSTREAM_UNAVAILABLE', retryable: true } as const;
const internal: Expected = { ...unpaid, vendor: 'SERVICE_INTERNAL_ERROR', statuses: [500, 500] };

/** What an engine throws, and what our client makes of the twin's answer. */
const cases: [name: string, thrown: Error, Expected][] = [
  ['a face that cannot be used', new FaceUnusableError('it is turned away'), { vendor: 'ERROR_FACE_UNRECOGNIZABLE', statuses: [422, 422], client: 'FACE_UNUSABLE', retryable: false }],
  ['input that it does not take', new InvalidInputError('faces to be left out', 3), { vendor: 'ERROR_PARAMETERS', statuses: [400, 400], client: 'INVALID_INPUT', retryable: false }],
  ['an account without credits', new InsufficientCreditsError('Expected enough credits'), { vendor: 'ERROR_NOT_ENOUGH_CREDITS', statuses: [429, 429], client: 'INSUFFICIENT_CREDITS', retryable: false }],
  ['too many calls', new RateLimitedError('Expected fewer calls', { retryAfter: 6.5 }), { vendor: 'EXCEEDING_LIMITS', statuses: [429, 422], client: 'RATE_LIMITED', retryable: true, retryAfter: 7 }],
  ['no capacity', new BusyError('Expected free capacity'), { vendor: 'AI_SERVICE_FLOW_RESTRICTION', statuses: [503, 503], client: 'BUSY', retryable: true }],
  ['a service that is down', new UpstreamUnavailableError('Expected an answer'), { ...unpaid, vendor: 'AI_SERVICE_ERROR', statuses: [502, 500] }],
  ['a service that is slow', new UpstreamTimeoutError('Expected an answer in time'), { vendor: 'AI_SERVICE_TIMEOUT', statuses: [504, 504], client: 'UPSTREAM_TIMEOUT', retryable: true }],
  ['an answer that cannot be read', new UpstreamProtocolError('Expected JSON'), { ...unpaid, vendor: 'ERROR_GATEWAY', statuses: [502, 502] }],
  ['a result that cannot be fetched', new ResultUnavailableError('Expected the result'), { ...unpaid, vendor: 'FILE_SERVICE_ERROR', statuses: [502, 500] }],
  ['a result that is gone', new ResultExpiredError({ expiredAt: new Date(0) }), { ...unpaid, vendor: 'FILE_SERVICE_ERROR', statuses: [502, 500] }],
  ['an end that nobody asked for', new AbortedError(), { ...unpaid, vendor: 'ERROR_DATA_TRANSFER_FAILED', statuses: [502, 400] }],
  ['a fault of its own', new InternalError('Expected an engine that is open but it was closed'), internal],
  ['a fault in its code', new TypeError('Cannot read properties of undefined (reading "secret")'), internal],
  ['a fault that only GraphQL may show', new GraphQLError('secret'), internal],
  ['a key of the gateway that is not known', new UnauthorizedError('Expected a valid API key'), internal],
  ['a key of the gateway that may not', new ForbiddenError('Expected an account that may'), internal],
  // What may have been paid for must not be sent again by a client that only looks at the vendor's codes.
  ['an answer that was lost', new UpstreamUnavailableError('Expected an answer', { billed: 'unknown' }), { ...unpaid, vendor: ownCode, statuses: [502, 502], billed: 'unknown' }],
  ['an answer that came too late', new UpstreamTimeoutError('Expected an answer in time', { billed: 'unknown' }), { vendor: ownCode, statuses: [504, 504], client: 'UPSTREAM_TIMEOUT', retryable: true, billed: 'unknown' }],
  ['a paid result that cannot be fetched', new ResultUnavailableError('Expected the result', { billed: 'yes' }), { ...unpaid, vendor: ownCode, statuses: [502, 502], billed: 'unknown' }],
  ['a paid result that is gone', new ResultExpiredError({ expiredAt: new Date(0) }, { billed: 'yes' }), { ...unpaid, vendor: ownCode, statuses: [502, 502], billed: 'unknown' }],
  ['no capacity after a lost answer', new BusyError('Expected free capacity', { billed: 'unknown', retryAfter: 3 }), { ...unpaid, vendor: ownCode, statuses: [502, 502], billed: 'unknown' }],
];

describe.each([2026, 2025] as const)('an engine that fails, by the statuses of %d,', (restStatuses) => {
  let thrown: Error;
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ restStatuses, slimmer: engineThat(async () => Promise.reject(thrown)), selfTest: async () => {} });
  });
  afterAll(() => gateway.stop());

  it.each(cases)('with %s', async (_, error, { vendor, statuses, client, retryable, billed = 'no', retryAfter }) => {
    thrown = error;
    // More tries are allowed; `retryable` says whether one makes sense, and none may follow where it could be paid for twice.
    const twin = connectClient(gateway, { maxRetries: 1, retryDelayMs: 1, maxRetryDelayMs: 1 });
    const failure = await failureOf(twin.client.slim(portrait));
    await twin.client.close();

    const status = statuses[restStatuses === 2026 ? 0 : 1];
    expect(failure).toMatchObject({ code: client, retryable, billed, upstream: { code: vendor, httpStatus: status } });
    expect(failure.retryAfter).toBe(retryAfter);
    const answers = twin.answers();
    expect(answers.length).toBe(retryable && billed === 'no' ? 2 : 1);
    expect(answers.at(-1)).toMatchObject({ status, code: vendor });
    expect(failure.requestId).toBe(answers.at(-1)!.headers.get('x-request-id'));
    if (vendor === 'SERVICE_INTERNAL_ERROR') {
      const { requestId, upstream } = failure;
      expect(upstream!.message, 'only the id, which is in the log').toMatch(new RegExp(`^(Expected to work on the photo but s|S)omething failed on our side \\(request ${requestId}\\)$`));
      expect(gateway.logged).toContainEqual({ message: expect.stringMatching(/^(operation|request) failed$/), fields: expect.objectContaining({ requestId }) });
    }
  });
});

describe('a result that cannot be kept', () => {
  it.each([[2026, 502], [2025, 500]] as const)('for want of room is told as a fault of the files, by the statuses of %d', async (restStatuses, httpStatus) => {
    const { client } = await startTwin({ slimmer: echo, maxStoreBytes: 1000, restStatuses });
    expect(await failureOf(client.slim(portrait))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', billed: 'no', upstream: { code: 'FILE_SERVICE_ERROR', httpStatus } });
  });

  it('because its engine does not hand it over is told as paid for when it is', async () => {
    const bytes = async (): Promise<never> => Promise.reject(new ResultUnavailableError('Expected the result but the host refused it', { billed: 'yes' }));
    const { client } = await startTwin({ slimmer: engineThat(async (image, options) => ({ ...(await echo.slim(image, options)), bytes })) });
    expect(await failureOf(client.slim(portrait))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', billed: 'unknown', upstream: { code: ownCode, httpStatus: 502 } });
  });
});

describe.each([2026, 2025] as const)('a request that is refused, by the statuses of %d,', (restStatuses) => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ restStatuses, slimmer: echo, selfTest: async () => {} });
  });
  afterAll(() => gateway.stop());

  const oldOr = (status2026: number, status2025: number): number => (restStatuses === 2026 ? status2026 : status2025);
  const image = ['image', portrait] as const;

  it.each(['2.5', '-0.1', '1e400', '99999999999999999999', '2.0000001'])('for the degree %s', async (degree) => {
    expect(await postForm(gateway, [image, ['slim_degree', degree]])).toMatchObject({ status: oldOr(400, 422), code: 'ERROR_INVALID_FACE_SLIMMING_PARAMETER', message: expect.stringContaining('between 0 and 2 but received') });
  });

  it.each(['abc', 'nan', 'Infinity', '0x1', '1,5', '1_0', '1.0.0', '--1', '1 0', '.', 'e1', '１', 'null', '[1]', 'x'.repeat(1000)])('for the degree %s, which is no number', async (degree) => {
    expect(await postForm(gateway, [image, ['slim_degree', degree]])).toMatchObject({ status: oldOr(400, 422), code: 'ERROR_INVALID_PARAMETER_FORMAT', message: expect.stringMatching(/^Expected slim_degree to be a decimal number between 0 and 2 but received .{1,60}$/) });
  });

  it.each(['', ' ', '\t'])('for the degree %j, which says nothing', async (degree) => {
    expect(await postForm(gateway, [image, ['slim_degree', degree]])).toMatchObject({ status: 400, code: 'PARAMETERS_CANNOT_EMPTY' });
  });

  it.each<[string, Parameters<typeof postForm>[1], AilabErrorCode, RegExp]>([
    ['no image', [['slim_degree', '1']], 'MISSING_PARAMETERS', /field image but received none/],
    ['an image in another field', [['file', portrait]], 'MISSING_PARAMETERS', /field image but received none/],
    ['two images', [image, image], 'ERROR_PARAMETERS', /^Expected /],
    ['two degrees', [['slim_degree', '1'], ['slim_degree', '2'], image], 'ERROR_PARAMETERS', /^Expected /],
  ])('for %s', async (_, fields, code, message) => {
    expect(await postForm(gateway, fields)).toMatchObject({ status: 400, code, message: expect.stringMatching(message) });
  });

  it.each(['1', '1.0', ' 1 ', '+1', '01', '1.', '1e0', '10E-1'])('but not for %j, which any parser of numbers reads as 1', async (degree) => {
    const { status, data } = await postForm(gateway, [['slim_degree', degree], image]);
    expect(status).toBe(200);
    expect(data).toEqual({ image_url: expect.stringContaining(`${gateway.url}/results/`) });
  });
});
