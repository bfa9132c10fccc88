import type { DispatchedAnswer, Dispatcher, DispatchOptions } from '../dispatcher.ts';
import { orAborted } from '../../or-aborted.ts';
import type { AnswerIds } from '../answer/envelope.ts';
import type { AttemptEvent } from '../observe/events.ts';
import { judgeAnswer, type Question } from '../answer/judge-answer.ts';
import { judgeLoss } from './judge-loss.ts';
import type { Upload } from './multipart.ts';
import { readBody } from './read-body.ts';
import type { Redact } from '../observe/redact.ts';
import { readRetryAfter, type Outcome } from '../pacing/retry.ts';

/** A request of the API. */
export interface ApiRequest<T> extends Question<T> {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted. A request without it is a GET, and free. */
  readonly upload?: Upload;
}

/** What a try needs from its client. */
export interface ApiContext {
  readonly dispatcher: Dispatcher;
  /** Ends the try, also while its answer is read. */
  readonly signal: AbortSignal;
  readonly redact: Redact;
}

/** A try that is over, and what there is to tell about it. */
export interface Try<T> {
  readonly outcome: Outcome<T & AnswerIds>;
  readonly report: Pick<AttemptEvent, 'bytesSent' | 'bytesReceived' | 'httpStatus'>;
}

/** An answer is a few hundred bytes of JSON; whatever is longer than this is something else. */
const maxAnswerBytes = 2 ** 20;

/** Sends a request once and reads the answer, whatever it is. Never rejects. */
export async function callApi<T extends object>(request: ApiRequest<T>, { dispatcher, signal, redact }: ApiContext): Promise<Try<T>> {
  const { url, headers, upload } = request;
  const report: { bytesSent: number; bytesReceived: number; httpStatus?: number } = { bytesSent: 0, bytesReceived: 0 };
  try {
    const asked = dispatcher.request({
      origin: url.origin,
      path: url.pathname,
      method: upload === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...upload?.headers },
      body: upload === undefined ? null : asBody(upload.body()),
      signal,
    });
    const { statusCode, headers: answered, body } = await orAbandoned(asked, signal);
    report.httpStatus = statusCode;
    const { bytes, end } = await readBody(body, { maxBytes: maxAnswerBytes, headers: answered });
    report.bytesReceived = bytes.byteLength;
    signal.throwIfAborted();
    const answer = { httpStatus: statusCode, retryAfterMs: readRetryAfter(answered), text: new TextDecoder().decode(bytes), end };
    return { outcome: judgeAnswer(answer, request, redact), report };
  } catch (error) {
    return { outcome: judgeLoss(error, { host: url.host, signal, isSent: upload?.isSent() ?? false }), report };
  } finally {
    report.bytesSent = upload?.bytesSent() ?? 0;
  }
}

/** undici obeys a signal once there is a connection; until then nobody waits for it, and what comes too late is dropped. */
async function orAbandoned(asked: Promise<DispatchedAnswer>, signal: AbortSignal): Promise<DispatchedAnswer> {
  try {
    return await orAborted(asked, signal);
  } catch (error) {
    asked.then(({ body }) => body.on('error', () => {}).destroy(), () => {});
    throw error;
  }
}

/** undici takes any async iterable and reads it piece by piece; its types name streams only. */
function asBody(chunks: AsyncGenerator<Uint8Array>): NonNullable<DispatchOptions['body']> {
  return chunks as unknown as NonNullable<DispatchOptions['body']>;
}
