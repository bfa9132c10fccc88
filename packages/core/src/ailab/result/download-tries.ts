import { startDownload, type Download, type DownloadContext } from './download.ts';
import { createDownloadFailures, type RemoteResult } from './download-failures.ts';
import type { Emit } from '../observe/events.ts';
import type { ClientLimits } from '../resolve-options.ts';
import { withRetries, type Failure, type Outcome } from '../pacing/retry.ts';
import type { SpanAttributes, Trace } from '../observe/telemetry.ts';

/** What fetching needs from its client. */
export interface FetchContext extends DownloadContext {
  readonly limits: Omit<ClientLimits, 'concurrency'>;
  readonly emit: Emit;
  readonly trace: Trace;
}

/** A try that is under way. */
export interface DownloadTry {
  readonly download: Download;
  /** Tells everybody how the try went, and hands its outcome on. */
  isOver<T>(outcome: Outcome<T>): Outcome<T>;
}

/** All the tries of one fetch. */
export interface DownloadTries {
  /** Makes tries until one succeeds or no other one is allowed. */
  untilSuccess<T>(tryOnce: (begun: DownloadTry) => Promise<Outcome<T>>): Promise<T>;
  /** What the fetch fails with when it is aborted between tries. */
  aborted(): Failure;
}

/**
 * Runs a fetch in a span of its own, unless it is known beforehand that there is nothing to be had.
 * @throws {AbortedError} `signal` is aborted already
 * @throws {ResultExpiredError} the result's time is over
 */
export async function withTries<T>(result: RemoteResult, signal: AbortSignal, context: FetchContext, work: (tries: DownloadTries) => Promise<T>): Promise<T> {
  const failures = createDownloadFailures(result, context.redact);
  if (signal.aborted) throw failures.aborted(signal).error;
  if (Date.now() >= result.expiresAt.getTime()) throw failures.expired().error;
  const { trace, emit, limits } = context;
  const host = URL.canParse(result.url) ? new URL(result.url).hostname : undefined;
  return trace('slimface.download', { 'http.request.method': 'GET', 'server.address': host }, ({ note }) => {
    const policy = { ...limits, maxRetries: limits.maxDownloadRetries, retryUnknown: true };
    return work({
      async untilSuccess(tryOnce) {
        try {
          return await withRetries((attempt) => tryOnce(beginTry(attempt, result, context, note)), policy, {
            signal,
            left: () => Infinity,
            onRetry: ({ error, ...next }) => emit({ type: 'retry', operation: 'download', ...next, code: error.code }),
          });
        } catch (error) {
          // Whatever a try failed with last: the caller knows what it did, and with which call.
          throw signal.aborted ? failures.aborted(signal).error : error;
        }
      },
      aborted: () => failures.aborted(signal),
    });
  });
}

function beginTry(attempt: number, result: RemoteResult, context: FetchContext, note: (attributes: SpanAttributes) => void): DownloadTry {
  const started = performance.now();
  const download = startDownload(result, context);
  const { requestId, logId } = result;
  return {
    download,
    isOver(outcome) {
      const { httpStatus, bytesReceived } = download;
      context.emit({
        type: 'attempt',
        operation: 'download',
        attempt,
        durationMs: performance.now() - started,
        code: outcome.ok ? 'OK' : outcome.error.code,
        ...(httpStatus !== undefined && { httpStatus }),
        bytesSent: 0,
        bytesReceived,
        ...(requestId !== undefined && { requestId }),
        ...(logId !== undefined && { logId }),
      });
      note({ 'http.response.status_code': httpStatus, 'http.request.resend_count': attempt - 1 });
      return outcome;
    },
  };
}
