import { createHash, type BinaryLike } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** A document that is the same for everybody. */
export interface Page {
  readonly mediaType: string;
  readonly body: Buffer;
  /** Whether `body` is compressed; it is then unpacked for the few clients that cannot do it themselves. */
  readonly gzipped?: boolean;
  /** What the document may load and run. */
  readonly contentSecurityPolicy: string;
  readonly etag: string;
}

/** What cannot load, run or frame anything. */
export const loadNothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Names an inline script or style in a Content-Security-Policy, which lets in that text and no other. */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Weak: the same document goes out packed and unpacked. */
export function etagOf(body: BinaryLike): string {
  return `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/** Answers `GET` and `HEAD`; a client that holds the document as it is gets 304. */
export async function sendPage(req: IncomingMessage, res: ServerResponse, page: Page): Promise<void> {
  const { body, gzipped = false } = page;
  res.setHeader('content-security-policy', page.contentSecurityPolicy);
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('referrer-policy', 'no-referrer');
  res.setHeader('cache-control', 'no-cache'); // keep it, but ask whether it is still current
  res.setHeader('etag', page.etag);
  if (gzipped) res.setHeader('vary', 'accept-encoding');
  if (holds(req.headers['if-none-match'], page.etag)) return void res.writeHead(304).end();

  const unpack = gzipped && !acceptsGzip(req.headers['accept-encoding']);
  res.setHeader('content-type', page.mediaType);
  if (gzipped && !unpack) res.setHeader('content-encoding', 'gzip');
  if (!unpack) res.setHeader('content-length', body.byteLength);
  if (req.method === 'HEAD') res.end();
  else if (unpack) await pipeline(Readable.from([body]), createGunzip(), res);
  else res.end(body);
}

function acceptsGzip(accepted = ''): boolean {
  return accepted.split(',').some((coding) => /^\s*(x-)?gzip\s*(;\s*q\s*=\s*(1|0?\.\d*[1-9])|$)/i.test(coding));
}

function holds(ifNoneMatch = '', etag: string): boolean {
  return ifNoneMatch.split(',').some((held) => held.trim() === '*' || `W/${held.trim().replace(/^W\//, '')}` === etag);
}
