import type { Billed, SlimFaceError } from '../../errors/slim-face-error.ts';
import { ailabErrorCodes, isAilabErrorCode, type AilabErrorCodeInfo } from './error-codes.ts';
import { createRefusalError } from './refusal-error.ts';
import type { RetryAdvice } from '../pacing/retry.ts';
import { findUpstreamCode } from './upstream-codes.ts';

/** What the API said when it refused a call; keys and addresses are taken out already. */
export interface Refusal {
  /** `'unknown'` when none was given. */
  readonly code: string;
  /** Status of the answer itself. */
  readonly httpStatus: number;
  /** `error_code` at the root of the answer: like an HTTP status in the generations that have it. */
  readonly errorCode?: number;
  readonly message: string;
  readonly requestId?: string;
  readonly logId?: string;
  /** Seconds that the API asks to wait. */
  readonly retryAfter?: number;
}

/** What was sent, for the errors' own fields. */
export interface SentImage {
  readonly slimDegree: number;
  readonly byteSize: number;
  /** What the first bytes say that it is. */
  readonly mediaType?: string;
  /** Sides in pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** The error to throw, and whether the call is worth another try before that. */
export interface Verdict {
  readonly error: SlimFaceError;
  readonly retry: RetryAdvice;
}

/** What a refusal means. */
type Ruling = Pick<AilabErrorCodeInfo, 'error' | 'retry'> & Partial<Pick<AilabErrorCodeInfo, 'advice' | 'httpStatus'>>;

/**
 * Turns a refusal into an error. Its code decides and not its status, because statuses of codes have changed; the status
 * speaks for codes that nobody documented.
 *
 * @param sent undefined for a call without an image, which is free
 */
export function judgeRefusal(refusal: Refusal, sent?: SentImage): Verdict {
  const { code, errorCode, httpStatus, message, requestId, logId, retryAfter } = refusal;
  // Some refusals come under status 200.
  const status = [httpStatus, errorCode].find(isErrorStatus);
  const { error, retry, advice, httpStatus: documentedStatus } = isAboutFileName(refusal) ? fileNameRuling : findRuling(refusal, status);
  const options = {
    upstream: { code, httpStatus, message, ...(advice !== undefined && { advice }) },
    billed: sent === undefined ? 'no' : billedFor(code, status),
    retryable: retry !== 'never',
    ...(requestId !== undefined && { requestId }),
    ...(logId !== undefined && { logId }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
  return { error: createRefusalError(error, status ?? documentedStatus ?? httpStatus, sent, options), retry };
}

function findRuling({ code, message }: Refusal, status: number | undefined): Ruling {
  if (isAilabErrorCode(code)) return ailabErrorCodes[code];
  return findUpstreamCode(code) ?? judgeStatus(status, message);
}

function judgeStatus(status: number | undefined, message: string): Ruling {
  switch (status) {
    case undefined:
      return { error: 'UPSTREAM_PROTOCOL', retry: 'never' };
    case 400:
    case 406:
    case 409:
    case 410:
    case 422:
      return { error: 'INVALID_INPUT', retry: 'never' };
    case 401:
      return { error: 'UNAUTHORIZED', retry: 'never' };
    case 402:
      return { error: 'INSUFFICIENT_CREDITS', retry: 'never' };
    case 403:
      return { error: 'FORBIDDEN', retry: 'never' };
    case 408:
    case 504:
      return { error: 'UPSTREAM_TIMEOUT', retry: 'backoff' };
    case 413:
      return { error: 'FILE_TOO_LARGE', retry: 'never' };
    case 415:
      return { error: 'UNSUPPORTED_FORMAT', retry: 'never' };
    case 429:
      // RapidAPI's gateway has one status for plans that are used up and for calls that come too fast, and no code.
      return /exceeded the \w+ quota/i.test(message) ? { error: 'INSUFFICIENT_CREDITS', retry: 'never' } : { error: 'RATE_LIMITED', retry: 'backoff' };
    case 501:
      return { error: 'UPSTREAM_UNAVAILABLE', retry: 'never' };
    default:
      return status < 500 ? { error: 'UPSTREAM_PROTOCOL', retry: 'never' } : { error: 'UPSTREAM_UNAVAILABLE', retry: 'backoff' };
  }
}

const fileNameRuling: Ruling = { error: 'UNSUPPORTED_FORMAT', retry: 'never', advice: 'Report it with requestId: the API could not pass this file on.' };

/** A 502 that speaks of the file's type means its name: the API cannot pass such a file on, however often it is sent. */
function isAboutFileName({ httpStatus, message }: Refusal): boolean {
  return httpStatus === 502 && /\bfile ?(type|format|name|extension|suffix)\b/i.test(message);
}

/**
 * Refused calls cost nothing. Without a code of the API's, a 5xx may come from a proxy behind which the call went on; 503 is
 * said before. No error status at all is no refusal for sure either.
 */
function billedFor(code: string, status: number | undefined): Billed {
  const isRefusedForSure = isAilabErrorCode(code) || findUpstreamCode(code) !== undefined || (status !== undefined && (status < 500 || status === 503));
  return isRefusedForSure ? 'no' : 'unknown';
}

function isErrorStatus(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 400 && value < 600;
}
