import { onTestFinished } from 'vitest';
import { createConnections } from '../../../src/ailab/connections.ts';
import type { AilabEvent } from '../../../src/ailab/observe/events.ts';
import { createRedactor } from '../../../src/ailab/observe/redact.ts';
import type { RemoteImageContext, Slimming } from '../../../src/ailab/result/remote-image.ts';
import { createResultHosts, type ResultHostsOptions } from '../../../src/ailab/result/result-hosts.ts';
import type { SpanAttributes } from '../../../src/ailab/observe/telemetry.ts';

/** A path and a query that are found again wherever they show up. */
export const secretPath = '/faceBody/pr1vate.jpg?signature=s1gned';

/** A key that no result host is told, but that one could know. */
export const apiKey = 'key-0f-the-acc0unt';

/** A result on a server, good for an hour. */
export function slimmingAt(origin: string, changes: Partial<Slimming> = {}): Slimming {
  return {
    url: origin + secretPath,
    expiresAt: new Date(Date.now() + 3_600_000),
    mediaType: 'image/jpeg',
    width: 1,
    height: 2,
    slimDegree: 1.5,
    requestId: 'r1',
    logId: 'l1',
    ...changes,
  };
}

export interface FetchContextOptions extends Partial<ResultHostsOptions> {
  readonly limits?: Partial<RemoteImageContext['limits']>;
  readonly signal?: AbortSignal;
  readonly context?: Partial<RemoteImageContext>;
}

/** A context that notes what it is told. */
export interface ObservedContext extends RemoteImageContext {
  readonly events: AilabEvent[];
  readonly spans: { name: string; attributes: SpanAttributes }[];
}

/** Everything that a fetch needs, with real connections that last for one test. */
export function fetchContext({ limits, signal, context, ...hosts }: FetchContextOptions = {}): ObservedContext {
  const connections = createConnections();
  onTestFinished(() => connections.close());
  const events: AilabEvent[] = [];
  const spans: { name: string; attributes: SpanAttributes }[] = [];
  return {
    connections,
    hosts: createResultHosts({ apiOrigin: 'https://www.ailabapi.com', ...hosts }),
    redact: createRedactor(apiKey),
    limits: {
      retryDelayMs: 1,
      maxRetryDelayMs: 5,
      retryBudgetMs: 1000,
      maxResultBytes: 2 ** 20,
      downloadTimeoutMs: 5000,
      maxDownloadRetries: 2,
      ...limits,
    },
    emit: (event) => void events.push(event),
    trace: (name, attributes, work) => {
      const span = { name, attributes };
      spans.push(span);
      return work({ note: (more) => void (span.attributes = { ...span.attributes, ...more }), fail() {} });
    },
    track: (work) => work(),
    signal,
    events,
    spans,
    ...context,
  };
}
