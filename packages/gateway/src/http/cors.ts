import type { IncomingMessage, RequestListener } from 'node:http';
import { limitLeftover } from './limit-leftover.ts';

const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST',
  'access-control-allow-headers': [
    'content-type',
    'x-api-key',
    'authorization',
    'ailabapi-api-key',
    'x-graphql-yoga-csrf',
    'apollo-require-preflight',
    'graphql-require-preflight',
    'x-apollo-operation-name',
  ].join(', '),
  'access-control-max-age': '600', // seconds; an origin that is taken off the list is out by then
  'content-length': '0',
};
const exposedHeaders = 'x-request-id, retry-after';

/**
 * Lets pages of other origins call, by keys only: cookies are neither used nor allowed. All that a page of an origin that
 * is not listed gets is an answer as if this were not here.
 *
 * @param origins as browsers send them, e.g. `https://app.example`; none: no page may
 * @returns a listener in front of `next`, which answers preflights of these origins by itself
 * @throws {Error} an origin that no browser would send
 */
export function withCors(origins: readonly string[], next: RequestListener): RequestListener {
  if (origins.length === 0) return next;
  const allowed = new Set(checkOrigins(origins));
  return (req, res) => {
    const { origin = '' } = req.headers;
    res.setHeader('vary', 'Origin');
    if (!allowed.has(origin)) return next(req, res);
    res.setHeader('access-control-allow-origin', origin);
    if (!isPreflight(req)) {
      res.setHeader('access-control-expose-headers', exposedHeaders);
      return next(req, res);
    }
    limitLeftover(req, res);
    res.writeHead(204, preflightHeaders).end();
  };
}

/**
 * Gives origins back, when each is one that a browser would send: scheme, host and port, compared letter by letter.
 *
 * @throws {Error} which names the first that is not; `*` and `null`, which pages of anybody can have, are among those
 */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (!isOrigin(origin)) throw new Error(`Expected an origin as browsers send it, e.g. "https://app.example", but received ${JSON.stringify(origin)}`);
  }
  return origins;
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false;
  if (/^https?:/.test(text)) return new URL(text).origin === text;
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?$/.test(text); // of an app with a scheme of its own, as capacitor://localhost
}

/** https://fetch.spec.whatwg.org/#cors-preflight-request; any other OPTIONS is for the routes. */
function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}
