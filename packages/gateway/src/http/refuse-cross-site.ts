import type { IncomingMessage } from 'node:http';
import { refuse, type Route } from './route.ts';

/** No browser sends these across origins without asking first, and it is told no. */
const preflightedHeaders = ['ailabapi-api-key', 'x-api-key', 'x-graphql-yoga-csrf'];

/**
 * Keeps pages of other origins from posting to `route`. A browser sends a form anywhere without asking; where no key is
 * needed, any page could have photos slimmed at the expense of whoever runs the gateway on the same machine. Programs are
 * not concerned: they send neither `sec-fetch-site` nor `origin`.
 *
 * @param options.allowedOrigins as for `withCors`
 */
export function refuseCrossSite(route: Route, { allowedOrigins }: { allowedOrigins: readonly string[] }): Route {
  return {
    ...route,
    handle(req, res, request) {
      if (!isUnasked(req) || isOfOwnPage(req) || allowedOrigins.includes(req.headers.origin ?? '')) return route.handle(req, res, request);
      const message = `Expected a page of an allowed origin, or one of the headers ${preflightedHeaders.join(', ')} (any value), but received neither`;
      refuse(route, res, { status: 403, code: 'CSRF_PREVENTED', message }, request);
    },
  };
}

/** Whether a browser would send it without asking first. */
function isUnasked({ method, headers }: IncomingMessage): boolean {
  return method === 'POST' && !preflightedHeaders.some((name) => name in headers) && !/^bearer /i.test(headers.authorization ?? '');
}

/** Also true where no page is behind it. Browsers do not send `sec-fetch-site` to all addresses, but `origin` with every POST. */
function isOfOwnPage({ headers: { 'sec-fetch-site': site, origin, host } }: IncomingMessage): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
