import type { GatewayServices } from '../context.ts';
import type { Route } from '../http/route.ts';
import type { ByteBudget } from '../upload/byte-budget.ts';
import type { UploadLimits } from '../upload/upload-limits.ts';
import { endpointRoute, otherPathsRoute } from './endpoint.ts';
import { queryCreditsEndpoint } from './query-credits.ts';
import { slimFaceEndpoint } from './slim-face.ts';

/** What the REST twin is made of. */
export interface RestOptions {
  readonly services: GatewayServices;
  readonly uploadLimits: UploadLimits;
  /** Bytes that all uploads of the process share. */
  readonly uploadBudget: ByteBudget;
  /** Which of the vendor's two tables of HTTP statuses errors follow. */
  readonly statuses: 2025 | 2026;
}

/** The twin of the AILabTools API: everything below `/api/`. */
export function restRoutes({ services, uploadLimits, uploadBudget, statuses }: RestOptions): Route[] {
  const endpoints = [slimFaceEndpoint({ uploadLimits, uploadBudget }), queryCreditsEndpoint(services.slimmer)];
  return [...endpoints.map((endpoint) => endpointRoute(endpoint, { services, statuses })), otherPathsRoute];
}
