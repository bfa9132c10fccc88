import { isIP } from 'node:net';
import { refuse, type Route } from './route.ts';

/**
 * Keeps pages of other origins from getting to `route` by DNS rebinding: a page's own domain, pointed at 127.0.0.1 once the
 * page is loaded, makes the gateway its own origin in the browser's eyes, and no guard against other origins sees it. The
 * `host` header still has that domain. Only connections over the loopback interface are looked at: for gateways without
 * keys, which listen on nothing else.
 *
 * @param options.publicUrl whose host is the gateway's, like `localhost` and any IP address
 */
export function refuseForeignHost(route: Route, { publicUrl }: { publicUrl: string }): Route {
  const own = new URL(publicUrl).hostname;
  return {
    ...route,
    handle(req, res, request) {
      const { hostname } = request.url;
      const isOwn = hostname === own || /(^|\.)localhost$/.test(hostname) || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
      if (isOwn || !isLoopback(req.socket.localAddress)) return route.handle(req, res, request);
      refuse(route, res, { status: 421, code: 'MISDIRECTED_REQUEST', message: `Expected host localhost, an IP address or ${own} but received another one` }, request);
    },
  };
}

/** `undefined` for a connection that is gone already. */
function isLoopback(address = ''): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(address);
}
