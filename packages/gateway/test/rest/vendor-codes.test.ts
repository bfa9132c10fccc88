import { ailabErrorCodes, type SlimFaceErrorCode } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { codeMessages, vendorCodes } from '../../src/rest/vendor-codes.ts';
import { restTwinPage } from './_rest-twin-page.ts';

it('are what docs/rest-twin.md says; update it with: npm test -- packages/gateway/test/rest/vendor-codes.test.ts -u', async () => {
  await expect(restTwinPage()).toMatchFileSnapshot('../../../../docs/rest-twin.md');
});

describe('vendorCodes', () => {
  it('let our client find the error again that they were made from, where the vendor has such a code', () => {
    const found = Object.entries(vendorCodes).map(([code, vendorCode]) => [code, ailabErrorCodes[vendorCode].error]);
    const others = { UPSTREAM_PROTOCOL: 'UPSTREAM_UNAVAILABLE', RESULT_UNAVAILABLE: 'UPSTREAM_UNAVAILABLE', UPLOAD_INTERRUPTED: 'UPSTREAM_UNAVAILABLE', ABORTED: 'UPSTREAM_UNAVAILABLE', INTERNAL: 'UPSTREAM_UNAVAILABLE', RESULT_EXPIRED: 'UPSTREAM_UNAVAILABLE' } satisfies Partial<Record<SlimFaceErrorCode, string>>;
    expect(Object.fromEntries(found.filter(([code, error]) => code !== error))).toEqual(others);
  });

  it('never tell a client to try again what cannot get better', () => {
    const never: SlimFaceErrorCode[] = ['FILE_TOO_LARGE', 'UNSUPPORTED_FORMAT', 'UNREADABLE_IMAGE', 'RESOLUTION_OUT_OF_RANGE', 'NO_FACE', 'TOO_MANY_FACES', 'FACE_TOO_SMALL', 'FACE_UNUSABLE', 'INVALID_SLIM_DEGREE', 'INVALID_INPUT', 'UNAUTHORIZED', 'FORBIDDEN', 'INSUFFICIENT_CREDITS'];
    expect(never.filter((code) => ailabErrorCodes[vendorCodes[code]].retryable)).toEqual([]);
    const waitable: SlimFaceErrorCode[] = ['RATE_LIMITED', 'BUSY', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'RESULT_UNAVAILABLE', 'UPLOAD_INTERRUPTED'];
    expect(waitable.filter((code) => !ailabErrorCodes[vendorCodes[code]].retryable)).toEqual([]);
  });

  it('are codes that slimming can answer with', () => {
    const others = Object.keys(codeMessages).filter((code) => !ailabErrorCodes[code as keyof typeof codeMessages].relevantToSlimming);
    expect(others).toEqual([]);
  });
});
