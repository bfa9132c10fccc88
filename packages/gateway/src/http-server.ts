import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server with bounds on slow and on idle clients. */
export function createHttpServer(handle: RequestListener): Server {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }, handle);
  server.maxHeadersCount = 100;
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

/** Takes no new requests, lets those that run finish for at most `graceMs`, then closes their connections. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Node closes the connections that are idle now; the others become idle one by one.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const last = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(last);
}
