import type { Billed } from '../../errors/slim-face-error.ts';
import { UpstreamProtocolError } from '../../errors/upstream-errors.ts';
import { readEnvelope, type AnswerIds } from './envelope.ts';
import type { ReadBody } from '../request/read-body.ts';
import type { Redact } from '../observe/redact.ts';
import { judgeRefusal, type SentImage } from './refusal.ts';
import type { Failure, Outcome, RetryAdvice } from '../pacing/retry.ts';

/** What a request is after. */
export interface Question<T> {
  /** Finds it in the data of a success; undefined when it is not there. */
  read(data: unknown): T | undefined;
  /** What it is in words, e.g. `'the address of a result'`. */
  readonly wanted: string;
  /** The image that the request is about, if it is about one. Without it a request is free. */
  readonly sent?: SentImage;
}

/** An answer as it came. */
export interface Answer {
  readonly httpStatus: number;
  readonly retryAfterMs: number | undefined;
  readonly text: string;
  readonly end: ReadBody['end'];
}

const excerptLength = 200;
const unreadableEnds = { cut: 'an answer that was cut off', 'too long': 'an answer that is far too long' } as const;

/** Decides what an answer means: what was asked for, a refusal, or nothing that can be read. */
export function judgeAnswer<T extends object>(answer: Answer, question: Question<T>, redact: Redact): Outcome<T & AnswerIds> {
  if (answer.end !== 'complete') return unreadable(unreadableEnds[answer.end], {}, answer, question, redact);
  const envelope = readEnvelope(answer.httpStatus, answer.text);
  const { kind, requestId, logId } = envelope;
  const clean = (text: string, maxLength: number): string => redact(text).slice(0, maxLength);
  const ids: AnswerIds = { ...(requestId !== undefined && { requestId: clean(requestId, 200) }), ...(logId !== undefined && { logId: clean(logId, 200) }) };
  if (kind === 'unreadable') return unreadable(envelope.reason, ids, answer, question, redact);
  if (kind === 'success') {
    const value = question.read(envelope.data);
    if (value !== undefined) return { ok: true, value: { ...value, ...ids } };
    return unreadable(`a success without ${question.wanted}`, ids, answer, question, redact);
  }
  const { retryAfterMs, httpStatus } = answer;
  const { error, retry } = judgeRefusal(
    {
      ...ids,
      httpStatus,
      code: clean(envelope.code, 100),
      message: clean(envelope.message, 500),
      ...(envelope.errorCode !== undefined && { errorCode: envelope.errorCode }),
      ...(retryAfterMs !== undefined && { retryAfter: retryAfterMs / 1000 }),
    },
    question.sent,
  );
  return { ok: false, error, retry, retryAfterMs };
}

function unreadable<T>(received: string, ids: AnswerIds, answer: Answer, { wanted, sent }: Question<T>, redact: Redact): Failure {
  const { httpStatus, retryAfterMs, text } = answer;
  const excerpt = redact(text).replaceAll(/[\s\p{C}]+/gu, ' ').trim().slice(0, excerptLength);
  const { billed, retry } = adviceOnUnreadable(httpStatus);
  const error = new UpstreamProtocolError(`Expected ${wanted} but received ${received}, with status ${httpStatus}: ${JSON.stringify(excerpt)}`, {
    ...ids,
    excerpt,
    retryable: retry !== 'never',
    billed: sent === undefined ? 'no' : billed,
    upstream: { code: 'unknown', httpStatus, message: '' },
  });
  return { ok: false, error, retry, retryAfterMs };
}

/**
 * Pages of proxies are unreadable too. 429 and 503 are sent before a request gets through to the API; behind any other
 * 5xx it may have, and behind a 200 it did.
 */
function adviceOnUnreadable(httpStatus: number): { billed: Billed; retry: RetryAdvice } {
  if (httpStatus === 429 || httpStatus === 503) return { billed: 'no', retry: 'backoff' };
  if (httpStatus >= 500) return { billed: 'unknown', retry: 'backoff' };
  if (httpStatus >= 200 && httpStatus < 300) return { billed: 'unknown', retry: 'once' };
  return { billed: 'no', retry: 'never' };
}
