import { AbortedError } from '../../errors/call-errors.ts';
import { ResultExpiredError, ResultUnavailableError } from '../../errors/result-errors.ts';
import type { SlimFaceErrorOptions } from '../../errors/slim-face-error.ts';
import { isTimeUp } from '../pacing/deadline.ts';
import { isNotPublic } from './public-address.ts';
import type { Redact } from '../observe/redact.ts';
import { readRetryAfter, type Failure } from '../pacing/retry.ts';

/** Where a slimming that was paid for is kept. */
export interface RemoteResult {
  readonly url: string;
  readonly expiresAt: Date;
  readonly requestId?: string;
  readonly logId?: string;
}

/** What came in place of an image. */
export interface Received {
  readonly head: Uint8Array;
  /** By the first bytes. */
  readonly detected: string | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Makes the failures of a fetch. Each one carries the result's address and ids, so that nothing that was paid for is lost.
 * No message holds a path or a query. None has a cause: those of other libraries may hold addresses, or parts of the image.
 */
export interface DownloadFailures {
  /** The result is where it should be, but is not to be had, or is not a result. Worth another try unless told otherwise. */
  unavailable(message: string, advice?: Pick<Failure, 'retryAfterMs'> & { retry?: 'never' | 'backoff' }): Failure;
  /** The result is gone. */
  expired(advice?: Pick<Failure, 'retryAfterMs'> & { retry?: 'never' | 'backoff' }): Failure;
  /** A host answered, but not with the result. */
  refused(answer: { host: string; status: number; headers: Parameters<typeof readRetryAfter>[0]; start: string }): Failure;
  /** More bytes than allowed; `announced` when the host said so beforehand. */
  tooLarge(host: string, maxBytes: number, announced?: number): Failure;
  /** Something else than an image, judged by its first bytes. */
  noImage(host: string, received: Received): Failure;
  /** An image without its end. */
  cutOff(host: string, byteSize: number): Failure;
  /** There was no answer, or it broke off. */
  lost(host: string, error: unknown): Failure;
  /** The caller does not want the result any more. */
  aborted(signal: AbortSignal): Failure;
  /** The signal of a wait was aborted: by the caller, or because its time was up. */
  ended(signal: AbortSignal, waited: { host: string; ms: number }): Failure;
}

/**
 * Failures of fetching one result.
 * @param redact for what hosts say of themselves: nothing keeps them from repeating what they were told
 */
export function createDownloadFailures({ url, expiresAt, requestId, logId }: RemoteResult, redact: Redact): DownloadFailures {
  const circumstances: SlimFaceErrorOptions = { billed: 'yes', ...(requestId !== undefined && { requestId }), ...(logId !== undefined && { logId }) };

  const failures: DownloadFailures = {
    unavailable(message, { retry = 'backoff', retryAfterMs } = {}) {
      return { ok: false, error: new ResultUnavailableError(redact(message), { ...circumstances, url, retryable: retry !== 'never' }), retry, retryAfterMs };
    },
    expired({ retry = 'never', retryAfterMs } = {}) {
      // A result can go before its time, but the moment it went cannot lie ahead.
      const expiredAt = new Date(Math.min(expiresAt.getTime(), Date.now()));
      return { ok: false, error: new ResultExpiredError({ expiredAt, url }, circumstances), retry, retryAfterMs };
    },
    refused({ host, status, headers, start }) {
      const retryAfterMs = readRetryAfter(headers);
      if (status === 410 || (status === 403 && /expired/i.test(start))) return failures.expired();
      // Storage may show a new file late, so the first 404 proves nothing.
      if (status === 404) return failures.expired({ retry: 'backoff', retryAfterMs });
      const mayPass = status >= 500 || status < 300 || status === 408 || status === 429;
      const words = /<Code>([A-Za-z]{1,40})<\/Code>/.exec(start)?.[1];
      const received = words === undefined ? `status ${status}` : `status ${status} (${words})`;
      return failures.unavailable(`Expected the result from ${host} but received ${received}`, { retry: mayPass ? 'backoff' : 'never', retryAfterMs });
    },
    tooLarge(host, maxBytes, announced) {
      const received = announced === undefined ? 'more' : `${announced} bytes`;
      return failures.unavailable(`Expected a result of at most ${maxBytes} bytes from ${host} but received ${received}`, { retry: 'never' });
    },
    noImage: (host, received) => failures.unavailable(`Expected a JPEG or PNG from ${host} but received ${describe(received)}`),
    cutOff: (host, byteSize) => failures.unavailable(`Expected a whole image from ${host} but it is cut off after ${byteSize} bytes`),
    lost(host, error) {
      if (isNotPublic(error)) return failures.unavailable(`Expected a result that may be fetched but ${host} stands for an address that is not public`, { retry: 'never' });
      return failures.unavailable(`Expected the result from ${host} but the connection failed (${codeOf(error)})`);
    },
    aborted: ({ reason }) => ({ ok: false, error: new AbortedError({ ...circumstances, cause: reason }), retry: 'never' }),
    ended(signal, { host, ms }) {
      if (!isTimeUp(signal)) return failures.aborted(signal);
      return failures.unavailable(`Expected the result from ${host} but its bytes did not come within ${ms} ms`);
    },
  };
  return failures;
}

/** The code alone: a message may quote the request. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

function describe({ head, detected, headers }: Received): string {
  if (head.byteLength === 0) return '0 bytes';
  // What the host says counts only where the bytes say nothing.
  const declared = /^[a-z]{1,20}\/[\w.+-]{1,80}/i.exec(String(headers['content-type'] ?? ''))?.[0];
  const fallback = declared === undefined || declared.startsWith('image/') ? 'bytes of no known image format' : declared;
  return detected ?? fallback;
}
