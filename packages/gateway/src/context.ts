import type { FaceSlimmer } from '@slimface/core';
import type { GatewayLogger } from './logger.ts';
import type { ResultUrl } from './sign/result-url.ts';
import type { ResultStore } from './store/result-store.ts';

/** What every resolver gets. */
export interface GatewayContext {
  readonly slimmer: FaceSlimmer;
  readonly store: ResultStore;
  readonly resultUrl: ResultUrl;
  readonly logger: GatewayLogger;
  /** In the log and in the answer's `x-request-id` header. */
  readonly requestId: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}
