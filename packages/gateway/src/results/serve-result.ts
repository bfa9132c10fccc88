import type { IncomingMessage, ServerResponse } from 'node:http';
import { ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import type { Route } from '../http/route.ts';
import { sendJson } from '../http/send-json.ts';
import { readResultUrl } from '../sign/result-url.ts';
import type { ResultStore } from '../store/result-store.ts';
import { sendImage } from './send-image.ts';

/** What results are served from. */
export interface ResultsOptions {
  readonly store: ResultStore;
  /** URLs are taken when any of them has signed them. */
  readonly signingKeys: readonly Uint8Array[];
}

/**
 * Answers `GET` and `HEAD /results/<id>.<jpg|png|webp|avif|tif>?expires=…&signature=…`: 403 for a signature that is missing or
 * wrong, 410 for a result that has expired (`RESULT_EXPIRED`) or is gone before its time (`RESULT_UNAVAILABLE`: no later
 * try will find it), 404 for one that nobody knows.
 */
export function resultsRoute(options: ResultsOptions): Route {
  return { name: '/results', matches: (pathname) => pathname.startsWith('/results/'), handle: (req, res) => serveResult(req, res, options) };
}

async function serveResult(req: IncomingMessage, res: ServerResponse, { store, signingKeys }: ResultsOptions): Promise<void> {
  for (const [name, value] of Object.entries(headersOfAll)) res.setHeader(name, value);
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('allow', 'GET, HEAD');
    return sendJson(res, 405, { code: 'METHOD_NOT_ALLOWED', message: `Expected method GET or HEAD but received ${req.method}` });
  }

  const request = readResultUrl(req.url ?? '', signingKeys);
  if (request.kind === 'not-a-result') return sendJson(res, 404, notFound);
  if (request.kind === 'forged') return sendJson(res, 403, { code: 'FORBIDDEN', message: 'Expected the result URL exactly as the gateway gave it but its signature does not match' });
  if (request.expiresAt <= new Date()) return sendGone(res, new ResultExpiredError({ expiredAt: request.expiresAt }));

  const [found] = await store.getMany([request.id]);
  if (found instanceof ResultUnavailableError && found.retryable) throw found; // a fault of ours
  if (found instanceof Error) return sendGone(res, found);
  // An id that comes from an idempotency key may have been given again, and this URL is for what was there before.
  const isTheSame = found?.mediaType === request.mediaType && found.expiresAt.getTime() === request.expiresAt.getTime();
  if (!isTheSame) return sendJson(res, 404, notFound);
  const outcome = await sendImage(req, res, found, store.contentPath(found));
  if (outcome === 'missing') sendGone(res, new ResultUnavailableError('Expected the image of the result but it has just been deleted'));
}

const headersOfAll = {
  // The signature is the permission, so a page from anywhere may show the image and read its bytes.
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'accept-ranges, content-range, etag',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

const notFound = { code: 'NOT_FOUND', message: 'Expected the URL of a result but there is none here' };

function sendGone(res: ServerResponse, { code, message }: ResultExpiredError | ResultUnavailableError): void {
  sendJson(res, 410, { code, message });
}
