import { UpstreamProtocolError, UpstreamUnavailableError } from '../../errors/upstream-errors.ts';
import type { Billed } from '../../errors/slim-face-error.ts';
import { isTimeUp, toAbortError } from '../pacing/deadline.ts';
import type { Failure } from '../pacing/retry.ts';

/** Where a try stood when it broke off. */
export interface Loss {
  readonly host: string;
  readonly signal: AbortSignal;
  /** Whether the other side may have the whole request. */
  readonly isSent: boolean;
}

/** Codes of failures that trying again does not mend: the certificate stays the same. */
const permanent = /^(ERR_TLS_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/;

/** Codes of failures whose errors speak of connections only. Those of undici's parser hold the answer, secrets included. */
const harmless = /^(E[A-Z]+|UND_ERR_(CONNECT_TIMEOUT|SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT|CLOSED|DESTROYED))$/;

/** Decides what it means that a try ended without an answer. */
export function judgeLoss(reason: unknown, { host, signal, isSent }: Loss): Failure {
  const code = codeOf(reason);
  const billed: Billed = isSent ? 'unknown' : 'no';
  if (signal.aborted) return { ok: false, error: toAbortError(signal, billed), retry: isTimeUp(signal) ? 'backoff' : 'never' };
  const paid = billed === 'unknown' ? ' after the image had been sent, so the call may have been paid for' : '';
  if (/^(HPE_|HTTPParserError$)/.test(code)) {
    const message = `Expected an answer from ${host} but received something that is not HTTP${paid}`;
    return { ok: false, error: new UpstreamProtocolError(message, { billed, retryable: true }), retry: 'once' };
  }
  const retryable = !permanent.test(code);
  const cause = harmless.test(code) || permanent.test(code) ? { cause: reason } : {};
  const error = new UpstreamUnavailableError(`Expected an answer from ${host} but the connection failed (${code})${paid}`, { ...cause, billed, retryable });
  return { ok: false, error, retry: retryable ? 'backoff' : 'never' };
}

function codeOf(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; name?: unknown };
  return [code, name].find((value) => typeof value === 'string') ?? 'unknown reason';
}
