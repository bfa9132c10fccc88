import { sniffMediaType } from '../../inspect/magic-bytes.ts';
import { orAborted } from '../../or-aborted.ts';
import type { Connections } from '../connections.ts';
import { createDownloadFailures, type RemoteResult } from './download-failures.ts';
import { createImageEnd, type ImageEnd } from './image-end.ts';
import type { Redact } from '../observe/redact.ts';
import { announcedBytes, readBody } from '../request/read-body.ts';
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
  /** The whole result. To be called once, instead of `next`. Never rejects. */
  whole(signal: AbortSignal): Promise<Outcome<Uint8Array<ArrayBuffer>>>;
  /**
   * The next bytes, undefined behind the last ones. The first call sends the request. Never rejects; after a failure the
   * connection is closed and there is nothing more to get.
   *
   * @param signal ends the wait, and the download with it. That of the first call is obeyed until the end.
   */
  next(signal: AbortSignal): Promise<Outcome<Uint8Array | undefined>>;
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

  async function open(signal: AbortSignal): Promise<Outcome<ResultAnswer>> {
    const onStatus = (status: number): void => void (report.httpStatus = status);
    const asked = await requestResult(result, { connections, hosts, failures, timeoutMs: downloadTimeoutMs, signal, onStatus });
    if (!asked.ok) return asked;
    answer = asked.value;
    const announced = announcedBytes(answer.headers);
    return announced !== undefined && announced > maxResultBytes ? failures.tooLarge(answer.host, maxResultBytes, announced) : asked;
  }

  async function whole(signal: AbortSignal): Promise<Outcome<Uint8Array<ArrayBuffer>>> {
    const opened = await open(signal);
    if (!opened.ok) return opened;
    const { host, body, headers } = opened.value;
    const { bytes, end: how, error } = await readBody(body, { maxBytes: maxResultBytes, headers });
    count(bytes.byteLength);
    if (how === 'too long') return failures.tooLarge(host, maxResultBytes);
    if (how === 'cut') return lost(opened.value, signal, error);
    const begun = begin(opened.value, bytes);
    return begun.ok ? finish(opened.value, bytes) : begun;
  }

  async function first(signal: AbortSignal): Promise<Outcome<Uint8Array>> {
    const opened = await open(signal);
    if (!opened.ok) return opened;
    chunks = (opened.value.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    const head = await readHead(opened.value, signal);
    return head.ok ? begin(opened.value, head.value) : head;
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

  async function read(from: ResultAnswer, signal: AbortSignal): Promise<Outcome<Uint8Array | undefined>> {
    try {
      const { done, value } = await orAborted(chunks.next(), signal);
      if (done === true) return { ok: true, value: undefined };
      count(value.byteLength);
      return report.bytesReceived > maxResultBytes ? failures.tooLarge(from.host, maxResultBytes) : { ok: true, value };
    } catch (error) {
      return lost(from, signal, error);
    }
  }

  async function goOn(from: ResultAnswer, signal: AbortSignal): Promise<Outcome<Uint8Array | undefined>> {
    const chunk = await read(from, signal);
    if (!chunk.ok) return chunk;
    if (chunk.value === undefined) return finish(from, undefined);
    end.push(chunk.value);
    return chunk;
  }

  /** Looks at the first bytes, or at all of them. */
  function begin({ host, headers }: ResultAnswer, head: Uint8Array): Outcome<Uint8Array> {
    const detected = sniffMediaType(head);
    if (detected !== 'image/jpeg' && detected !== 'image/png') {
      return failures.noImage(host, { head, detected, headers });
    }
    end = createImageEnd(detected);
    end.push(head);
    return { ok: true, value: head };
  }

  function finish<T>({ host }: ResultAnswer, value: T): Outcome<T> {
    return end.reached ? { ok: true, value } : failures.cutOff(host, report.bytesReceived);
  }

  function lost({ host }: ResultAnswer, signal: AbortSignal, error: unknown): Outcome<never> {
    return signal.aborted ? failures.ended(signal, { host, ms: downloadTimeoutMs }) : failures.lost(host, error);
  }

  const count = (bytes: number): void => void (report.bytesReceived += bytes);
  const cancel = (): void => void answer?.body.destroy();
  const closing = async <T>(outcome: Promise<Outcome<T>>): Promise<Outcome<T>> => {
    if (!(await outcome).ok) cancel();
    return outcome;
  };
  return Object.assign(report, {
    whole: (signal: AbortSignal) => closing(whole(signal)),
    next: (signal: AbortSignal) => closing<Uint8Array | undefined>(answer === undefined ? first(signal) : goOn(answer, signal)),
    cancel,
  });
}
