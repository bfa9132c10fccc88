import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaceSlimmer } from '@slimface/core';
import type { Gateway } from './create-gateway.ts';
import { closeServer } from './http/http-server.ts';

/** Time for requests that are cut off to come to their end, and to their lines in the log. */
const LAST_WORDS_MS = 250;

/** What is shut down together. */
export interface RunningGateway {
  /** Of `createHttpServer`. */
  readonly server: Server;
  readonly gateway: Gateway;
  readonly slimmer: FaceSlimmer;
}

/** How a gateway ended. */
export interface ShutDown {
  /** Whether all that was under way came to its end in time. */
  readonly isComplete: boolean;
  /** Requests that were cut off. */
  readonly requestsCutOff: number;
}

/**
 * Ends a gateway without losing what is under way. It takes no more photos: new ones are put off with `BUSY`,
 * `/health/ready` is 503, and clients are sent away with their answers. The server goes on listening, so that they get
 * these, until the last photo is done; then it closes, and with it the gateway and the engine. An idle gateway ends at once.
 *
 * @param options.withinMs milliseconds for all of this; requests that take longer are cut off a quarter of a second before
 *
 * @example
 * process.once('SIGTERM', () => shutDown({ server, gateway, slimmer }, { withinMs: 10_000 }).then(() => process.exit(0)));
 */
export async function shutDown({ server, gateway, slimmer }: RunningGateway, { withinMs }: { readonly withinMs: number }): Promise<ShutDown> {
  const graceMs = Math.max(0, withinMs - LAST_WORDS_MS);
  let requestsCutOff = 0;
  const end = async (): Promise<boolean> => {
    requestsCutOff = await closeServer(server, graceMs, { after: gateway.drain() });
    await gateway.close();
    await slimmer.close();
    return requestsCutOff === 0;
  };
  const inTime = new AbortController();
  const isComplete = await Promise.race([end(), sleep(graceMs + LAST_WORDS_MS, false, { signal: inTime.signal })]);
  inTime.abort();
  return { isComplete, requestsCutOff };
}
