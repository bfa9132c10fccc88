import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FaceSlimmer } from '@slimface/core';
import type { ApiKey } from './access/api-keys.ts';
import { createAuthenticate } from './access/authenticate.ts';
import { createRateLimit } from './access/rate-limit.ts';
import { createAdmission } from './admission/admission.ts';
import type { GatewayServices } from './context.ts';
import { graphqlRoute } from './graphql-route.ts';
import { healthRoutes } from './health/health-routes.ts';
import { createReadiness } from './health/readiness.ts';
import { slimSelfTestImage } from './health/self-test.ts';
import { checkOrigins, withCors } from './http/cors.ts';
import { createRequestHandler } from './http/handle-request.ts';
import { createIdempotency } from './idempotency.ts';
import { silentLogger, type GatewayLogger } from './observe/logger.ts';
import { metricsRoute } from './observe/metrics-route.ts';
import { createMetrics } from './observe/metrics.ts';
import { pageRoutes } from './pages/page-routes.ts';
import { restRoutes } from './rest/rest-routes.ts';
import { resultsRoute } from './results/serve-result.ts';
import { buildSchema } from './schema/build-schema.ts';
import { createResultUrl } from './sign/result-url.ts';
import { loadSigningKeys } from './sign/signing-key.ts';
import { createResultStore } from './store/result-store.ts';
import { sweepRegularly } from './store/sweep-regularly.ts';
import { createByteBudget } from './upload/byte-budget.ts';
import { uploadLimitsFor, type UploadLimits } from './upload/upload-limits.ts';

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
   * Who may call.
   * @default everybody: for a server that only this machine reaches
   */
  readonly apiKeys?: readonly ApiKey[];
  /**
   * Photos that each API key, or each address without one, may send in a minute; 0 for any number.
   * @default 120
   */
  readonly photosPerMinute?: number;
  /**
   * Photos that the engine gets at the same time.
   * @default os.availableParallelism()
   */
  readonly concurrency?: number | undefined;
  /**
   * Photos beside those that are being received or wait for the engine. Others are put off with `BUSY`.
   * @default 16
   */
  readonly queueLength?: number;
  /**
   * Seconds for which a result is kept.
   * @default 86400
   */
  readonly resultTtlSeconds?: number;
  /**
   * Bytes that results may take on disk; beyond them the oldest go before their time.
   * @default 10 * 2 ** 30
   */
  readonly maxStoreBytes?: number;
  /**
   * Keys that sign result URLs, 32 bytes each: URLs are signed by the first and taken when signed by any.
   * @default one key, kept in the data folder
   */
  readonly signingKeys?: readonly [Uint8Array, ...Uint8Array[]] | undefined;
  /**
   * Whether results lose EXIF, GPS and whatever else a camera wrote into the photo.
   * @default false
   */
  readonly stripMetadata?: boolean;
  /**
   * Bounds on what requests may hold in memory.
   * @default see `uploadLimitsFor`
   */
  readonly uploadLimits?: Partial<UploadLimits>;
  /**
   * Origins whose pages may call, e.g. `https://app.example`.
   * @default []
   */
  readonly corsOrigins?: readonly string[];
  /**
   * Whether clients may ask for the schema, and `/schema.graphql` is there.
   * @default true
   */
  readonly introspection?: boolean;
  /**
   * Whether `/graphiql` is there.
   * @default true, unless only trusted documents are taken
   */
  readonly graphiql?: boolean;
  /**
   * Documents by their SHA-256 in hexadecimal. Given, no other document is taken.
   * @default any document
   */
  readonly trustedDocuments?: Readonly<Record<string, string>> | undefined;
  /**
   * Which of the vendor's two tables of HTTP statuses the REST twin follows: the one of 2026 or the one before.
   * @default 2026
   */
  readonly restStatuses?: 2025 | 2026;
  /**
   * Tells whether the engine works; `/health/ready` waits for it.
   * @default slims a small portrait
   */
  readonly selfTest?: () => Promise<void>;
  /**
   * Gets one line for each request and each photo.
   * @default nothing is logged
   */
  readonly logger?: GatewayLogger;
}

/** A gateway to put behind an HTTP server. */
export interface Gateway {
  /** Answers every request. */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Takes no more photos, and says so at `/health/ready`; those that are in go on. */
  drain(): void;
  /** Waits for the photos that are in, and stops what runs in the background. */
  close(): Promise<void>;
}

/**
 * Sets up the GraphQL endpoint, the REST twin, the store and the result URLs.
 *
 * @throws {Error} the data folder cannot be used, or an API key or an origin is none
 *
 * @example
 * const gateway = await createGateway({ slimmer, dataDir: '.slimface', publicUrl: 'https://slim.example' });
 * createHttpServer(gateway.handle).listen(4000);
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { slimmer, dataDir, publicUrl, apiKeys = [], logger = silentLogger } = options;
  const { resultTtlSeconds = 86_400, maxStoreBytes = 10 * 2 ** 30, restStatuses = 2026 } = options;
  const { trustedDocuments, introspection = true, graphiql = trustedDocuments === undefined } = options;
  const { photosPerMinute = 120, concurrency = availableParallelism(), queueLength = 16 } = options;

  const authenticate = createAuthenticate(apiKeys);
  const corsOrigins = checkOrigins(options.corsOrigins ?? []);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const signingKeys = options.signingKeys ?? (await loadSigningKeys(dataDir));
  const store = await createResultStore({ folder: join(dataDir, 'results'), ttlSeconds: resultTtlSeconds, maxBytes: maxStoreBytes });
  const admission = createAdmission({ capacity: concurrency, queueLength });
  const readiness = createReadiness(options.selfTest ?? (() => slimSelfTestImage(slimmer)), logger);
  const services: GatewayServices = {
    slimmer,
    admission,
    rateLimit: createRateLimit({ photosPerMinute }),
    idempotency: createIdempotency({ store, secret: signingKeys[0] }),
    store,
    resultUrl: createResultUrl(publicUrl, signingKeys[0]),
    metrics: createMetrics({ admission, store }),
    logger,
    stripMetadata: options.stripMetadata ?? false,
  };
  const uploadLimits = uploadLimitsFor(slimmer.requirements, options.uploadLimits);
  const uploadBudget = createByteBudget(uploadLimits.maxBytesInFlight);
  const schema = buildSchema();
  const routes = [
    graphqlRoute({ schema, services, uploadLimits, uploadBudget, introspection, trustedDocuments }),
    ...restRoutes({ services, uploadLimits, uploadBudget, statuses: restStatuses }),
    resultsRoute({ store, signingKeys }),
    ...healthRoutes(readiness),
    metricsRoute(services.metrics),
    ...pageRoutes({ services, readiness, schema, publicUrl, graphiql, introspection, anyDocument: trustedDocuments === undefined, keysNeeded: apiKeys.length > 0 }),
  ];
  const stopSweeping = await sweepRegularly(store, { everySeconds: Math.min(resultTtlSeconds, SWEEP_EVERY_SECONDS), logger });

  return {
    handle: withCors(corsOrigins, createRequestHandler(routes, { authenticate, logger, metrics: services.metrics })),
    drain() {
      readiness.drain();
      admission.close();
    },
    async close() {
      await admission.idle(); // a photo under an idempotency key goes on without its client
      readiness.close();
      await stopSweeping();
    },
  };
}
