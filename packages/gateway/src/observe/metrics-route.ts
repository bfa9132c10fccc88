import type { Route } from '../http/route.ts';
import { sendJson } from '../http/send-json.ts';
import type { Metrics } from './metrics.ts';

/** `GET /metrics`, for whoever has a key where keys are asked for. */
export function metricsRoute(metrics: Metrics): Route {
  return {
    name: '/metrics',
    matches: (pathname) => pathname === '/metrics',
    async handle(req, res, { caller }) {
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        res.setHeader('allow', 'GET, HEAD');
        return sendJson(res, 405, { code: 'METHOD_NOT_ALLOWED', message: `Expected method GET or HEAD but received ${req.method}` });
      }
      if (caller === undefined) {
        res.setHeader('www-authenticate', 'Bearer');
        return sendJson(res, 401, { code: 'UNAUTHORIZED', message: 'Expected an API key of this gateway in the header authorization: Bearer or x-api-key but received none that is known' });
      }
      const { contentType, body } = await metrics.render();
      res.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
      res.end(body); // Node leaves it out of answers to HEAD
    },
  };
}
