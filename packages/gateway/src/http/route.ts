import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../access/caller.ts';

/** What is known about a request before anybody looks at its body. */
export interface RoutedRequest {
  readonly url: URL;
  readonly requestId: string;
  /** Who sent it; `undefined` when it carries no key that is known. */
  readonly caller: Caller | undefined;
}

/** Who answers what. */
export interface Route {
  /** All that the log gets to see of a URL: that of a result is a permission. */
  readonly name: string;
  matches(pathname: string): boolean;
  /** Answers with any method; what it throws is a fault of the gateway. */
  handle(req: IncomingMessage, res: ServerResponse, request: RoutedRequest): Promise<void> | void;
}
