import { describe, expect, it } from 'vitest';
import { ailabErrorCodes, isAilabErrorCode, type AilabErrorCategory, type AilabErrorCode } from '../../../src/ailab/answer/error-codes.ts';
import { findUpstreamCode, upstreamCodes } from '../../../src/ailab/answer/upstream-codes.ts';
import { errorCodesPage } from './_error-codes-page.ts';

const codes = Object.entries(ailabErrorCodes);
const infos = Object.values(ailabErrorCodes);

/** How often each value of one field is in the table. */
function countBy(field: 'category' | 'retry' | 'relevantToSlimming'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const info of infos) counts[String(info[field])] = (counts[String(info[field])] ?? 0) + 1;
  return counts;
}

function codesWhere(predicate: (info: (typeof infos)[number]) => boolean): string[] {
  return codes.filter(([, info]) => predicate(info)).map(([code]) => code);
}

it('is what docs/ailab-error-codes.md says; update it with: npm test -- packages/core/test/ailab/answer/error-codes.test.ts -u', async () => {
  await expect(errorCodesPage()).toMatchFileSnapshot('../../../../../docs/ailab-error-codes.md');
});

describe('ailabErrorCodes', () => {
  it('has the 126 codes of the vendor in its eleven categories', () => {
    expect(codes).toHaveLength(126);
    expect(countBy('category')).toEqual({ input: 31, image: 19, face: 24, auth: 4, credits: 1, rate: 5, notFound: 9, conflict: 10, upstream: 12, timeout: 2, server: 9 } satisfies Record<AilabErrorCategory, number>);
    expect(countBy('relevantToSlimming')).toEqual({ true: 63, false: 63 });
    expect(codes.filter(([code]) => !/^[A-Z][A-Z_]+[A-Z]$/.test(code))).toEqual([]);
  });

  it('has the statuses of both years, 48 of them changed', () => {
    const moves: Record<string, number> = {};
    for (const { httpStatus, httpStatus2025 } of infos) {
      if (httpStatus !== httpStatus2025) moves[`${httpStatus2025} to ${httpStatus}`] = (moves[`${httpStatus2025} to ${httpStatus}`] ?? 0) + 1;
    }
    expect(moves).toEqual({
      '422 to 400': 12,
      '415 to 400': 1,
      '500 to 502': 3,
      '403 to 502': 1,
      '404 to 502': 1,
      '400 to 429': 3,
      '422 to 429': 1,
      '422 to 413': 2,
      '400 to 413': 1,
      '400 to 422': 1,
      '403 to 422': 1,
      '405 to 403': 1,
      '400 to 502': 6,
      '400 to 504': 1,
      '400 to 503': 4,
      '400 to 409': 1,
      '422 to 409': 1,
      '409 to 410': 1,
      '413 to 422': 2,
      '400 to 500': 1,
      '413 to 500': 1,
      '400 to 406': 1,
      '400 to 501': 1,
    });
  });

  it('repeats few codes, and never those that a new try cannot get past', () => {
    expect(countBy('retry')).toEqual({ never: 102, once: 6, backoff: 18 });
    expect(codesWhere(({ retry }) => retry === 'once').sort()).toEqual([
      'AI_SERVICE_NOT_FOUND',
      'AI_SERVICE_UNAUTHORIZED',
      'ERROR_FACE_BLENDING_FAILED',
      'ERROR_FACE_IMAGE_ADDITION_FAILED',
      'ERROR_GET_FACE_IMAGE_FAILED',
      'PROCESSING_FAILURE',
    ]);
    expect(infos.filter(({ retryable, retry }) => retryable !== (retry !== 'never'))).toEqual([]);
    const settled = new Set(['input', 'image', 'face', 'auth', 'credits', 'notFound', 'conflict']);
    expect(codesWhere(({ category, retry }) => settled.has(category) && retry !== 'never')).toEqual([]);
    expect(codesWhere(({ category, retry }) => !settled.has(category) && retry === 'never').sort()).toEqual([
      'ERROR_DATABASE_LIMIT_EXCEEDED',
      'ERROR_FACE_TRACE_LIMIT_EXCEEDED',
      'ERROR_IMAGE_STORAGE_NOT_SUPPORTED',
      'ERROR_RESPONSE_BODY_TOO_LARGE',
    ]);
  });

  it('tells the two meanings of 429 apart', () => {
    expect(ailabErrorCodes.ERROR_NOT_ENOUGH_CREDITS).toMatchObject({ httpStatus: 429, error: 'INSUFFICIENT_CREDITS', retry: 'never', retryable: false });
    expect(ailabErrorCodes.EXCEEDING_LIMITS).toMatchObject({ httpStatus: 429, error: 'RATE_LIMITED', retry: 'backoff', retryable: true });
  });

  it('gives codes of one kind errors of that kind', () => {
    const errors = (category: AilabErrorCategory): string[] => [...new Set(infos.filter((info) => info.category === category).map(({ error }) => error))].sort();
    expect(errors('input')).toEqual(['INVALID_INPUT', 'INVALID_SLIM_DEGREE']);
    expect(errors('image')).toEqual(['FACE_UNUSABLE', 'FILE_TOO_LARGE', 'INVALID_INPUT', 'NO_FACE', 'RESOLUTION_OUT_OF_RANGE', 'UNREADABLE_IMAGE', 'UNSUPPORTED_FORMAT']);
    expect(errors('face')).toEqual(['FACE_TOO_SMALL', 'FACE_UNUSABLE', 'NO_FACE', 'TOO_MANY_FACES']);
    expect(errors('auth')).toEqual(['FORBIDDEN', 'UNAUTHORIZED']);
    expect(errors('credits')).toEqual(['INSUFFICIENT_CREDITS']);
    expect(errors('rate')).toEqual(['BUSY', 'FORBIDDEN', 'RATE_LIMITED']);
    expect(errors('notFound')).toEqual(['INVALID_INPUT', 'UPSTREAM_UNAVAILABLE']);
    expect(errors('conflict')).toEqual(['INVALID_INPUT']);
    expect(errors('upstream')).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(errors('timeout')).toEqual(['UPSTREAM_TIMEOUT']);
    expect(errors('server')).toEqual(['BUSY', 'UPSTREAM_UNAVAILABLE']);
  });

  it('never bills', () => {
    expect(codesWhere(({ billed }) => billed !== 'no')).toEqual([]);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(ailabErrorCodes)).toBe(true);
    expect(infos.filter((info) => !Object.isFrozen(info))).toEqual([]);
  });
});

describe('advice', () => {
  const advice = [...codes, ...Object.entries(upstreamCodes)].map(([code, info]) => [code, info.advice] as const);

  it('is one sentence that tells somebody to do something', () => {
    const verb =
      /^(Accept|Add|Ask|Blend|Buy|Check|Choose|Come|Compress|Convert|Correct|Create|Crop|Delete|Detect|Give|Keep|Leave|Let|Light|Make|Name|Open|Photograph|Read|Reduce|Repeat|Replace|Save|Scale|Search|Send|Shorten|Show|Skip|Slow|Start|Take|Tell|Try|Turn|Uncover|Update|Upload|Use|Wait|Write) /;
    expect(advice.filter(([, text]) => !verb.test(text) || !/^[^.!?|\n]{15,110}\.$/.test(text))).toEqual([]);
  });

  it('is another one for every code', () => {
    const own = infos.map((info) => info.advice);
    expect(own.filter((text, index) => own.indexOf(text) !== index)).toEqual([]);
  });

  it('names no format that the API refuses', () => {
    expect(advice.filter(([, text]) => /webp|bmp|gif|heic|avif|tiff/i.test(text))).toEqual([]);
    expect(ailabErrorCodes.UNSUPPORTED_FILE_TYPES.advice).toBe('Convert the photo to JPEG or PNG.');
  });
});

describe('isAilabErrorCode', () => {
  it('knows every code of the table', () => {
    expect(Object.keys(ailabErrorCodes).filter((code) => !isAilabErrorCode(code))).toEqual([]);
  });

  it.each(['', 'unknown', 'error_no_face_in_file', 'ERROR_NO_FACE_IN_FILE ', 'ERROR_BAD_REQUEST', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('does not know %j', (code) => {
    expect(isAilabErrorCode(code)).toBe(false);
  });

  it('narrows a string to the codes, and to nothing else', () => {
    const code: string = 'ERROR_BLURRY_FACE';
    const narrowed: AilabErrorCode | undefined = isAilabErrorCode(code) ? code : undefined;
    // @ts-expect-error not a code of the vendor's list
    const other: AilabErrorCode = 'ERROR_BLURRY_PHOTO';
    expect([narrowed, isAilabErrorCode(other)]).toEqual(['ERROR_BLURRY_FACE', false]);
  });
});

describe('findUpstreamCode', () => {
  it('knows codes, and the family of those that it does not know', () => {
    expect(findUpstreamCode('InvalidFile.Content')).toBe(upstreamCodes['InvalidFile.Content']);
    expect(findUpstreamCode('Throttling.User')).toBe(upstreamCodes.Throttling);
    expect(findUpstreamCode('InternalError.Busy')).toBe(upstreamCodes['InternalError.Busy']);
    expect(findUpstreamCode('InternalError.Algo')).toBe(upstreamCodes.InternalError);
    expect(findUpstreamCode('InvalidApi.NotPurchase')).toBe(upstreamCodes.InvalidApi);
  });

  it.each(['', '.', 'unknown', 'InvalidFile', 'InvalidFile.Other', '__proto__', '__proto__.x', 'constructor', 'constructor.name'])('does not know %j', (code) => {
    expect(findUpstreamCode(code)).toBeUndefined();
  });
});
