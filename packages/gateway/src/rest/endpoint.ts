import type { IncomingMessage, ServerResponse } from 'node:http';
import { InternalError, SlimFaceError } from '@slimface/core';
import type { GatewayContext, GatewayServices } from '../context.ts';
import type { Route, RouteRefusal } from '../http/route.ts';
import { loggableError } from '../observe/loggable-error.ts';
import { sendData, sendRefusal } from './envelope.ts';
import { toRefusal } from './to-refusal.ts';
import { codeMessages, vendorCodeOfStatus } from './vendor-codes.ts';

/** A path of the vendor's API. */
export interface Endpoint {
  readonly path: string;
  readonly methods: readonly string[];
  /**
   * Makes the `data` of the answer.
   * @throws {SlimFaceError} as callers may see it
   */
  answer(req: IncomingMessage, res: ServerResponse, context: GatewayContext): Promise<unknown>;
}

/** Answers requests to an endpoint in the vendor's envelope. */
export function endpointRoute({ path, methods, answer }: Endpoint, { services, statuses }: { services: GatewayServices; statuses: 2025 | 2026 }): Route {
  const allow = methods.join(', ');
  return {
    name: path,
    matches: (pathname) => pathname === path,
    refuse: refuseInEnvelope,
    async handle(req, res, { requestId, caller }) {
      if (!methods.includes(req.method ?? '')) {
        res.setHeader('allow', allow);
        return refuseInEnvelope(res, { status: 405, code: 'METHOD_NOT_ALLOWED', message: `Expected method ${allow} but received ${req.method}` }, { requestId });
      }
      try {
        sendData(res, requestId, await answer(req, res, { ...services, requestId, caller, signal: untilLeft(res) }));
      } catch (error) {
        if (!(error instanceof SlimFaceError)) services.logger.error({ requestId, err: loggableError(error) }, 'request failed');
        const told = error instanceof SlimFaceError ? error : new InternalError(`Something failed on our side (request ${requestId})`);
        sendRefusal(res, requestId, toRefusal(told, statuses));
      }
    },
  };
}

/** Every other path that looks like one of the vendor's: who mistypes one reads the same kind of answer. */
export const otherPathsRoute: Route = {
  name: '/api/',
  matches: (pathname) => /^\/+api(\/|$)/i.test(pathname),
  refuse: refuseInEnvelope,
  handle(_req, res, request) {
    refuseInEnvelope(res, { status: 404, code: 'NOT_FOUND', message: 'Expected the path of an API that is here but received another one' }, request);
  },
};

/** Refuses what is no error of ours, because HTTP has a status for it. */
function refuseInEnvelope(res: ServerResponse, { status, code: reason, message, retryAfter }: RouteRefusal, { requestId }: { requestId: string }): void {
  const code = vendorCodeOfStatus(status);
  sendRefusal(res, requestId, { status, code, codeMessage: codeMessages[code], reason, message, retryAfter });
}

/** Aborted when the client leaves before it has its answer. */
function untilLeft(res: ServerResponse): AbortSignal {
  const left = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) left.abort();
  });
  return left.signal;
}
