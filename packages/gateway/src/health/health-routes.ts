import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from '../http/route.ts';
import { sendJson } from '../http/send-json.ts';
import type { Readiness } from './readiness.ts';

/** A route that wants to know nothing about a request but its path and method. */
export interface HealthRoute extends Route {
  handle(req: IncomingMessage, res: ServerResponse): void;
}

/**
 * `/health/live`, 200 while the process answers, and `/health/ready`, 200 while it can take photos and 503 otherwise.
 * Nobody needs a key. `/health` is another name for the first.
 */
export function healthRoutes(readiness: Pick<Readiness, 'obstacle'>): HealthRoute[] {
  const live = (res: ServerResponse): void => sendJson(res, 200, { code: 'OK', message: 'alive' });
  const ready = (res: ServerResponse): void => {
    const { obstacle } = readiness;
    if (obstacle === undefined) sendJson(res, 200, { code: 'OK', message: 'ready' });
    else sendJson(res, 503, { code: 'NOT_READY', message: `Expected a gateway that can take photos but ${obstacle}` });
  };
  return [route('/health', live), route('/health/live', live), route('/health/ready', ready)];
}

function route(path: string, answer: (res: ServerResponse) => void): HealthRoute {
  return {
    name: path,
    matches: (pathname) => pathname === path,
    handle(req, res) {
      if (req.method === 'GET' || req.method === 'HEAD') return answer(res);
      res.setHeader('allow', 'GET, HEAD');
      sendJson(res, 405, { code: 'METHOD_NOT_ALLOWED', message: `Expected method GET or HEAD but received ${req.method}` });
    },
  };
}
