import { UpstreamUnavailableError } from '../../errors/upstream-errors.ts';
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

/** Codes of failures before a connection stood: nothing was sent, whatever the body says. */
const notConnected = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/;
/** Codes of failures that trying again does not mend: the certificate stays the same. */
const permanent = /^(ERR_TLS_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/;

/** Decides what it means that a try ended without an answer. */
export function judgeLoss(cause: unknown, { host, signal, isSent }: Loss): Failure {
  const code = codeOf(cause);
  const billed: Billed = isSent && !notConnected.test(code) ? 'unknown' : 'no';
  if (signal.aborted) return { ok: false, error: toAbortError(signal, billed), retry: isTimeUp(signal) ? 'backoff' : 'never' };
  const paid = billed === 'unknown' ? ' after the image had been sent, so the call may have been paid for' : '';
  const retryable = !permanent.test(code);
  const error = new UpstreamUnavailableError(`Expected an answer from ${host} but the connection failed (${code})${paid}`, { cause, billed, retryable });
  return { ok: false, error, retry: retryable ? 'backoff' : 'never' };
}

function codeOf(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; name?: unknown };
  return [code, name].find((value) => typeof value === 'string') ?? 'unknown reason';
}
