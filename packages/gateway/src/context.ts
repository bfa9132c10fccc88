import type { FaceSlimmer } from '@slimface/core';
import type { Caller } from './access/caller.ts';
import type { RateLimit } from './access/rate-limit.ts';
import type { Admission } from './admission/admission.ts';
import type { Idempotency } from './idempotency.ts';
import type { GatewayLogger } from './observe/logger.ts';
import type { Metrics } from './observe/metrics.ts';
import type { ResultUrl } from './sign/result-url.ts';
import type { ResultStore } from './store/result-store.ts';

/** What every request is answered with. */
export interface GatewayServices {
  readonly slimmer: FaceSlimmer;
  readonly admission: Admission;
  readonly rateLimit: RateLimit;
  readonly idempotency: Idempotency;
  readonly store: ResultStore;
  readonly resultUrl: ResultUrl;
  readonly metrics: Metrics;
  readonly logger: GatewayLogger;
  /** Most photos in one request. */
  readonly maxImages: number;
  /** Whether results lose what a camera wrote into them. */
  readonly stripMetadata: boolean;
}

/** One request. */
export interface GatewayRequest {
  /** In the log and in the answer's `x-request-id` header. */
  readonly requestId: string;
  /** Who sent it; `undefined` when it carries no key that is known. */
  readonly caller: Caller | undefined;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** What every resolver gets. */
export interface GatewayContext extends GatewayServices, GatewayRequest {}
