import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import { openExchange, type Exchange, type RecordedRequest } from './exchange.ts';

/** A server on a port of its own that notes what it sees. */
export interface Host {
  /** e.g. `http://127.0.0.1:40123` */
  readonly origin: string;
  /** In the order they came. */
  readonly requests: readonly RecordedRequest[];
  /** Connections that were ever accepted. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly openSockets: number;
  /** Resets the next connections before a byte is read. */
  resetConnections(count: number): void;
  /** Waits until no request is under way, whether or not its connection stays open; gives how many still are after `ms` milliseconds. */
  idle(ms?: number): Promise<number>;
  /** Waits until no connection is open; gives how many still are after `ms` milliseconds. */
  drained(ms?: number): Promise<number>;
  /** Ends every connection and waits until all of it is closed. */
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1, with https when there is a certificate. */
export async function startHost(onRequest: (exchange: Exchange) => unknown, certificate?: Certificate): Promise<Host> {
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  const unanswered = new Set<IncomingMessage>();
  let connections = 0;
  let toReset = 0;
  const server = certificate === undefined ? createHttpServer() : createHttpsServer(certificate);
  server.on('request', (request, response) => {
    const exchange = openExchange(request, response);
    requests.push(exchange.record);
    unanswered.add(request);
    response.on('close', () => unanswered.delete(request));
    onRequest(exchange);
  });
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (toReset > 0) {
      toReset--;
      socket.resetAndDestroy();
    }
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  async function untilEmpty(things: ReadonlySet<unknown>, ms: number): Promise<number> {
    const deadline = Date.now() + ms;
    // Who does not read never learns that the other side is gone.
    for (const request of unanswered) request.resume();
    while (things.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 1));
    return things.size;
  }
  const scheme = certificate === undefined ? 'http' : 'https';
  return {
    origin: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    get openSockets() {
      return sockets.size;
    },
    resetConnections: (count) => void (toReset += count),
    idle: (ms = 2000) => untilEmpty(unanswered, ms),
    drained: (ms = 2000) => untilEmpty(sockets, ms),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
