import type { Readable } from 'node:stream';

/** The part of an undici dispatcher that is used, the same in undici 6, 7 and 8: `Agent`, `ProxyAgent`, `EnvHttpProxyAgent` ... */
export interface Dispatcher {
  request(options: DispatchOptions): Promise<DispatchedAnswer>;
}

/** A request as undici takes it. */
export interface DispatchOptions {
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: Readable | null;
  readonly signal: AbortSignal;
}

/** An answer as undici gives it: names of headers in lower case, the body yet to be read. */
export interface DispatchedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}
