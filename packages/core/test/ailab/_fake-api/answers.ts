import type { OutgoingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Exchange } from './exchange.ts';

/** Reads the request to its end and answers with this. */
export function reply(status: number, body: string | Buffer = '', headers: OutgoingHttpHeaders = {}): Answer {
  return async ({ body: read, response }) => {
    await read();
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };
}

/** Answers with JSON. */
export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return reply(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** Answers with a page, as proxies do. */
export function html(status: number, page: string, headers: OutgoingHttpHeaders = {}): Answer {
  return reply(status, page, { 'content-type': 'text/html; charset=utf-8', ...headers });
}

/** Sends the client elsewhere. */
export function redirect(location: string, status = 302): Answer {
  return reply(status, '', { location });
}

/** Answers by the same answer, later. The pause does not keep the process alive. */
export function after(ms: number, answer: Answer): Answer {
  return async (exchange) => {
    await exchange.body();
    await sleep(ms, undefined, { ref: false });
    if (!exchange.response.destroyed) await answer(exchange);
  };
}

/** Reads the request to its end and never answers. */
export const silence: Answer = ({ body }) => body();

/** Neither reads the body nor answers. */
export const deafness: Answer = () => {};

/** Resets the connection when it has the headers of the request. */
export const resetBeforeBody: Answer = ({ cut }) => cut('reset');

/** Reads the request to its end and resets the connection. */
export const resetAfterBody: Answer = async ({ body, cut }) => {
  await body();
  cut('reset');
};

/** Answers in pieces with a pause after each, until the client has had enough. */
export function drip(pieces: Iterable<Buffer>, pauseMs: number, headers: OutgoingHttpHeaders = {}): Answer {
  return async ({ body, response }) => {
    await body();
    response.writeHead(200, headers);
    for (const piece of pieces) {
      if (response.destroyed) return;
      response.write(piece);
      await sleep(pauseMs, undefined, { ref: false });
    }
    response.end();
  };
}

/** How an answer that is not what it says it is ends. */
export type Ending = 'end' | 'reset' | 'stall';

/** Promises `declared` bytes, sends these, and ends the connection, resets it or falls silent. */
export function misdeclared(bytes: Buffer, declared: number, ending: Ending, headers: OutgoingHttpHeaders = {}): Answer {
  return async ({ body, response, cut }) => {
    await body();
    response.writeHead(200, { ...headers, 'content-length': declared });
    response.write(bytes, () => {
      // A reset throws away what the other side has not read yet, so these bytes get a moment to be read.
      if (ending !== 'stall') setTimeout(() => cut(ending), ending === 'reset' ? 20 : 0);
    });
  };
}

/** Holds answers back until it is opened. */
export interface Gate {
  behind(answer: Answer): Answer;
  open(): void;
}

/** A gate that is shut. */
export function shutGate(): Gate {
  let open: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    open: () => open(),
    behind: (answer) => async (exchange: Exchange) => {
      await exchange.body();
      await opened;
      if (!exchange.response.destroyed) await answer(exchange);
    },
  };
}
