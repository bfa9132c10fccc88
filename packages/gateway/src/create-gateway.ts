import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { FaceSlimmer } from '@slimface/core';
import { createYoga } from 'graphql-yoga';
import type { GatewayContext } from './context.ts';
import { createRequestHandler, currentRequestId } from './handle-request.ts';
import { loggableError } from './loggable-error.ts';
import { silentLogger, type GatewayLogger } from './logger.ts';
import { useCostLimit } from './plugins/use-cost-limit.ts';
import { useCsrfPrevention } from './plugins/use-csrf-prevention.ts';
import { useErrorCodes } from './plugins/use-error-codes.ts';
import { useTokenLimit } from './plugins/use-token-limit.ts';
import { serveResult } from './results/serve-result.ts';
import { buildSchema } from './schema/build-schema.ts';
import { createResultUrl } from './sign/result-url.ts';
import { loadSigningKey } from './sign/signing-key.ts';
import { createResultStore } from './store/result-store.ts';
import { uploadLimitsFor, type UploadLimits } from './upload/upload-limits.ts';
import { useUploads, type NodeServerContext } from './upload/use-uploads.ts';

const MAX_JSON_BYTES = 2 ** 18;
const SWEEP_EVERY_SECONDS = 600;

/** What a gateway is made of. */
export interface GatewayOptions {
  /** The engine. Its `requirements` are the gateway's; who created it closes it. */
  readonly slimmer: FaceSlimmer;
  /** Folder for results and the key that signs their URLs. One gateway at a time may use it. */
  readonly dataDir: string;
  /** Address of the gateway as its clients see it. A path in it is for a proxy to take off. */
  readonly publicUrl: string;
  /**
   * Seconds for which a result is kept.
   * @default 86400
   */
  readonly resultTtlSeconds?: number;
  /**
   * Bounds on what requests may hold in memory.
   * @default three images of the largest size that the engine takes in one request, and four such requests at once
   */
  readonly uploadLimits?: Partial<UploadLimits>;
  /**
   * Gets one line for each request and each slimmed photo.
   * @default nothing is logged
   */
  readonly logger?: GatewayLogger;
}

/** A gateway to put behind an HTTP server. */
export interface Gateway {
  /** Answers a request to `/graphql`, `/results/…` or `/health`. */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Stops what runs in the background. */
  close(): Promise<void>;
}

/**
 * Sets up the GraphQL endpoint, the store and the result URLs.
 *
 * @throws {Error} the data folder cannot be used
 *
 * @example
 * const gateway = await createGateway({ slimmer, dataDir: '.slimface', publicUrl: 'https://slim.example' });
 * createHttpServer(gateway.handle).listen(4000);
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { slimmer, dataDir, publicUrl, resultTtlSeconds = 86_400, logger = silentLogger } = options;

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const signingKey = await loadSigningKey(dataDir);
  const store = await createResultStore({ folder: join(dataDir, 'results'), ttlSeconds: resultTtlSeconds });
  const resultUrl = createResultUrl(publicUrl, signingKey);

  const yoga = createYoga<NodeServerContext & { requestId: string }, GatewayContext>({
    schema: buildSchema(),
    context: ({ request, requestId }) => ({ slimmer, store, resultUrl, logger, requestId, signal: request.signal }),
    plugins: [useCsrfPrevention(), useUploads({ ...uploadLimitsFor(slimmer.requirements), ...options.uploadLimits }), useTokenLimit(), useCostLimit(), useErrorCodes()],
    multipart: false,
    maxRequestBodySize: MAX_JSON_BYTES,
    maskedErrors: { isDev: false },
    // No page of another origin needs the endpoint, and with a remote engine each call costs money.
    cors: false,
    graphiql: false, // its page loads scripts from a public CDN
    landingPage: false,
    logging: { debug() {}, info() {}, warn() {}, error: (error: unknown) => logger.error({ requestId: currentRequestId.getStore(), err: loggableError(error) }, 'request failed') },
  });

  const sweep = (): Promise<void> => store.sweep().catch((error: unknown) => logger.error({ err: loggableError(error) }, 'some expired results could not be deleted'));
  await sweep();
  const sweeper = setInterval(() => void sweep(), Math.min(resultTtlSeconds, SWEEP_EVERY_SECONDS) * 1000);
  sweeper.unref();

  return {
    handle: createRequestHandler(
      {
        graphql: (req, res, context) => void yoga(req, res, context),
        results: (req, res, url) => serveResult(req, res, url, { store, signingKey }),
      },
      logger,
    ),
    async close() {
      clearInterval(sweeper);
      await sweep();
    },
  };
}
