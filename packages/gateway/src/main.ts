#!/usr/bin/env node
import { availableParallelism, constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiRequirements, createAilabClient, type FaceSlimmer } from '@slimface/core';
import { createLocalEngine } from '@slimface/engine';
import { type Logger, pino } from 'pino';
import { findListenAddress } from './access/listen-address.ts';
import { explainFault } from './config/explain-fault.ts';
import { readArguments } from './config/read-arguments.ts';
import { readConfig, unknownSettings } from './config/read-config.ts';
import type { Config } from './config/settings.ts';
import { createGateway, type Gateway } from './create-gateway.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { closeServer, createHttpServer, listen } from './http/http-server.ts';

/** Puts the gateway behind an HTTP server, and runs it until a signal comes. */
async function main(): Promise<void> {
  const text = readArguments(process.argv.slice(2));
  if (text !== undefined) return void process.stdout.write(text);

  const stopped = signalled(); // from here on: the first process of a container gets no signal that it does not listen for
  const config = readConfig(process.env);
  const logger = pino({ name: 'slimface', level: config.logLevel }, pino.destination(process.stderr.fd));
  for (const name of unknownSettings(process.env)) logger.warn({ name }, 'there is no such setting');
  const { address, notice, isOpen } = await findListenAddress(config);

  // The port comes first: that it is taken should show before models are loaded. Early requests wait for the gateway.
  let ready: (gateway: Gateway) => void;
  const gatewayReady = new Promise<Gateway>((resolve) => (ready = resolve));
  const server = createHttpServer((req, res) => void gatewayReady.then(({ handle }) => handle(req, res)));
  const url = await listen(server, { host: address, port: config.port });

  const engine = await startEngine(config, logger);
  const uploadLimits = { maxFiles: config.maxImages, maxBytesInFlight: config.uploadMemoryBytes };
  const gateway = await createGateway({ ...config, ...engine, publicUrl: config.publicUrl ?? url, uploadLimits, logger });
  ready!(gateway);
  process.stdout.write(`slimface gateway ready at ${url}/graphql\n`);
  if (notice !== undefined) process.stdout.write(`${notice}\n`);
  if (isOpen) logger.warn({ address }, 'anybody may call');
  const isReachableByUrl = config.publicUrl !== undefined || !['0.0.0.0', '::'].includes(address);
  if (!isReachableByUrl) logger.warn({ url }, 'result URLs begin with an address that only this machine knows: SLIMFACE_PUBLIC_URL is not set');

  await stopped;
  gateway.drain();
  const drainMs = config.drainSeconds * 1000;
  const end = async (): Promise<boolean> => {
    await closeServer(server, drainMs);
    await gateway.close();
    await engine.slimmer.close();
    return true;
  };
  const ended = await Promise.race([end(), sleep(drainMs, false)]);
  if (!ended) logger.warn({ seconds: config.drainSeconds }, 'what was under way has been cut off');
}

/** The one place that chooses an engine. */
async function startEngine(config: Config, logger: Logger): Promise<Pick<GatewayOptions, 'concurrency' | 'selfTest'> & { readonly slimmer: FaceSlimmer }> {
  const { engine, limits, concurrency: wanted } = config;
  if (engine.kind === 'ailab') {
    const concurrency = wanted ?? 3; // what an account of the vendor may have under way at a time
    const slimmer = createAilabClient({ apiKey: engine.apiKey, baseUrl: engine.url, concurrency, logger });
    return { slimmer, concurrency, selfTest: async () => void (await slimmer.credits()) }; // slimming would cost credits
  }
  const concurrency = wanted ?? availableParallelism();
  const slimmer = await createLocalEngine({ concurrency, ...(limits === 'ailab' && { requirements: apiRequirements }) });
  return { slimmer, concurrency };
}

/** Resolves with the first signal to end. The same one again ends the process at once; Ctrl-C may bring both, from the terminal and from a parent. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(128 + constants.signals[signal]));
      });
    }
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`slimface gateway: ${explainFault(error)}\n`);
  process.exit(1);
}
