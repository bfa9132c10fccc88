import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ailabErrorCodes, type AilabErrorCode, type RefusalErrorCode } from '../../../src/ailab/answer/error-codes.ts';
import { judgeRefusal, type Refusal, type SentImage } from '../../../src/ailab/answer/refusal.ts';
import { SlimFaceError, type SlimFaceErrorCode } from '../../../src/errors/slim-face-error.ts';
import type { RateLimitedError } from '../../../src/errors/upstream-errors.ts';
import { refusal, sent } from './_refusals.ts';

const codes = Object.entries(ailabErrorCodes) as [AilabErrorCode, (typeof ailabErrorCodes)[AilabErrorCode]][];

/** Errors that cannot be about a call without an image. */
const aboutImages: readonly SlimFaceErrorCode[] = [
  'FACE_TOO_SMALL',
  'FACE_UNUSABLE',
  'FILE_TOO_LARGE',
  'INVALID_SLIM_DEGREE',
  'NO_FACE',
  'RESOLUTION_OUT_OF_RANGE',
  'TOO_MANY_FACES',
  'UNREADABLE_IMAGE',
  'UNSUPPORTED_FORMAT',
];

describe.each(codes)('%s', (code, info) => {
  it('becomes the error of the table', () => {
    const { error, retry } = judgeRefusal(refusal({ code, httpStatus: info.httpStatus, requestId: 'r1', logId: 'l1' }), sent);
    expect(retry).toBe(info.retry);
    expect(error).toBeInstanceOf(SlimFaceError);
    expect(error).toMatchObject({ code: info.error, retryable: info.retryable, billed: 'no', requestId: 'r1', logId: 'l1' });
    expect(error.upstream).toEqual({ code, httpStatus: info.httpStatus, message: 'That is why.', advice: info.advice });
    expect(error.message).toMatch(/^Expected .+ but .+ \([A-Z_]+: That is why\.\)$/);
    expect(error.message).toContain(`(${code}: `);
    expect(inspect(error)).not.toMatch(/undefined|NaN/);
  });

  it('does so whatever the status', () => {
    for (const httpStatus of [info.httpStatus2025, 200, 418, 500]) {
      const { error, retry } = judgeRefusal(refusal({ code, httpStatus }), sent);
      expect([error.code, error.billed, error.upstream?.httpStatus, retry]).toEqual([info.error, 'no', httpStatus, info.retry]);
    }
  });

  it('has no image to be about when none was sent', () => {
    const { error, retry } = judgeRefusal(refusal({ code, httpStatus: info.httpStatus }));
    expect(error.code).toBe(aboutImages.includes(info.error) ? 'UPSTREAM_PROTOCOL' : info.error);
    expect(error).toMatchObject({ retryable: info.retryable, billed: 'no', upstream: { code, advice: info.advice } });
    expect(retry).toBe(info.retry);
  });
});

describe('the errors', () => {
  /** Each error with the code that it is asked for by, and what it says and has of its own. */
  const examples: Record<RefusalErrorCode, [code: string, httpStatus: number, words: string, fields?: object]> = {
    INVALID_INPUT: ['MISSING_PARAMETERS', 400, 'Expected status 200 from the API but received 400'],
    INVALID_SLIM_DEGREE: ['ERROR_INVALID_FACE_SLIMMING_PARAMETER', 400, 'Expected a slimDegree that the API takes but it refused 1.5', { min: 0, max: 2, received: 1.5 }],
    FILE_TOO_LARGE: ['FILE_SIZE_EXCEEDS_LIMIT', 413, 'Expected an image of at most 6291456 bytes but received 7000000 bytes', { maxBytes: 6 * 2 ** 20, byteSize: 7_000_000 }],
    UNSUPPORTED_FORMAT: ['ERROR_UNSUPPORTED_GRAYSCALE_IMAGE', 415, 'Expected an image of a kind that the API takes but it refused this image/jpeg', { accepted: ['image/jpeg', 'image/png'], detected: 'image/jpeg' }],
    UNREADABLE_IMAGE: ['FILE_DECODING_FAILURE', 422, 'Expected a complete image but the API could not read it'],
    RESOLUTION_OUT_OF_RANGE: ['ERROR_HIGH_RESOLUTION', 413, 'Expected sides of 128 to 5000 px but received 6000 x 100 px', { width: 6000, height: 100, minSide: 128, maxSide: 5000 }],
    NO_FACE: ['ERROR_NO_FACE_IN_FILE', 422, 'Expected a photo with at least 1 face but found 0'],
    TOO_MANY_FACES: ['ERROR_FACE_COUNT_INVALID', 422, 'Expected at most 3 faces but found more', { max: 3 }],
    FACE_TOO_SMALL: ['ERROR_SMALL_FACE_SIZE', 422, 'Expected a face of at least 64 x 64 px but every face found is smaller', { minFaceSide: 64 }],
    FACE_UNUSABLE: ['ERROR_BLURRY_FACE', 422, 'Expected a face that can be worked on but the API could not work on what it found'],
    UNAUTHORIZED: ['ERROR_APPLICATIONS_NOT_EXISTS', 401, 'Expected a valid API key but the API refused it'],
    FORBIDDEN: ['ERROR_USER_LOCKED', 403, 'Expected a call that the account may make but the API refused it'],
    INSUFFICIENT_CREDITS: ['ERROR_NOT_ENOUGH_CREDITS', 429, 'Expected enough credits for the call but the account has too few'],
    RATE_LIMITED: ['EXCEEDING_LIMITS', 429, 'Expected fewer calls in this time but the API refused this one', { retryAfter: 7 }],
    BUSY: ['AI_SERVICE_FLOW_RESTRICTION', 503, 'Expected free capacity but the API has none at the moment', { retryAfter: 7 }],
    UPSTREAM_UNAVAILABLE: ['AI_SERVICE_ERROR', 502, 'Expected a result but the API failed with status 502'],
    UPSTREAM_TIMEOUT: ['AI_SERVICE_TIMEOUT', 504, 'Expected a result in time but the API took too long'],
    UPSTREAM_PROTOCOL: ['ERROR_NOBODY_KNOWS', 404, 'Expected a documented answer but received status 404'],
  };

  it.each(Object.entries(examples))('%s says what was expected, what came and what the API said', (errorCode, [code, httpStatus, words, fields = {}]) => {
    const { error } = judgeRefusal(refusal({ code, httpStatus, retryAfter: 7 }), sent);
    expect(error.message).toBe(`${words} (${code}: That is why.)`);
    expect(error).toMatchObject({ code: errorCode, ...fields });
    const common = ['retryable', 'billed', 'upstream', 'code'];
    expect(Object.keys(error).filter((key) => !common.includes(key)).sort()).toEqual(Object.keys(fields).sort());
  });

  it('have no time to wait when the API names none', () => {
    for (const code of ['EXCEEDING_LIMITS', 'AI_SERVICE_FLOW_RESTRICTION']) expect(judgeRefusal(refusal({ code }), sent).error).not.toHaveProperty('retryAfter');
    expect((judgeRefusal(refusal({ code: 'EXCEEDING_LIMITS', retryAfter: 0 }), sent).error as RateLimitedError).retryAfter).toBe(0);
  });

  it('have no ids and no advice when there are none', () => {
    const { error } = judgeRefusal(refusal({ code: 'SOMETHING_NEW' }), sent);
    expect(Object.keys(error)).not.toEqual(expect.arrayContaining(['requestId']));
    expect('logId' in error).toBe(false);
    expect(error.upstream).toEqual({ code: 'SOMETHING_NEW', httpStatus: 400, message: 'That is why.' });
  });

  it('read well without a message', () => {
    expect(judgeRefusal(refusal({ code: 'ERROR_NO_FACE_IN_FILE', message: '' }), sent).error.message).toBe('Expected a photo with at least 1 face but found 0 (ERROR_NO_FACE_IN_FILE)');
  });

  it('tell the status that a refusal under status 200 stands for', () => {
    const words = (fields: Partial<Refusal>): string => judgeRefusal(refusal({ httpStatus: 200, ...fields }), sent).error.message;
    expect(words({ code: 'MISSING_PARAMETERS', errorCode: 422 })).toMatch(/^Expected status 200 from the API but received 422 /);
    expect(words({ code: 'MISSING_PARAMETERS' })).toMatch(/^Expected status 200 from the API but received 400 /);
    expect(words({ code: 'AI_SERVICE_ERROR', errorCode: 0 })).toMatch(/^Expected a result but the API failed with status 502 /);
    expect(words({})).toMatch(/^Expected a documented answer but received status 200 /);
  });

  it('take the strict reading of a limit once the API has refused what the wide one allows', () => {
    const error = (code: AilabErrorCode, fields: Partial<SentImage>): SlimFaceError => judgeRefusal(refusal({ code }), { ...sent, width: 300, height: 300, ...fields }).error;
    expect(error('FILE_SIZE_EXCEEDS_LIMIT', { byteSize: 6_100_000 })).toMatchObject({ maxBytes: 6_000_000, byteSize: 6_100_000 });
    expect(error('FILE_SIZE_EXCEEDS_LIMIT', { byteSize: 6 * 2 ** 20 + 1 })).toMatchObject({ maxBytes: 6 * 2 ** 20 });
    expect(error('ERROR_LOW_RESOLUTION', { height: 128 })).toMatchObject({ minSide: 129, maxSide: 4999, height: 128 });
    expect(error('FILE_RESOLUTION_EXCEEDS_LIMITS', { width: 5000 })).toMatchObject({ minSide: 129, maxSide: 4999, width: 5000 });
    expect(error('FILE_RESOLUTION_EXCEEDS_LIMITS', { width: 5001 })).toMatchObject({ minSide: 128, maxSide: 5000, width: 5001 });
    expect(error('ERROR_LOW_RESOLUTION', { height: 127 })).toMatchObject({ minSide: 128, maxSide: 5000, height: 127 });
  });

  it('do not explain by a limit what keeps to it', () => {
    const words = (code: AilabErrorCode): string => judgeRefusal(refusal({ code }), { ...sent, byteSize: 30, width: 512, height: 512 }).error.message;
    expect(words('FILE_SIZE_EXCEEDS_LIMIT')).toMatch(/^Expected an image that is small enough for the API but it refused one of 30 bytes /);
    expect(words('ERROR_LOW_RESOLUTION')).toMatch(/^Expected sides that the API takes but it refused 512 x 512 px /);
  });

  it.each([
    { slimDegree: 1, byteSize: 9 },
    { slimDegree: 1, byteSize: 9, width: 200 },
    { slimDegree: 1, byteSize: 9, height: 200 },
  ])('make do with what is known of the image: %o', (image) => {
    expect(judgeRefusal(refusal({ code: 'ERROR_LOW_RESOLUTION' }), image).error).toMatchObject({
      code: 'UNREADABLE_IMAGE',
      message: 'Expected a complete image but the API does not accept its sides (ERROR_LOW_RESOLUTION: That is why.)',
    });
    expect(judgeRefusal(refusal({ code: 'UNSUPPORTED_FILE_TYPES' }), image).error).toMatchObject({ code: 'UNSUPPORTED_FORMAT', detected: null });
  });
});
