import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { loggableError } from './loggable-error.ts';
import type { GatewayLogger } from './logger.ts';
import { sendJson } from './results/send-json.ts';
import { limitLeftover } from './upload/limit-leftover.ts';

type Route = '/graphql' | '/health' | '/results' | 'other';

/** The id of the request that is being answered, for code that gets no context. */
export const currentRequestId: AsyncLocalStorage<string> = new AsyncLocalStorage();

/** Who answers what. */
export interface Handlers {
  graphql(req: IncomingMessage, res: ServerResponse, context: { requestId: string }): void;
  results(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void>;
}

/** Gives each request an id, which is also in the header of its answer, its handler and, at its end, a line in the log. */
export function createRequestHandler(handlers: Handlers, logger: GatewayLogger): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const requestId = randomUUID();
    const started = performance.now();
    const url = parseUrl(req);
    res.setHeader('x-request-id', requestId);
    limitLeftover(req, res);
    res.once('close', () => {
      const status = res.writableFinished ? res.statusCode : 'aborted';
      logger.info({ requestId, method: req.method, route: routeOf(url), status, ms: Math.round(performance.now() - started) }, 'request');
    });

    if (url === undefined) return sendJson(res, 400, { code: 'BAD_REQUEST', message: 'Expected a request with a valid path and host' });
    if (routeOf(url) !== '/results') return currentRequestId.run(requestId, () => handlers.graphql(req, res, { requestId }));
    handlers.results(req, res, url).catch((error: unknown) => {
      if (res.destroyed) return; // the client left while the image was on its way
      logger.error({ requestId, err: loggableError(error) }, 'request failed');
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { code: 'INTERNAL', message: `Something failed on our side (request ${requestId})` });
    });
  };
}

/** All that the log gets to see of a URL: that of a result is a permission. */
function routeOf(url: URL | undefined): Route {
  if (url?.pathname.startsWith('/results/')) return '/results';
  return url?.pathname === '/graphql' || url?.pathname === '/health' ? url.pathname : 'other';
}

/** Yoga would answer a request whose URL cannot be parsed with a stack trace. */
function parseUrl({ url, headers }: IncomingMessage): URL | undefined {
  const href = `http://${headers.host ?? 'localhost'}${url}`;
  return URL.canParse(href) ? new URL(href) : undefined;
}
