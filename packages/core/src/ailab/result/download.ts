import type { Dispatcher } from 'undici';
import { sniffMediaType } from '../../inspect/magic-bytes.ts';
import { orAborted } from '../../or-aborted.ts';
import type { Connections } from '../connections.ts';
import { createDownloadFailures, type RemoteResult } from './download-failures.ts';
import { createImageEnd, type ImageEnd } from './image-end.ts';
import type { Redact } from '../observe/redact.ts';
import { requestResult, type ResultAnswer } from './request-result.ts';
import type { ClientLimits } from '../resolve-options.ts';
import type { ResultHosts } from './result-hosts.ts';
import type { Outcome } from '../pacing/retry.ts';

/** One try to fetch a result. */
export interface Download {
  /** Of the last answer; absent until there is one. */
  readonly httpStatus?: number;
  /** Bytes of the result so far. */
  readonly bytesReceived: number;
  /**
   * The next bytes, undefined behind the last ones. The first call sends the request. Never rejects; after a failure the
   * connection is closed and there is nothing more to get.
   *
   * @param signal ends the wait, and the download with it. That of the first call is obeyed until the end.
   * @param isKept whether the caller keeps all bytes in memory until the end
   */
  next(signal: AbortSignal, isKept?: boolean): Promise<Outcome<Uint8Array | undefined>>;
  /** Closes the connection unless everything was read. */
  cancel(): void;
}

/** What a download needs from its client. */
export interface DownloadContext {
  readonly connections: Connections;
  readonly hosts: ResultHosts;
  readonly redact: Redact;
  readonly limits: Pick<ClientLimits, 'maxResultBytes' | 'downloadTimeoutMs'>;
}

/** Enough of a file to tell its format. */
const headBytes = 16;

/** Prepares a try. Its bytes are handed out as they come, but only those of a JPEG or PNG, and never more than allowed. */
export function startDownload(result: RemoteResult, { connections, hosts, redact, limits }: DownloadContext): Download {
  const { maxResultBytes, downloadTimeoutMs } = limits;
  const failures = createDownloadFailures(result, redact);
  const report: { httpStatus?: number; bytesReceived: number } = { bytesReceived: 0 };
  let answer: ResultAnswer | undefined;
  let chunks: AsyncIterator<Uint8Array>;
  let end: ImageEnd;
  let openedWith: AbortSignal | undefined;

  async function open(signal: AbortSignal, isKept: boolean): Promise<Outcome<Uint8Array | undefined>> {
    openedWith = signal;
    const onStatus = (status: number): void => void (report.httpStatus = status);
    const asked = await requestResult(result, { connections, hosts, failures, timeoutMs: downloadTimeoutMs, signal, onStatus });
    if (!asked.ok) return asked;
    answer = asked.value;
    const { host, headers, body } = answer;
    const announced = Number(headers['content-length']);
    if (announced > maxResultBytes) return tooLarge(host, `${announced} bytes`);
    chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    const head = await readHead(answer, signal);
    if (!head.ok) return head;
    const detected = sniffMediaType(head.value);
    if (detected !== 'image/jpeg' && detected !== 'image/png') {
      return failures.unavailable(`Expected a JPEG or PNG from ${host} but received ${describe(head.value, detected, headers)}`);
    }
    end = createImageEnd(detected);
    return pass(head.value, isKept);
  }

  /** The first chunks, joined: a host that drips byte by byte must not be mistaken for one that sends something else. */
  async function readHead(from: ResultAnswer, signal: AbortSignal): Promise<Outcome<Uint8Array>> {
    let head: Uint8Array = new Uint8Array();
    while (head.byteLength < headBytes) {
      const chunk = await read(from, signal);
      if (!chunk.ok) return chunk;
      if (chunk.value === undefined) break;
      head = head.byteLength === 0 ? chunk.value : Buffer.concat([head, chunk.value]);
    }
    return { ok: true, value: head };
  }

  async function read({ host }: ResultAnswer, signal: AbortSignal): Promise<Outcome<Uint8Array | undefined>> {
    try {
      const { done, value } = await (signal === openedWith ? chunks.next() : orAborted(chunks.next(), signal));
      if (done === true) return { ok: true, value: undefined };
      report.bytesReceived += value.byteLength;
      return report.bytesReceived > maxResultBytes ? tooLarge(host, 'more') : { ok: true, value };
    } catch (error) {
      return signal.aborted ? failures.ended(signal, { host, ms: downloadTimeoutMs }) : failures.lost(host, error);
    }
  }

  async function goOn(from: ResultAnswer, signal: AbortSignal, isKept: boolean): Promise<Outcome<Uint8Array | undefined>> {
    const chunk = await read(from, signal);
    if (!chunk.ok) return chunk;
    if (chunk.value !== undefined) return pass(chunk.value, isKept);
    return end.reached ? chunk : failures.unavailable(`Expected a whole image from ${from.host} but it is cut off after ${report.bytesReceived} bytes`);
  }

  function pass(chunk: Uint8Array, isKept: boolean): Outcome<Uint8Array> {
    end.push(chunk, isKept);
    return { ok: true, value: chunk };
  }

  function tooLarge(host: string, received: string): Outcome<never> {
    return failures.unavailable(`Expected a result of at most ${maxResultBytes} bytes from ${host} but received ${received}`, { retry: 'never' });
  }

  const cancel = (): void => void answer?.body.destroy();
  return Object.assign(report, {
    async next(signal: AbortSignal, isKept = false) {
      const outcome = answer === undefined ? await open(signal, isKept) : await goOn(answer, signal, isKept);
      if (!outcome.ok) cancel();
      return outcome;
    },
    cancel,
  });
}

function describe(head: Uint8Array, detected: string | null, headers: Dispatcher.ResponseData['headers']): string {
  if (head.byteLength === 0) return '0 bytes';
  // What the host says counts only where the bytes say nothing.
  const declared = /^[a-z]{1,20}\/[\w.+-]{1,80}/i.exec(String(headers['content-type'] ?? ''))?.[0];
  const fallback = declared === undefined || declared.startsWith('image/') ? 'bytes of no known image format' : declared;
  return detected ?? fallback;
}
