import { isAilabErrorCode } from '@slimface/core';
import { expect } from 'vitest';

/** An answer of the twin that has been checked. */
export interface CheckedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** `error_detail.code`, empty for a success. */
  readonly code: string;
  /** `error_detail.message`. */
  readonly message: string;
  /** Of a success. */
  readonly data: any;
}

const ownCode = 'SLIMFACE_MAY_BE_BILLED';
const idForm = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Fails unless an answer is the vendor's envelope with every field in its place and form, and nothing beside them. */
export function checkEnvelope({ status, headers, text }: { status: number; headers: Headers; text: string }): CheckedAnswer {
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
  const requestId = headers.get('x-request-id');
  expect(requestId).toMatch(idForm);

  const body = JSON.parse(text);
  const { error_detail: detail, data } = body;
  const isSuccess = status === 200;
  expect(body).toEqual({
    request_id: requestId,
    log_id: requestId!.replaceAll('-', ''),
    error_code: isSuccess ? 0 : status,
    error_msg: isSuccess ? '' : expect.stringMatching(/^[A-Z][^-]+\. - [A-Z_]+ - ./),
    error_detail: {
      status_code: status,
      code: isSuccess ? '' : expect.stringMatching(/^[A-Z_]+$/),
      code_message: isSuccess ? '' : expect.stringMatching(/^[A-Z].+\.$/),
      message: isSuccess ? '' : expect.stringMatching(/^(Expected|The result expired|Something failed)/),
    },
    ...(isSuccess ? { data: expect.anything() } : {}),
  });
  if (!isSuccess) {
    expect(isAilabErrorCode(detail.code) || detail.code === ownCode, `${detail.code} is a code of the vendor`).toBe(true);
    expect(body.error_msg.startsWith(detail.code_message) && body.error_msg.endsWith(detail.message)).toBe(true);
    expect(text, 'nothing of the inside').not.toMatch(/node_modules|\.ts\b|\n\s+at |\/tmp\/|file:\/\//);
  }
  const retryAfter = headers.get('retry-after');
  if (retryAfter !== null) expect(retryAfter).toMatch(/^[1-9]\d*$/);
  return { status, headers, code: detail.code, message: detail.message, data };
}

/** Reads and checks the answer of a `fetch`. */
export async function readEnvelope(response: Response): Promise<CheckedAnswer> {
  return checkEnvelope({ status: response.status, headers: response.headers, text: await response.text() });
}
