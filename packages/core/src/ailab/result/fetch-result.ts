import { startDeadline } from '../pacing/deadline.ts';
import type { Download } from './download.ts';
import type { RemoteResult } from './download-failures.ts';
import { withTries, type DownloadTry, type FetchContext } from './download-tries.ts';
import type { Write } from './pulled-stream.ts';
import type { Outcome } from '../pacing/retry.ts';

/**
 * Fetches a whole result. A try that fails is repeated.
 * @throws {ResultExpiredError | ResultUnavailableError | AbortedError}
 */
export function fetchBytes(result: RemoteResult, signal: AbortSignal, context: FetchContext): Promise<Uint8Array<ArrayBuffer>> {
  return withTries(result, signal, context, ({ untilSuccess }) =>
    untilSuccess(async ({ download, isOver }) => isOver(await inTime(signal, context, (deadline) => download.whole(deadline)))),
  );
}

/**
 * Fetches a result and writes its bytes as they come. A try that fails is repeated as long as nothing was written.
 * @throws {ResultExpiredError | ResultUnavailableError | AbortedError}
 */
export function fetchInto(write: Write, result: RemoteResult, signal: AbortSignal, context: FetchContext): Promise<void> {
  const next = (download: Download): Promise<Outcome<Uint8Array | undefined>> => inTime(signal, context, (deadline) => download.next(deadline));
  return withTries(result, signal, context, async ({ untilSuccess, aborted }) => {
    const { download, isOver, first } = await untilSuccess<DownloadTry & { first: Uint8Array | undefined }>(async (begun) => {
      const chunk = await next(begun.download);
      return chunk.ok ? { ok: true, value: { ...begun, first: chunk.value } } : begun.isOver(chunk);
    });
    let chunk: Outcome<Uint8Array | undefined> = { ok: true, value: first };
    try {
      while (chunk.ok && chunk.value !== undefined) {
        await write(chunk.value);
        chunk = await next(download);
      }
    } catch {
      chunk = aborted(); // nobody reads any more
    }
    download.cancel();
    isOver(chunk);
    if (!chunk.ok) throw chunk.error;
  });
}

async function inTime<T>(signal: AbortSignal, { limits }: FetchContext, work: (deadline: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = startDeadline(limits.downloadTimeoutMs, 'bytes of the result', signal);
  try {
    return await work(deadline.signal);
  } finally {
    deadline.clear();
  }
}
