import { inspect } from 'node:util';
import * as core from '@slimface/core';
import { FileTooLargeError, InternalError, InvalidSlimDegreeError, NoFaceError, SlimFaceError, TooManyFacesError, type SlimFaceErrorCode } from '@slimface/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { errorClasses, everyError, type ErrorClass } from './_every-error.ts';

/** Whether the same call may succeed later, for every code there is. */
const retryable: Record<SlimFaceErrorCode, boolean> = {
  FILE_TOO_LARGE: false,
  UNSUPPORTED_FORMAT: false,
  UNREADABLE_IMAGE: false,
  RESOLUTION_OUT_OF_RANGE: false,
  NO_FACE: false,
  TOO_MANY_FACES: false,
  FACE_TOO_SMALL: false,
  FACE_UNUSABLE: false,
  INVALID_SLIM_DEGREE: false,
  INVALID_INPUT: false,
  UNAUTHORIZED: false,
  FORBIDDEN: false,
  INSUFFICIENT_CREDITS: false,
  RATE_LIMITED: true,
  BUSY: true,
  UPSTREAM_UNAVAILABLE: true,
  UPSTREAM_TIMEOUT: true,
  UPSTREAM_PROTOCOL: false,
  RESULT_EXPIRED: false,
  RESULT_UNAVAILABLE: true,
  UPLOAD_INTERRUPTED: true,
  ABORTED: false,
  INTERNAL: false,
};

it('has one class for each code, and no other', () => {
  expect(everyError.map(({ errorClass }) => errorClass.code).sort()).toEqual(Object.keys(retryable).sort());
});

describe.each(everyError)('$name', ({ name, errorClass, sample }) => {
  it('says what it is', () => {
    const error = sample.full();
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, code: errorClass.code, message: sample.message });
    expect(String(error)).toBe(`${name}: ${sample.message}`);
    expect(error.retryable).toBe(retryable[errorClass.code]);
    expect(error.billed).toBe('no');
  });

  it('carries its circumstances', () => {
    const cause = new Error('underneath');
    const upstream = { code: 'ERROR_X', httpStatus: 500, message: 'no' };
    const error = sample.full({ cause, billed: 'unknown', requestId: 'r1', logId: 'l1', upstream });
    expect(error).toMatchObject({ cause, billed: 'unknown', requestId: 'r1', logId: 'l1', upstream });
  });

  it('has no field without a value', () => {
    for (const error of [sample.full(), sample.bare?.() ?? sample.full()]) {
      expect(Object.values(error)).not.toContain(undefined);
      expect('cause' in error).toBe(false);
      expect(inspect(error, { showHidden: false })).not.toMatch(/undefined|Symbol\(/);
      expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: errorClass.code, retryable: error.retryable, billed: 'no' });
      expect(Object.keys(error)).not.toContain('name');
    }
  });

  it('is an instance of its own class and of the root, and of no other', () => {
    const error = sample.full();
    expect(error).toBeInstanceOf(SlimFaceError);
    expect(everyError.filter((other) => error instanceof other.errorClass).map((other) => other.name)).toEqual([name]);
  });
});

it('keeps a cause that is given, even one without a value', () => {
  expect('cause' in new NoFaceError({ cause: undefined })).toBe(true);
  expect(new NoFaceError({ cause: 'text' }).cause).toBe('text');
});

it('says what is wrong with a degree', () => {
  expect(new InvalidSlimDegreeError({ received: 2.5, min: 0, max: 2 }).message).toBe('Expected slimDegree between 0 and 2 but received 2.5');
});

it('is logged with its name, its message and its fields', () => {
  expect(inspect(new TooManyFacesError({ found: 4, max: 3 }))).toMatch(
    /^TooManyFacesError: Expected at most 3 faces but found 4\n(?: +at .+\n)+? +at [^]+ \{\n  retryable: false,\n  billed: 'no',\n  code: 'TOO_MANY_FACES',\n  max: 3,\n  found: 4\n\}$/,
  );
});

describe('instanceof', () => {
  it.each([undefined, null, 'NO_FACE', 5, {}, [], new Error('x'), { code: 'NO_FACE' }, Object.assign(new Error('x'), { code: 'NO_FACE' }), Object.create(null)])(
    'is false for %o',
    (value) => {
      expect(value instanceof SlimFaceError).toBe(false);
      expect(value instanceof NoFaceError).toBe(false);
    },
  );

  it('works for a class of the user', () => {
    class QuotaError extends InternalError {
      readonly quota = 5;
    }
    const error = new QuotaError('over quota');
    expect(error).toMatchObject({ name: 'QuotaError', code: 'INTERNAL', quota: 5 });
    for (const expected of [QuotaError, InternalError, SlimFaceError, Error]) expect(error instanceof expected).toBe(true);
    expect(error instanceof NoFaceError).toBe(false);
    expect(new InternalError('plain') instanceof QuotaError).toBe(false);
  });

  it('works for a class that the user derives from the root', () => {
    class OddPhotoError extends SlimFaceError {
      readonly code = 'FACE_UNUSABLE';
    }
    const error = new OddPhotoError('odd');
    expect(error instanceof OddPhotoError).toBe(true);
    expect(error instanceof SlimFaceError).toBe(true);
    expect(new NoFaceError() instanceof OddPhotoError).toBe(false);
  });
});

describe('a second copy of the package', () => {
  let copy: typeof core;
  let copiedClasses: Map<string, ErrorClass>;

  beforeAll(async () => {
    vi.resetModules();
    copy = await import('@slimface/core');
    copiedClasses = errorClasses(copy);
  });

  it('is another one', () => {
    expect(copy.SlimFaceError).not.toBe(SlimFaceError);
    expect(copy.NoFaceError).not.toBe(NoFaceError);
    expect(copiedClasses.size).toBe(everyError.length);
  });

  it.each(everyError)('recognises $name by its own class and its root alone', ({ name, sample }) => {
    const error = sample.full();
    expect(error instanceof copy.SlimFaceError).toBe(true);
    expect([...copiedClasses].filter(([, copied]) => error instanceof copied).map(([copiedName]) => copiedName)).toEqual([name]);
  });

  it('is recognised by this one', () => {
    const error = new copy.FileTooLargeError({ maxBytes: 1 });
    expect(error instanceof SlimFaceError).toBe(true);
    expect(error instanceof FileTooLargeError).toBe(true);
    expect(error instanceof TooManyFacesError).toBe(false);
  });

  it('does not take its errors for those of a user', () => {
    class QuotaError extends InternalError {}
    class OddPhotoError extends SlimFaceError {
      readonly code = 'FACE_UNUSABLE';
    }
    expect(new copy.InternalError('plain') instanceof QuotaError).toBe(false);
    expect(new copy.FaceUnusableError('odd') instanceof OddPhotoError).toBe(false);
    expect(new OddPhotoError('odd') instanceof copy.FaceUnusableError).toBe(true);
  });

  it('passes its errors through a stream as they are', async () => {
    const chosen = new copy.UploadInterruptedError('the client disconnected');
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(chosen) });
    await expect(core.readImageInput(stream, { maxBytes: 1 })).rejects.toBe(chosen);
  });
});
