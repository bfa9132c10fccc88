import { createAnswerQueue, type AnswerQueue } from './answer-queue.ts';
import { json, reply } from './answers.ts';
import type { Certificate } from './certificate.ts';
import { success } from './envelopes.ts';
import type { Answer, Exchange, RecordedRequest } from './exchange.ts';
import { startHost, type Host } from './host.ts';

/** A server that plays the API and the host of its results, and misbehaves on command. */
export interface FakeApi extends Host {
  /** Answers to every POST, whatever its path: a call that costs something. At first a success with `resultUrl`. */
  readonly calls: AnswerQueue;
  /** Answers to every GET of the credits. */
  readonly credits: AnswerQueue;
  /** Answers to every other GET of a path that has no answers of its own. At first 404. */
  readonly downloads: AnswerQueue;
  /** Answers of one path to GET. */
  at(path: string): AnswerQueue;
  /** Where a success says that the result is, with a signature that must not show up anywhere. */
  readonly resultUrl: string;
  readonly paid: readonly RecordedRequest[];
  readonly fetched: readonly RecordedRequest[];
  /** Most calls that were under way at the same time. */
  readonly mostAtOnce: number;
}

const creditsPath = '/api/common/query-credits';
/** Part of every result's address. */
export const resultSecret = 'Signature=c2lnbmVkLXJlc3VsdA';
const resultPath = `/faceBody/liquifyFace/result.jpg?${resultSecret}`;

/** Starts it on a free port of 127.0.0.1, with https when there is a certificate. */
export async function startFakeApi({ certificate }: { certificate?: Certificate } = {}): Promise<FakeApi> {
  let origin = '';
  let atOnce = 0;
  let mostAtOnce = 0;
  const calls = createAnswerQueue((exchange) => success('G1', `${origin}${resultPath}`)(exchange));
  const credits = createAnswerQueue(json(200, { data: [] }));
  const downloads = createAnswerQueue(reply(404));
  const paths = new Map<string, AnswerQueue>();

  const answerOf = ({ record: { method, path } }: Exchange): Answer => {
    if (method === 'POST') return calls.take();
    if (path.startsWith(creditsPath)) return credits.take();
    return (paths.get(path.split('?')[0]!) ?? downloads).take();
  };
  const host = await startHost((exchange) => {
    if (exchange.record.method === 'POST') {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      exchange.response.on('close', () => atOnce--);
    }
    return answerOf(exchange)(exchange);
  }, certificate);
  origin = host.origin;

  return Object.defineProperties({} as FakeApi, {
    ...Object.getOwnPropertyDescriptors(host),
    ...Object.getOwnPropertyDescriptors({
      calls,
      credits,
      downloads,
      resultUrl: `${origin}${resultPath}`,
      at: (path: string) => {
        const queue = paths.get(path) ?? createAnswerQueue(reply(404));
        paths.set(path, queue);
        return queue;
      },
      get paid() {
        return host.requests.filter(({ method }) => method === 'POST');
      },
      get fetched() {
        return host.requests.filter(({ method, path }) => method === 'GET' && !path.startsWith(creditsPath));
      },
      get mostAtOnce() {
        return mostAtOnce;
      },
    }),
  });
}
