import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerClientErrors } from './answer-client-errors.ts';
import { awaitsContinue } from './continue.ts';
import { limitSlowBody } from './limit-slow-body.ts';

/** Connections at the same time; beyond that new ones are dropped, before they can use up the process's files. */
const MAX_CONNECTIONS = 2000;
/** Time for a connection that is new when the server closes to send its request. */
const FRESH_MS = 1000;
const CHECK_EVERY_MS = 50;

/** What a server has at hand, to be looked through when it closes. */
interface Traffic {
  readonly connections: Set<Socket>;
  readonly answers: Set<ServerResponse>;
  /** Whether clients are sent away with their answer. */
  closing: boolean;
}

const traffic = new WeakMap<Server, Traffic>();

/** An HTTP server with bounds on slow, on idle and on many clients. */
export function createHttpServer(handle: RequestListener): Server {
  // No bound on a whole request: a large photo over a slow line takes minutes. Bodies have bounds of their own. A request
  // without a host is refused by read-target.ts, in words: Node's refusal has none.
  const server = createServer({ requestTimeout: 0, headersTimeout: 10_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 1000, requireHostHeader: false });
  server.maxHeadersCount = 100;
  server.maxConnections = MAX_CONNECTIONS;

  const connections = new Set<Socket>();
  const answers = new Set<ServerResponse>();
  const own: Traffic = { connections, answers, closing: false };
  traffic.set(server, own);
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    answers.add(res);
    res.once('close', () => answers.delete(res));
    if (own.closing) sendAway(req, res);
    limitSlowBody(req, res);
    handle(req, res);
  };
  server.on('request', answer);
  server.on('checkContinue', (req, res) => {
    awaitsContinue(req);
    answer(req, res);
  });
  answerClientErrors(server);
  return server;
}

/**
 * Listens on `host` and `port`, 0 for any free one.
 * @returns the server's address as a URL without a path
 * @throws {NodeJS.ErrnoException} `EADDRINUSE` and the like
 */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  // "Any address" is none that a client could call.
  const reachable = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${reachable}:${bound}`;
}

/** How a server closes. */
export interface ClosingOptions {
  /**
   * Until it resolves, new connections are still taken, so that clients and load balancers are told that they should leave.
   * @default nothing is waited for
   */
  readonly after?: Promise<void>;
}

/**
 * From now on sends each client away with its answer; after `after` takes no new connections, and answers the requests
 * that have come and those that clients still send on connections of theirs. What is left after `graceMs`, in
 * milliseconds and counted from the call, is cut off.
 *
 * @param server of `createHttpServer`
 * @returns how many requests were cut off
 */
export async function closeServer(server: Server, graceMs: number, { after = Promise.resolve() }: ClosingOptions = {}): Promise<number> {
  const begun = performance.now();
  const own = traffic.get(server) ?? { connections: new Set(), answers: new Set(), closing: true };
  const { connections, answers } = own;
  own.closing = true;
  for (const res of answers) sendAway(res.req, res);
  await Promise.race([after, sleep(graceMs, undefined, { ref: false })]);

  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const leftMs = Math.max(0, graceMs - (performance.now() - begun));
  // An answer that had begun before leaves its connection open, which becomes idle then.
  const idle = setInterval(() => server.closeIdleConnections(), CHECK_EVERY_MS);
  // Browsers open connections ahead of need. Node takes one without a request for busy.
  const fresh = setTimeout(() => {
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  }, Math.min(FRESH_MS, leftMs));
  let cutOff = 0;
  const last = setTimeout(() => {
    cutOff = answers.size;
    server.closeAllConnections();
  }, leftMs);
  await closed;
  clearInterval(idle);
  clearTimeout(fresh);
  clearTimeout(last);
  return cutOff;
}

/**
 * Has a client leave with its answer. Not with one that comes while it is still sending: Node closes the connection right
 * behind such an answer, and the client could not read it. That connection is closed when it is idle.
 */
function sendAway(req: IncomingMessage, res: ServerResponse): void {
  const leave = (): void => {
    if (!res.headersSent) res.setHeader('connection', 'close');
  };
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && !req.complete) req.once('end', leave);
  else leave();
}
