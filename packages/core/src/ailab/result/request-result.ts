import type { DispatchedAnswer } from '../dispatcher.ts';
import { orAborted } from '../../or-aborted.ts';
import type { Connections } from '../connections.ts';
import type { DownloadFailures, RemoteResult } from './download-failures.ts';
import { readBody } from '../request/read-body.ts';
import type { ResultHosts } from './result-hosts.ts';
import type { Outcome } from '../pacing/retry.ts';

/** An answer that is meant to be the result. */
export interface ResultAnswer {
  /** Who sent it, after all redirects. */
  readonly host: string;
  readonly headers: DispatchedAnswer['headers'];
  readonly body: DispatchedAnswer['body'];
}

/** What a request needs, and where it notes how it went. */
export interface ResultRequest {
  readonly connections: Connections;
  readonly hosts: ResultHosts;
  readonly failures: DownloadFailures;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  onStatus(status: number): void;
}

const maxRedirects = 3;
const redirects: readonly number[] = [301, 302, 303, 307, 308];
// Nothing that says who asks. A packed answer would not begin like an image.
const headers = { accept: 'image/*', 'accept-encoding': 'identity' };

/**
 * Asks for a result and follows redirects, each of which has to pass the same check of its host as the first address.
 * The signal also ends the reading of the body that is handed out.
 */
export async function requestResult({ url: address }: RemoteResult, request: ResultRequest): Promise<Outcome<ResultAnswer>> {
  const { hosts, failures, timeoutMs, signal, onStatus } = request;
  let url = parse(address);
  for (let hops = 0; ; hops++) {
    const objection = url === undefined ? 'its address cannot be read' : hosts.check(url);
    if (url === undefined || objection !== undefined) return failures.unavailable(`Expected a result that may be fetched but ${objection}`, { retry: 'never' });
    const { host } = url;
    let answer: DispatchedAnswer;
    try {
      answer = await orAborted(ask(url, request), signal);
    } catch (error) {
      return signal.aborted ? failures.ended(signal, { host, ms: timeoutMs }) : failures.lost(host, error);
    }
    const { statusCode: status, body } = answer;
    onStatus(status);
    if (status === 200) return { ok: true, value: { host, headers: answer.headers, body } };
    // Only who keeps the file knows why it is not to be had, and says so with this status.
    const start = status === 403 ? await readStart(answer) : '';
    body.destroy();
    if (signal.aborted) return failures.ended(signal, { host, ms: timeoutMs });
    if (!redirects.includes(status)) return failures.refused({ host, status, headers: answer.headers, start });
    if (hops === maxRedirects) return failures.unavailable(`Expected at most ${maxRedirects} redirects to the result but received more`, { retry: 'never' });
    url = parse(answer.headers.location, url);
  }
}

async function ask(url: URL, { connections, hosts, signal }: ResultRequest): Promise<DispatchedAnswer> {
  const dispatcher = await hosts.connect(url, connections);
  signal.throwIfAborted();
  const answer = await dispatcher.request({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers, signal });
  // Whoever reads the body sees its errors; when nobody does, they must not bring the process down.
  answer.body.on('error', () => {});
  return answer;
}

async function readStart({ body, headers: answered }: DispatchedAnswer): Promise<string> {
  const { bytes } = await readBody(body, { maxBytes: 2 ** 16, headers: answered });
  return Buffer.from(bytes).toString('latin1', 0, 2048);
}

function parse(address: unknown, base?: URL): URL | undefined {
  return typeof address === 'string' && URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
}
