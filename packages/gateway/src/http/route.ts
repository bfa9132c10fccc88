import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../access/caller.ts';
import { sendJson } from './send-json.ts';

/** What is known about a request before anybody looks at its body. */
export interface RoutedRequest {
  readonly url: URL;
  readonly requestId: string;
  /** Who sent it; `undefined` when it carries no key that is known. */
  readonly caller: Caller | undefined;
}

/** Why a request does not get to its route. */
export interface RouteRefusal {
  /** HTTP status. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Whole seconds after which the same request may succeed. */
  readonly retryAfter?: number;
}

/** Who answers what. */
export interface Route {
  /** All that the log gets to see of a URL: that of a result is a permission. */
  readonly name: string;
  matches(pathname: string): boolean;
  /** Answers with any method; what it throws is a fault of the gateway. */
  handle(req: IncomingMessage, res: ServerResponse, request: RoutedRequest): Promise<void> | void;
  /**
   * Tells the route's clients, in the form that they read, of a refusal that stands before `handle`.
   * @default `sendJson`
   */
  refuse?(res: ServerResponse, refusal: RouteRefusal, request: Pick<RoutedRequest, 'requestId'>): void;
}

/** Refuses a request in the form that clients of `route` read. */
export function refuse(route: Pick<Route, 'refuse'> | undefined, res: ServerResponse, refusal: RouteRefusal, request: Pick<RoutedRequest, 'requestId'>): void {
  const { status, code, message, retryAfter } = refusal;
  if (retryAfter !== undefined) res.setHeader('retry-after', retryAfter);
  if (route?.refuse === undefined) sendJson(res, status, { code, message });
  else route.refuse(res, refusal, request);
}
