import { describe, expect, it } from 'vitest';
import { judgeRefusal, type Refusal } from '../../../src/ailab/answer/refusal.ts';
import { upstreamCodes } from '../../../src/ailab/answer/upstream-codes.ts';
import type { SlimFaceErrorCode } from '../../../src/errors/slim-face-error.ts';
import { refusal, sent } from './_refusals.ts';

/** Code of the error and advice on retrying. */
function verdictOf(fields: Partial<Refusal>): [SlimFaceErrorCode, string] {
  const { error, retry } = judgeRefusal(refusal(fields), sent);
  return [error.code, retry];
}

describe('a code that nobody documented', () => {
  const verdicts: [status: number, error: SlimFaceErrorCode, retry: string, billed: string][] = [
    ...[400, 406, 409, 410, 422].map((status): [number, SlimFaceErrorCode, string, string] => [status, 'INVALID_INPUT', 'never', 'no']),
    [401, 'UNAUTHORIZED', 'never', 'no'],
    [402, 'INSUFFICIENT_CREDITS', 'never', 'no'],
    [403, 'FORBIDDEN', 'never', 'no'],
    ...[404, 405, 407, 418, 423, 451, 499].map((status): [number, SlimFaceErrorCode, string, string] => [status, 'UPSTREAM_PROTOCOL', 'never', 'no']),
    [408, 'UPSTREAM_TIMEOUT', 'backoff', 'no'],
    [413, 'FILE_TOO_LARGE', 'never', 'no'],
    [415, 'UNSUPPORTED_FORMAT', 'never', 'no'],
    [429, 'RATE_LIMITED', 'backoff', 'no'],
    [501, 'UPSTREAM_UNAVAILABLE', 'never', 'unknown'],
    [503, 'UPSTREAM_UNAVAILABLE', 'backoff', 'no'],
    ...[500, 502, 505, 511, 599].map((status): [number, SlimFaceErrorCode, string, string] => [status, 'UPSTREAM_UNAVAILABLE', 'backoff', 'unknown']),
    [504, 'UPSTREAM_TIMEOUT', 'backoff', 'unknown'],
  ];

  it.each(verdicts)('becomes what status %i means', (httpStatus, errorCode, retry, billed) => {
    // A proxy may have codes of its own, so one that is not the API's says nothing about what was paid.
    for (const code of ['SOMETHING_NEW', 'unknown']) {
      for (const status of [{ httpStatus }, { httpStatus: 200, errorCode: httpStatus }]) {
        const verdict = judgeRefusal(refusal({ code, ...status }), sent);
        expect(verdict.retry).toBe(retry);
        expect(verdict.error).toMatchObject({ code: errorCode, retryable: retry !== 'never', billed });
        expect(verdict.error.upstream).toEqual({ code, httpStatus: status.httpStatus, message: 'That is why.' });
      }
    }
  });

  it.each([['ERROR_TOO_MANY_REQUESTS', 429, 'RATE_LIMITED'], ['ERROR_UNAUTHORIZED', 401, 'UNAUTHORIZED'], ['ERROR_PAYMENT_REQUIRED', 402, 'INSUFFICIENT_CREDITS'], ['ERROR_SERVICE_UNAVAILABLE', 503, 'UPSTREAM_UNAVAILABLE']] as const)('keeps its name: %s', (code, httpStatus, errorCode) => {
    expect(judgeRefusal(refusal({ code, httpStatus }), sent).error).toMatchObject({ code: errorCode, upstream: { code, httpStatus } });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf.x', ''])('may be called %j', (code) => {
    const { error, retry } = judgeRefusal(refusal({ code }), sent);
    expect([error.code, error.upstream, retry]).toEqual(['INVALID_INPUT', { code, httpStatus: 400, message: 'That is why.' }, 'never']);
  });

  it('takes the status of the answer before the one in it', () => {
    expect(verdictOf({ httpStatus: 401, errorCode: 503 })).toEqual(['UNAUTHORIZED', 'never']);
  });

  it.each([undefined, 0, -1, 1, 200, 302, 399, 600, 222202, 429.5, Number.NaN])('is no readable answer under status 200 with error_code %s', (errorCode) => {
    const { error, retry } = judgeRefusal(refusal({ httpStatus: 200, ...(errorCode !== undefined && { errorCode }) }), sent);
    expect([error.code, error.billed, retry]).toEqual(['UPSTREAM_PROTOCOL', 'unknown', 'never']);
  });

  it('costs nothing when no image was sent', () => {
    for (const httpStatus of [200, 500, 502, 504]) expect(judgeRefusal(refusal({ httpStatus })).error.billed).toBe('no');
    expect(judgeRefusal(refusal({ httpStatus: 413 })).error.code).toBe('UPSTREAM_PROTOCOL');
  });
});

describe("RapidAPI's gateway", () => {
  it.each([
    [429, 'You have exceeded the MONTHLY quota for Requests on your current plan, BASIC.', 'INSUFFICIENT_CREDITS', 'never'],
    [429, 'You have exceeded the DAILY quota for Requests on your current plan, BASIC.', 'INSUFFICIENT_CREDITS', 'never'],
    [429, 'Too many requests', 'RATE_LIMITED', 'backoff'],
    [429, 'You have exceeded the rate limit per second for your plan, BASIC, by the API provider', 'RATE_LIMITED', 'backoff'],
    [403, 'You are not subscribed to this API.', 'FORBIDDEN', 'never'],
    [401, 'Invalid API key.', 'UNAUTHORIZED', 'never'],
    [404, "Endpoint '/x' does not exist", 'UPSTREAM_PROTOCOL', 'never'],
    [504, 'The request to the API has timed out', 'UPSTREAM_TIMEOUT', 'backoff'],
  ] as const)('%i %s', (httpStatus, message, errorCode, retry) => {
    const { error, retry: advised } = judgeRefusal(refusal({ httpStatus, message, retryAfter: 3 }), sent);
    expect([error.code, advised, error.retryable]).toEqual([errorCode, retry, retry !== 'never']);
    expect(error.upstream).toEqual({ code: 'unknown', httpStatus, message });
  });

  it('is not asked about its quota when the API itself named a code', () => {
    expect(verdictOf({ code: 'EXCEEDING_LIMITS', httpStatus: 429, message: 'exceeded the MONTHLY quota' })).toEqual(['RATE_LIMITED', 'backoff']);
  });
});

describe('a code of the service behind the API', () => {
  it.each(Object.entries(upstreamCodes))('%s becomes the error of its table', (code, { error: errorCode, retry, advice }) => {
    for (const httpStatus of [200, 400, 403, 500]) {
      const verdict = judgeRefusal(refusal({ code, httpStatus, errorCode: 400 }), sent);
      expect(verdict).toMatchObject({ retry, error: { code: errorCode, retryable: retry !== 'never', billed: 'no', upstream: { code, httpStatus, advice } } });
    }
  });

  it.each([
    ['InvalidFile.Content', 'FACE_UNUSABLE', 'never'],
    ['Throttling', 'BUSY', 'backoff'],
    ['Throttling.User', 'BUSY', 'backoff'],
    ['InternalError.Algo', 'UPSTREAM_UNAVAILABLE', 'backoff'],
    ['InvalidApi.NotPurchase', 'UPSTREAM_UNAVAILABLE', 'once'],
    ['InvalidFile.SomethingElse', 'INVALID_INPUT', 'never'],
  ] as const)('%s becomes %s and keeps its name', (code, errorCode, retry) => {
    expect(judgeRefusal(refusal({ code }), sent)).toMatchObject({ retry, error: { code: errorCode, upstream: { code } } });
  });
});

describe('a 502 about the type of the file', () => {
  it.each(['Unsupported file type', 'file type error: jpg expected', 'The file extension is invalid', 'invalid FileType'])('is never repeated: %s', (message) => {
    for (const code of ['AI_SERVICE_ERROR', 'ERROR_FILE_UPLOAD_FAILED', 'unknown']) {
      expect(verdictOf({ code, httpStatus: 502, message })).toEqual(['UNSUPPORTED_FORMAT', 'never']);
    }
  });

  it('is not seen where there is none', () => {
    expect(verdictOf({ code: 'AI_SERVICE_ERROR', httpStatus: 502, message: 'profile type' })).toEqual(['UPSTREAM_UNAVAILABLE', 'backoff']);
    expect(verdictOf({ code: 'AI_SERVICE_ERROR', httpStatus: 503, message: 'file type' })).toEqual(['UPSTREAM_UNAVAILABLE', 'backoff']);
  });
});
