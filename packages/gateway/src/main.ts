#!/usr/bin/env node
import { constants } from 'node:os';
import { apiRequirements, createAilabClient, type FaceSlimmer } from '@slimface/core';
import { createLocalEngine } from '@slimface/engine';
import { type Logger, pino } from 'pino';
import { findListenAddress } from './access/listen-address.ts';
import { checkUploadMemory } from './config/check-upload-memory.ts';
import { explainFault } from './config/explain-fault.ts';
import { readArguments } from './config/read-arguments.ts';
import { ConfigError, readConfig, unknownSettings } from './config/read-config.ts';
import type { Config } from './config/settings.ts';
import { createGateway, type Gateway } from './create-gateway.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { whileStarting } from './health/while-starting.ts';
import { createHttpServer, listen } from './http/http-server.ts';
import { upstreamLogger } from './observe/upstream-logger.ts';
import { type RunningGateway, shutDown } from './shut-down.ts';

/** EX_CONFIG of sysexits.h: another start would end the same way. */
const CONFIG_FAULT = 78;

/** Puts the gateway behind an HTTP server, and runs it until a signal comes. */
async function main(): Promise<void> {
  const text = readArguments(process.argv.slice(2));
  if (text !== undefined) return void process.stdout.write(text);

  const stopped = signalled(); // from here on: the first process of a container gets no signal that it does not listen for
  const config = readConfig(process.env);
  const logger = startLog(config);
  for (const setting of unknownSettings(process.env)) logger.warn({ setting }, 'there is no such setting');

  const running = await Promise.race([start(config, logger), stopped]);
  if (running === undefined) return; // nothing is under way yet
  await stopped;
  const { isComplete, requestsCutOff } = await shutDown(running, { withinMs: config.drainSeconds * 1000 });
  if (!isComplete) logger.warn({ requests: requestsCutOff, seconds: config.drainSeconds }, 'what was under way has been cut off');
}

function startLog({ logLevel: level }: Config): Logger {
  const serializers = { err: (err: unknown) => err }; // pino's own would name the type of what has been made of an error for the log
  return pino({ name: 'slimface', level, serializers }, pino.destination({ dest: process.stderr.fd, sync: true })); // or a crash takes the last lines with it
}

/** Resolves when the gateway takes photos, and has said where it is. */
async function start(config: Config, logger: Logger): Promise<RunningGateway> {
  const { address, notice, isOpen } = await findListenAddress(config);

  // The port comes first: that it is taken should show before models are loaded. Early requests wait for the gateway.
  let ready: (gateway: Gateway) => void;
  const server = createHttpServer(whileStarting(new Promise<Gateway>((resolve) => (ready = resolve))));
  const url = await listen(server, { host: address, port: config.port });

  const engine = await startEngine(config, logger);
  checkUploadMemory(config, engine.slimmer.requirements);
  const uploadLimits = { maxFiles: config.maxImages, maxBytesInFlight: config.uploadMemoryBytes };
  const gateway = await createGateway({ ...config, ...engine, publicUrl: config.publicUrl ?? url, uploadLimits, logger });
  ready!(gateway);
  process.stdout.write(`slimface gateway ready at ${url}/graphql\n`);
  if (notice !== undefined) process.stdout.write(`${notice}\n`);
  if (isOpen) logger.warn({ address }, 'anybody may call');
  const isReachableByUrl = config.publicUrl !== undefined || !['0.0.0.0', '::'].includes(address);
  if (!isReachableByUrl) logger.warn({ url }, 'result URLs begin with an address that only this machine knows: SLIMFACE_PUBLIC_URL is not set');
  return { server, gateway, slimmer: engine.slimmer };
}

/** The one place that chooses an engine. */
async function startEngine({ engine, limits, concurrency }: Config, logger: Logger): Promise<Pick<GatewayOptions, 'selfTest'> & { readonly slimmer: FaceSlimmer }> {
  if (engine.kind === 'ailab') {
    const slimmer = createAilabClient({ apiKey: engine.apiKey, baseUrl: engine.url, concurrency, logger: upstreamLogger(logger) });
    return { slimmer, selfTest: async () => void (await slimmer.credits()) }; // slimming would cost credits
  }
  return { slimmer: await createLocalEngine({ concurrency, ...(limits === 'ailab' && { requirements: apiRequirements }) }) };
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
  process.exit(error instanceof ConfigError ? CONFIG_FAULT : 1);
}
