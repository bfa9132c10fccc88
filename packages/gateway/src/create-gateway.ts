import type { IncomingMessage, ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { InvalidInputError } from '@slimface/core';
import { createAuthenticate } from './access/authenticate.ts';
import { limitStrangers } from './access/limit-strangers.ts';
import { createRateLimit } from './access/rate-limit.ts';
import { createAdmission } from './admission/admission.ts';
import type { GatewayServices } from './context.ts';
import { fitUploadLimits } from './upload/fit-upload-limits.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { graphqlRoute } from './graphql-route.ts';
import { healthRoutes } from './health/health-routes.ts';
import { createReadiness } from './health/readiness.ts';
import { slimSelfTestImage } from './health/self-test.ts';
import { checkOrigins, withCors } from './http/cors.ts';
import { createRequestHandler } from './http/handle-request.ts';
import { refuseCrossSite } from './http/refuse-cross-site.ts';
import { refuseForeignHost } from './http/refuse-foreign-host.ts';
import { createIdempotency } from './idempotency.ts';
import { silentLogger } from './observe/logger.ts';
import { metricsRoute } from './observe/metrics-route.ts';
import { createMetrics } from './observe/metrics.ts';
import { openDataFolder } from './store/open-data-folder.ts';
import { pageRoutes } from './pages/page-routes.ts';
import { restRoutes } from './rest/rest-routes.ts';
import { resultsRoute } from './results/serve-result.ts';
import { buildSchema } from './schema/build-schema.ts';
import { createResultUrl } from './sign/result-url.ts';
import { sweepRegularly } from './store/sweep-regularly.ts';
import { createByteBudget } from './upload/byte-budget.ts';

const SWEEP_EVERY_SECONDS = 600;

/** A gateway to put behind an HTTP server. */
export interface Gateway {
  /** Answers every request. */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Takes no more photos, and says so at `/health/ready`. Resolves when those that are in are done. */
  drain(): Promise<void>;
  /** Waits for the photos that are in, stops what runs in the background, and gives the data folder up. */
  close(): Promise<void>;
}

/**
 * Sets up the GraphQL endpoint, the REST twin, the store and the result URLs.
 *
 * @throws {InvalidInputError} a limit with which some of what is accepted could never be served
 * @throws {Error} the data folder cannot be used or another gateway uses it, or an API key or an origin is none
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

  // With none, no photo would ever have its turn.
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new InvalidInputError('concurrency to be a whole number from 1 up', concurrency);
  const uploadLimits = fitUploadLimits(options.uploadLimits, { places: concurrency + queueLength, requirements: slimmer.requirements });
  const authenticate = createAuthenticate(apiKeys);
  const corsOrigins = checkOrigins(options.corsOrigins ?? []);
  const { signingKeys, store, release } = await openDataFolder(dataDir, { signingKeys: options.signingKeys, ttlSeconds: resultTtlSeconds, maxBytes: maxStoreBytes });
  const admission = createAdmission({ capacity: concurrency, queueLength, maxImages: uploadLimits.maxFiles });
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
    maxImages: uploadLimits.maxFiles,
    stripMetadata: options.stripMetadata ?? false,
  };
  const uploadBudget = createByteBudget(uploadLimits.maxBytesInFlight);
  const schema = buildSchema();
  const callRoutes = [
    graphqlRoute({ schema, services, uploadLimits, uploadBudget, introspection, trustedDocuments }),
    ...restRoutes({ services, uploadLimits, uploadBudget, statuses: restStatuses }).map((route) => refuseCrossSite(route, { allowedOrigins: corsOrigins })),
  ];
  const routes = [
    ...(apiKeys.length > 0 ? limitStrangers(callRoutes) : callRoutes),
    resultsRoute({ store, signingKeys }),
    ...healthRoutes(readiness),
    metricsRoute(services.metrics),
    ...pageRoutes({ services, readiness, schema, publicUrl, graphiql, introspection, anyDocument: trustedDocuments === undefined, keysNeeded: apiKeys.length > 0 }),
  ];
  const guarded = apiKeys.length > 0 ? routes : routes.map((route) => refuseForeignHost(route, { publicUrl }));
  const stopSweeping = await sweepRegularly(store, { everySeconds: Math.min(resultTtlSeconds, SWEEP_EVERY_SECONDS), logger });

  return {
    handle: withCors(corsOrigins, createRequestHandler(guarded, { authenticate, logger, metrics: services.metrics })),
    async drain() {
      readiness.drain();
      admission.close();
      await admission.idle();
    },
    async close() {
      await admission.idle(); // a photo under an idempotency key goes on without its client
      readiness.close();
      await stopSweeping();
      await release();
    },
  };
}
