import type { ServerResponse } from 'node:http';

/** Why a request is refused. */
export interface Refusal {
  /** HTTP status of the answer. */
  readonly status: number;
  /** `error_detail.code`. */
  readonly code: string;
  /** `error_detail.code_message`: what the code means. */
  readonly codeMessage: string;
  /** `error_detail.message`: what is the matter this time. */
  readonly message: string;
  /** Code of our own, for programs that know it. */
  readonly reason: string;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number | undefined;
}

/** Answers with `data`. */
export function sendData(res: ServerResponse, requestId: string, data: unknown): void {
  const detail = { status_code: 200, code: '', code_message: '', message: '' };
  send(res, 200, { ...idsOf(requestId), error_code: 0, error_msg: '', error_detail: detail, data });
}

/** Answers with a refusal. */
export function sendRefusal(res: ServerResponse, requestId: string, refusal: Refusal): void {
  const { status, retryAfter } = refusal;
  if (retryAfter !== undefined) res.setHeader('retry-after', Math.max(1, Math.ceil(retryAfter)));
  if (status === 401) res.setHeader('www-authenticate', 'Bearer'); // RFC 9110, 11.6.1
  send(res, status, refusalBody(requestId, refusal));
}

/** The envelope of a refusal. */
export function refusalBody(requestId: string, { status, code, codeMessage, message, reason }: Refusal): object {
  const detail = { status_code: status, code, code_message: codeMessage, message };
  // The vendor puts its supplier's code in the middle of `error_msg`; the engine's errors have ours.
  return { ...idsOf(requestId), error_code: status, error_msg: `${codeMessage} - ${reason} - ${message}`, error_detail: detail };
}

/** The vendor gives an answer two ids. Ours has one, which is in the log, so the second is that one written otherwise. */
function idsOf(requestId: string): { request_id: string; log_id: string } {
  return { request_id: requestId, log_id: requestId.replaceAll('-', '') };
}

/**
 * The envelope of the vendor's documents of 2025: the fields of every later one are in it, so clients of either find theirs.
 */
function send(res: ServerResponse, status: number, body: object): void {
  if (res.destroyed) return; // the client has left
  const json = JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(json);
}
