import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Authenticate } from '../access/authenticate.ts';
import { loggableError } from '../observe/loggable-error.ts';
import type { GatewayLogger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { inRequestSpan } from '../observe/spans.ts';
import { limitLeftover } from './limit-leftover.ts';
import { readTarget } from './read-target.ts';
import { refuse, type Route } from './route.ts';

/** The id of the request that is being answered, for code that gets no context. */
export const currentRequestId: AsyncLocalStorage<string> = new AsyncLocalStorage();

/** What a request is met with before its route. */
export interface RequestHandlerOptions {
  readonly authenticate: Authenticate;
  readonly logger: GatewayLogger;
  readonly metrics: Pick<Metrics, 'countRequest'>;
}

/** Gives each request an id, which is also in the header of its answer, its route, a span and, at its end, a line in the log. */
export function createRequestHandler(routes: readonly Route[], { authenticate, logger, metrics }: RequestHandlerOptions): RequestListener {
  return (req, res) => {
    const requestId = randomUUID();
    const started = performance.now();
    const { url, pathname } = readTarget(req);
    const route = routes.find(({ matches }) => matches(pathname));
    const routeName = route?.name ?? 'other';
    const caller = authenticate(req);
    res.setHeader('x-request-id', requestId);
    limitLeftover(req, res);
    res.once('close', () => {
      const status = res.writableFinished ? res.statusCode : 'aborted';
      metrics.countRequest(routeName, status);
      logger.info({ requestId, key: caller?.name, method: req.method, route: routeName, status, ms: Math.round(performance.now() - started) }, 'request');
    });

    if (url === undefined) return refuse(route, res, { status: 400, code: 'BAD_REQUEST', message: 'Expected a request with a valid path and host' }, { requestId });
    if (route === undefined) return refuse(route, res, { status: 404, code: 'NOT_FOUND', message: 'Expected a path of this gateway but there is nothing here' }, { requestId });
    const answer = async (): Promise<void> => route.handle(req, res, { url, requestId, caller });
    inRequestSpan(req, res, { requestId, route: routeName }, () => currentRequestId.run(requestId, answer)).catch((error: unknown) => {
      if (res.destroyed) return; // the client left while its answer was on its way
      logger.error({ requestId, err: loggableError(error) }, 'request failed');
      if (res.headersSent) res.destroy();
      else refuse(route, res, { status: 500, code: 'INTERNAL', message: `Something failed on our side (request ${requestId})` }, { requestId });
    });
  };
}
