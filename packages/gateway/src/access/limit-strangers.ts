import { refuse, type Route } from '../http/route.ts';
import { addressBlock } from './address-block.ts';
import { createCountByName } from './count-by-name.ts';

/**
 * Bounds how many requests without a known key each address may send to the routes together, before anything of them is
 * read: nearly all that they get is that a key is missing, but to find that out takes up to 10 ms for a GraphQL document
 * that was never seen before. For gateways that ask for keys; behind a proxy, all who have none share one count.
 *
 * @param options.requestsPerMinute of each address or IPv6 network, the minute beginning with the first
 * @default 120 requests: the gateway's own pages send a few
 */
export function limitStrangers(routes: readonly Route[], { requestsPerMinute = 120 }: { requestsPerMinute?: number } = {}): Route[] {
  const count = createCountByName({ perMinute: requestsPerMinute, maxNames: 10_000 });
  return routes.map((route) => ({
    ...route,
    async handle(req, res, request) {
      const retryAfter = request.caller === undefined ? await count(addressBlock(req.socket.remoteAddress ?? ''), 1) : undefined;
      if (retryAfter === undefined) return route.handle(req, res, request);
      const message = `Expected at most ${requestsPerMinute} requests a minute without a known API key but received more; try again in ${retryAfter} s`;
      refuse(route, res, { status: 429, code: 'RATE_LIMITED', message, retryAfter }, request);
    },
  }));
}
