import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { parseMultipart, type Part } from './multipart.ts';

/** What a server saw of one request. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were on the wire. */
  readonly rawHeaders: readonly string[];
  /** The bytes of the body that were read. */
  readonly body: Buffer;
  /** Parts of a multipart body that arrived whole, otherwise none. */
  readonly parts: readonly Part[];
  /** Whether the body arrived whole. */
  readonly complete: boolean;
  /** Whether the client ended the connection before it had the whole answer. */
  readonly clientLeft: boolean;
}

/** A request that is being answered. */
export interface Exchange {
  readonly record: RecordedRequest;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Waits until the whole body has been read, or the client is gone. Until then nothing is read. */
  body(): Promise<void>;
  /** Ends the connection from the server's side: at once with a reset, or after what was written with an end. */
  cut(how: 'reset' | 'end'): void;
}

/** How to answer a request. Each does one thing, right or wrong. */
export type Answer = (exchange: Exchange) => unknown;

/** Begins to take notes about a request. */
export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const chunks: Buffer[] = [];
  let serverLeft = false;
  let clientLeft = false;
  response.on('close', () => (clientLeft = !serverLeft && !response.writableFinished));
  response.on('error', () => {});
  request.on('error', () => {});
  return {
    request,
    response,
    record: {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      get body() {
        return Buffer.concat(chunks);
      },
      get parts() {
        return request.complete ? parseMultipart(request.headers['content-type'], Buffer.concat(chunks)) : [];
      },
      get complete() {
        return request.complete;
      },
      get clientLeft() {
        return clientLeft;
      },
    },
    body: async () => {
      try {
        for await (const chunk of request) chunks.push(chunk as Buffer);
      } catch {
        // The client left; the record says so.
      }
    },
    cut: (how) => {
      serverLeft = true;
      if (how === 'reset') request.socket.resetAndDestroy();
      else request.socket.end();
    },
  };
}
