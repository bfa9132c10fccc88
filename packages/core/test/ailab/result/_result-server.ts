import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Answers one request; `count` is how many there were, this one included. */
export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface ResultServer {
  readonly port: number;
  /** Of 127.0.0.1. */
  readonly origin: string;
  /** What was asked for: path and headers of each request. */
  readonly requests: readonly { url: string; headers: IncomingMessage['headers'] }[];
  /** Resolves when nobody is connected any more. */
  allGone(): Promise<void>;
  /** Connections that are open now. */
  openSockets(): number;
  /** Connections that there were. */
  allSockets(): number;
}

/** A server on 127.0.0.1 that lasts for one test. */
export async function startResultServer(answer: Answer): Promise<ResultServer> {
  const requests: { url: string; headers: IncomingMessage['headers'] }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let noticeGone = (): void => {};
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    answer(request, response, requests.length);
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) noticeGone();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    requests,
    openSockets: () => sockets.size,
    allSockets: () => connections,
    allGone: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => (noticeGone = resolve))),
  };
}

/** Serves bytes with their length. */
export function serves(bytes: Uint8Array, headers: Record<string, string> = {}): Answer {
  return (_, response) => void response.writeHead(200, { 'content-length': bytes.byteLength, ...headers }).end(bytes);
}

/** Answers with a status and a text. */
export function refuses(status: number, text = '', headers: Record<string, string> = {}): Answer {
  return (_, response) => void response.writeHead(status, headers).end(text);
}

/** Redirects to an address. */
export function redirects(location: string, status = 302): Answer {
  return refuses(status, '', { location });
}

/** Sends the beginning and then nothing any more. */
export function stalls(beginning?: Uint8Array, length = 1000): Answer {
  return (_, response) => void (beginning && response.writeHead(200, { 'content-length': length }).write(beginning));
}

/** Sends the beginning of something longer and hangs up when it has left. */
export function hangsUp(beginning: Uint8Array, length: number): Answer {
  return (_, response) => void response.writeHead(200, { 'content-length': length }).write(beginning, () => response.socket?.end(() => response.destroy()));
}

/** One answer after the other; the last one again and again. */
export function inTurn(...answers: readonly Answer[]): Answer {
  return (request, response, count) => answers[Math.min(count, answers.length) - 1]!(request, response, count);
}
