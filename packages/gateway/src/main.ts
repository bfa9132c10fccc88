import { apiRequirements } from '@slimface/core';
import { createLocalEngine } from '@slimface/engine';
import { pino } from 'pino';
import { ConfigError, readConfig } from './config.ts';
import { createGateway, type Gateway } from './create-gateway.ts';
import { closeServer, createHttpServer, listen } from './http-server.ts';

const GRACE_MS = 10_000;

/** Chooses the engine, puts the gateway behind an HTTP server, and runs it until a signal comes. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = pino({ name: 'slimface' }, pino.destination(process.stderr.fd));

  // The port comes first: that it is taken should show before models are loaded. Early requests wait for the gateway.
  let ready: (gateway: Gateway) => void;
  const gatewayReady = new Promise<Gateway>((resolve) => (ready = resolve));
  const server = createHttpServer((req, res) => void gatewayReady.then(({ handle }) => handle(req, res)));
  const address = await listen(server, config);

  const slimmer = await createLocalEngine(config.limits === 'api' ? { requirements: apiRequirements } : {});
  const { dataDir, publicUrl = address, resultTtlSeconds } = config;
  const gateway = await createGateway({ slimmer, dataDir, publicUrl, resultTtlSeconds, logger });
  ready!(gateway);
  const ended = signal(); // whoever reads the next line may send one at once
  process.stdout.write(`slimface gateway ready at ${address}/graphql\n`);

  await ended;
  await closeServer(server, GRACE_MS);
  await gateway.close();
  await slimmer.close();
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** One line for whoever started the gateway. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, address, hostname, path, message } = error as NodeJS.ErrnoException & { port?: number; address?: string; hostname?: string };
  const place = `${address}:${port}`;
  if (code === 'EADDRINUSE') return `${place} is in use; set SLIMFACE_PORT to another port, or to 0 for any free one`;
  if (code === 'EACCES' && port !== undefined) return `${place} may not be used by this user; set SLIMFACE_PORT to a port from 1024 up`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${address}; set SLIMFACE_HOST to one that it has`;
  if (hostname !== undefined) return `no address is known for the name ${hostname} (${code}); set SLIMFACE_HOST to an address of this machine`;
  if (path !== undefined) return `${path} cannot be used (${code}); set SLIMFACE_DATA_DIR to a folder that this user may write to`;
  return message;
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`slimface gateway: ${explain(error)}\n`);
  process.exit(1);
}
