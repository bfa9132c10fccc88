import { describe, expect, it, vi } from 'vitest';
import { json } from '../_fake-api/answers.ts';
import { gatewayRefusal, ids, refusal, success } from '../_fake-api/envelopes.ts';
import { startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';
import { slimmed } from './_portraits.ts';

const generations = ['G0', 'G0b', 'G1', 'G2'] as const;
const withIds = { requestId: ids.request_id, logId: ids.log_id };

describe('a success', () => {
  it.each([...generations, 'live'] as const)('is understood in generation %s', async (generation) => {
    const { api, slim, run } = await startScenario();
    api.calls.always(success(generation, api.resultUrl));
    const { seen, value } = await run(async () => {
      const image = await slim();
      return { url: image.url, requestId: image.requestId, logId: image.logId, bytes: await image.bytes() };
    });
    expect(seen).toEqual(succeeded({ downloadTries: 1 }));
    expect(value).toEqual({ url: api.resultUrl, bytes: slimmed, ...(generation === 'G0' ? { requestId: undefined, logId: undefined } : withIds) });
  });

  it('is understood when error_code is a string', async () => {
    const { api, slim, run } = await startScenario();
    api.calls.always(json(200, { error_code: '0', data: { image_url: api.resultUrl } }));
    expect((await run(slim)).seen).toEqual(succeeded());
  });

  it('is good for 24 hours from when it was received', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
    try {
      const { slim, run } = await startScenario();
      expect((await run(slim)).value).toHaveProperty('expiresAt', new Date('2026-03-02T12:00:00Z'));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a refusal', () => {
  const noFace = { code: 'ERROR_NO_FACE_IN_FILE', message: 'No face in the picture', status: 422 };

  it.each(generations)('is understood in generation %s, with what was said and both ids', async (generation) => {
    const { api, slim, run } = await startScenario();
    api.calls.always(refusal(generation, noFace));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('NO_FACE'));
    expect(error!.message).toContain('No face in the picture');
    expect(error!.upstream).toMatchObject({ code: 'ERROR_NO_FACE_IN_FILE', message: expect.stringContaining('No face in the picture') });
    expect([error!.requestId, error!.logId]).toEqual(generation === 'G0' ? [undefined, undefined] : [ids.request_id, ids.log_id]);
  });

  it.each(generations)('has the status of its answer in generation %s, whatever the body says', async (generation) => {
    const { api, slim, run } = await startScenario();
    api.calls.always(refusal(generation, { ...noFace, status: 413 }));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('NO_FACE'));
    expect(error!.upstream).toHaveProperty('httpStatus', 413);
  });

  it.each(generations)('under status 200 is no success in generation %s', async (generation) => {
    const { api, slim, run } = await startScenario();
    api.calls.always(refusal(generation, { ...noFace, status: 200 }));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('NO_FACE'));
    expect(error!.upstream).toHaveProperty('httpStatus', 200);
  });

  it('is a refusal also when it comes with an address', async () => {
    const { api, slim, run } = await startScenario();
    const data = { image_url: api.resultUrl };
    api.calls.always(json(422, { ...ids, error_detail: { code: '', code_message: '', message: '' }, data }));
    expect((await run(slim)).seen).toMatchObject({ paidCalls: 1, downloadTries: 0, code: expect.not.stringMatching('OK') });
  });

  it('goes by the most exact code that it has', async () => {
    const { api, slim, run } = await startScenario();
    api.calls.always(refusal('G1', { ...noFace, coarse: 'FILE_CONTENT_NON_COMPLIANCE' }));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('NO_FACE'));
    expect(error!.upstream).toHaveProperty('code', 'ERROR_NO_FACE_IN_FILE');
  });

  it('is known by the code of the service behind the API, where the oldest answers have nothing else', async () => {
    const { api, run, slim } = await startScenario();
    api.calls.always(refusal('G0', { code: 'InvalidFile.Content', status: 400, message: 'The content of the file is not allowed' }));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(failed('FACE_UNUSABLE'));
    expect(error!.upstream).toHaveProperty('code', 'InvalidFile.Content');
  });

  it.each([
    ['FILE_SIZE_EXCEEDS_LIMIT', 413, failed('FILE_TOO_LARGE')],
    ['UNSUPPORTED_FILE_TYPES', 415, failed('UNSUPPORTED_FORMAT')],
    ['FILE_DECODING_FAILURE', 422, failed('UNREADABLE_IMAGE')],
    ['ERROR_LOW_RESOLUTION', 422, failed('RESOLUTION_OUT_OF_RANGE')],
    ['ERROR_FACE_COUNT_INVALID', 422, failed('TOO_MANY_FACES')],
    ['ERROR_SMALL_FACE_SIZE', 422, failed('FACE_TOO_SMALL')],
    ['ERROR_BLURRY_FACE', 422, failed('FACE_UNUSABLE')],
    ['ERROR_INVALID_FACE_SLIMMING_PARAMETER', 400, failed('INVALID_SLIM_DEGREE')],
    ['MISSING_PARAMETERS', 400, failed('INVALID_INPUT')],
    ['ERROR_APPLICATIONS_NOT_EXISTS', 401, failed('UNAUTHORIZED')],
    ['ERROR_USER_LOCKED', 403, failed('FORBIDDEN')],
    ['ERROR_NOT_ENOUGH_CREDITS', 429, failed('INSUFFICIENT_CREDITS')],
    ['EXCEEDING_LIMITS', 429, failed('RATE_LIMITED', { retryable: true })],
    ['AI_SERVICE_FLOW_RESTRICTION', 503, failed('BUSY', { retryable: true })],
    ['AI_SERVICE_ERROR', 502, failed('UPSTREAM_UNAVAILABLE', { retryable: true })],
    ['AI_SERVICE_TIMEOUT', 504, failed('UPSTREAM_TIMEOUT', { retryable: true })],
  ] as const)('%s is an error of our tree', async (code, status, expected) => {
    const { api, slim, run } = await startScenario({ maxRetries: 0 });
    api.calls.always(refusal('G2', { code, status }));
    expect((await run(slim)).seen).toEqual(expected);
  });

  it.each([
    [400, failed('INVALID_INPUT')],
    [401, failed('UNAUTHORIZED')],
    [403, failed('FORBIDDEN')],
    [413, failed('FILE_TOO_LARGE')],
    [415, failed('UNSUPPORTED_FORMAT')],
    [429, failed('RATE_LIMITED', { retryable: true })],
    // Whose code it is nobody knows: a proxy may have said it while the call went on.
    [500, failed('UPSTREAM_UNAVAILABLE', { retryable: true, billed: 'unknown' })],
    [504, failed('UPSTREAM_TIMEOUT', { retryable: true, billed: 'unknown' })],
  ] as const)('with a code that nobody knows goes by its status %s and keeps its name', async (status, expected) => {
    const { api, slim, run } = await startScenario({ maxRetries: 0 });
    api.calls.always(refusal('G2', { code: 'ERROR_OF_NEXT_YEAR', status }));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(expected);
    expect(error!.upstream).toMatchObject({ code: 'ERROR_OF_NEXT_YEAR', httpStatus: status });
  });

  it.each([
    [401, 'Invalid API key', failed('UNAUTHORIZED')],
    [403, 'You are not subscribed to this API.', failed('FORBIDDEN')],
    [429, 'Too many requests', failed('RATE_LIMITED', { retryable: true })],
  ] as const)("of the marketplace's gateway with status %s tells what it said", async (status, message, expected) => {
    const { api, slim, run } = await startScenario({ provider: 'rapidapi', maxRetries: 0 });
    api.calls.always(gatewayRefusal(status, message));
    const { seen, error } = await run(slim);
    expect(seen).toEqual(expected);
    expect(error!.upstream).toMatchObject({ httpStatus: status, message });
    expect(error!.message).toContain(message);
  });
});
