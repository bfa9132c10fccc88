import {
  AbortedError,
  BusyError,
  type FaceSlimmer,
  FaceTooSmallError,
  FaceUnusableError,
  FileTooLargeError,
  ForbiddenError,
  InsufficientCreditsError,
  InternalError,
  InvalidInputError,
  InvalidSlimDegreeError,
  NoFaceError,
  RateLimitedError,
  ResolutionOutOfRangeError,
  ResultExpiredError,
  ResultUnavailableError,
  type SlimFaceError,
  type SlimFaceErrorCode,
  TooManyFacesError,
  UnauthorizedError,
  UnreadableImageError,
  UnsupportedFormatError,
  UploadInterruptedError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSchema } from '../../src/schema/build-schema.ts';
import { fixture, localEngine, type RunningGateway, slimFace, startGateway } from '../_setup.ts';
import { detectFaces, slimFaces } from './_operations.ts';

/** Every error of the tree as an engine may throw it, with what its caller gets. A new code has no place to hide here. */
const engineErrors: Record<SlimFaceErrorCode, [thrown: SlimFaceError, received: object]> = {
  FILE_TOO_LARGE: [new FileTooLargeError({ maxBytes: 5 }), { __typename: 'FileTooLargeError', maxBytes: 5, byteSize: 6 }],
  UNSUPPORTED_FORMAT: [new UnsupportedFormatError({ accepted: ['image/png'], detected: null }), { __typename: 'UnsupportedFormatError', accepted: ['image/png'], detected: null }],
  UNREADABLE_IMAGE: [new UnreadableImageError('it ends early'), { __typename: 'UnreadableImageError' }],
  RESOLUTION_OUT_OF_RANGE: [new ResolutionOutOfRangeError({ width: 2 ** 32 - 1, height: 5, minSide: 10, maxSide: 20 }), { __typename: 'ResolutionOutOfRangeError', width: 2 ** 31 - 1, height: 5, minSide: 10, maxSide: 20 }],
  NO_FACE: [new NoFaceError(), { __typename: 'NoFaceError' }],
  TOO_MANY_FACES: [new TooManyFacesError({ max: 3 }), { __typename: 'TooManyFacesError', found: null, max: 3 }],
  FACE_TOO_SMALL: [new FaceTooSmallError({ minFaceSide: 64 }), { __typename: 'FaceTooSmallError', minFaceSide: 64, faceWidth: null }],
  FACE_UNUSABLE: [new FaceUnusableError('it is covered'), { __typename: 'FaceUnusableError' }],
  // Degrees are checked against the engine's own range before it is asked.
  INVALID_SLIM_DEGREE: [new InvalidSlimDegreeError({ received: 1, min: 0, max: 2 }), { __typename: 'InternalError' }],
  INVALID_INPUT: [new InvalidInputError('faces[].index below 1', 1), { __typename: 'InvalidInputError', argument: 'faces' }],
  // About the gateway's own key, which is nothing that a caller could mend.
  UNAUTHORIZED: [new UnauthorizedError('secret'), { __typename: 'InternalError' }],
  FORBIDDEN: [new ForbiddenError('secret'), { __typename: 'InternalError' }],
  INSUFFICIENT_CREDITS: [new InsufficientCreditsError('no credits'), { __typename: 'InsufficientCreditsError' }],
  RATE_LIMITED: [new RateLimitedError('wait', { retryAfter: 1.2 }), { __typename: 'RateLimitedError', retryable: true, retryAfter: 2 }],
  BUSY: [new BusyError('wait'), { __typename: 'BusyError', retryable: true, retryAfter: null }],
  UPSTREAM_UNAVAILABLE: [new UpstreamUnavailableError('gone'), { __typename: 'UpstreamUnavailableError', retryable: true }],
  UPSTREAM_TIMEOUT: [new UpstreamTimeoutError('gone'), { __typename: 'UpstreamTimeoutError', retryable: true }],
  UPSTREAM_PROTOCOL: [new UpstreamProtocolError('garbled'), { __typename: 'UpstreamProtocolError' }],
  RESULT_EXPIRED: [new ResultExpiredError({ expiredAt: new Date(0) }), { __typename: 'ResultUnavailableError', retryable: true }],
  RESULT_UNAVAILABLE: [new ResultUnavailableError('gone'), { __typename: 'ResultUnavailableError', retryable: true }],
  UPLOAD_INTERRUPTED: [new UploadInterruptedError('it stopped'), { __typename: 'UploadInterruptedError', retryable: true }],
  ABORTED: [new AbortedError(), { __typename: 'UploadInterruptedError', retryable: true }],
  INTERNAL: [new InternalError('secret'), { __typename: 'InternalError' }],
};

let gateway: RunningGateway;
let thrown: Error;
beforeAll(async () => {
  const engine = await localEngine();
  const fail = (): Promise<never> => Promise.reject(thrown);
  const slimmer: FaceSlimmer = Object.assign({ ...engine }, { slim: fail, detectFaces: fail });
  gateway = await startGateway({ slimmer, selfTest: async () => {} });
});
afterAll(() => gateway.stop());

const portrait = fixture('astronaut.png');

describe('errors', () => {
  it('have a type each, but for those that are given out as something else', () => {
    const types = Object.keys(buildSchema().getTypeMap());
    const withoutType = (Object.keys(engineErrors) as SlimFaceErrorCode[]).filter((code) => !types.includes(engineErrors[code][0].name));
    expect(withoutType).toEqual(['FORBIDDEN', 'ABORTED']);
  });

  it.for(Object.entries(engineErrors))('of an engine reach who sent the photo, alone or among others: %s', async ([, [error, received]]) => {
    thrown = error;
    const one = await slimFace(gateway, portrait);
    expect(one.body.errors).toBeUndefined();
    expect(one.body.data.slimFace).toMatchObject({ retryable: false, ...received });
    expect(JSON.stringify(one.body)).not.toContain('secret');

    const { body } = await slimFaces(gateway, [portrait]);
    expect(body.errors).toBeUndefined();
    const { code, message, __typename } = one.body.data.slimFace;
    expect(body.data.slimFaces.items).toMatchObject([{ __typename, code, message: code === 'INTERNAL' ? expect.any(String) : message }]);
  });

  it.for(['FILE_TOO_LARGE', 'UNSUPPORTED_FORMAT', 'UNREADABLE_IMAGE', 'RESOLUTION_OUT_OF_RANGE', 'INVALID_INPUT', 'BUSY', 'RATE_LIMITED', 'ABORTED', 'INTERNAL', 'UNAUTHORIZED'] as const)('of an engine that looks for faces: %s', async (code) => {
    const [error, { __typename }] = engineErrors[code] as [SlimFaceError, { __typename: string }];
    thrown = error;
    const { body } = await detectFaces(gateway, portrait);
    expect(body).toMatchObject({ data: { detectFaces: { __typename } } });
  });

  it('that nobody expects name the request, whose line in the log says more', async () => {
    thrown = new TypeError('secret detail');
    const { body, headers } = await slimFace(gateway, portrait);
    const requestId = headers.get('x-request-id')!;
    expect(body.data.slimFace).toMatchObject({ __typename: 'InternalError', message: expect.stringContaining(requestId) });
    expect(JSON.stringify(body)).not.toContain('secret');
    await expect.poll(() => gateway.logged.find(({ fields }) => fields['requestId'] === requestId && 'err' in fields)).toMatchObject({ fields: { err: { message: 'secret detail' } } });
  });
});
