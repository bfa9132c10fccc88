import type { AilabEvent } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { reply } from '../_fake-api/answers.ts';
import { refusal, success } from '../_fake-api/envelopes.ts';
import { serve } from '../_fake-api/results.ts';
import { startScenario } from './_scenario.ts';
import { failed, succeeded } from './_seen.ts';
import { slimmed } from './_portraits.ts';

const time = expect.any(Number) as number;

describe('the events of a call', () => {
  it('tell of each try: what it was, how it went, and how many bytes', async () => {
    const { api, run, fetchResult, events } = await startScenario();
    api.calls.next(refusal('G1', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 }), success('G1', api.resultUrl));
    api.downloads.next(reply(500), serve(slimmed));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ paidCalls: 2, downloadTries: 2 }));
    const ids = { requestId: 'request-1', logId: 'log-1' };
    const bytesSent = api.paid[0]!.body.length;
    const received = expect.any(Number) as number;
    expect(events).toEqual([
      { type: 'attempt', operation: 'slim', attempt: 1, durationMs: time, code: 'BUSY', upstreamCode: 'AI_SERVICE_FLOW_RESTRICTION', httpStatus: 503, bytesSent, bytesReceived: received, ...ids },
      { type: 'retry', operation: 'slim', attempt: 2, delayMs: time, code: 'BUSY' },
      { type: 'attempt', operation: 'slim', attempt: 2, durationMs: time, code: 'OK', httpStatus: 200, bytesSent, bytesReceived: received, ...ids },
      { type: 'attempt', operation: 'download', attempt: 1, durationMs: time, code: 'RESULT_UNAVAILABLE', httpStatus: 500, bytesSent: 0, bytesReceived: 0, ...ids },
      { type: 'retry', operation: 'download', attempt: 2, delayMs: time, code: 'RESULT_UNAVAILABLE' },
      { type: 'attempt', operation: 'download', attempt: 2, durationMs: time, code: 'OK', httpStatus: 200, bytesSent: 0, bytesReceived: slimmed.length, ...ids },
    ]);
  });

  it('come in the same order as lines of the logger', async () => {
    const calls: [string, AilabEvent, string][] = [];
    const log = (level: string) => (fields: object, message: string) => void calls.push([level, fields as AilabEvent, message]);
    const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
    const { api, run, fetchResult, events } = await startScenario({ logger });
    api.calls.next(refusal('G2', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 }), success('G2', api.resultUrl));
    await run(() => fetchResult());
    expect(calls.map(([, fields]) => fields)).toEqual(events);
    expect(calls.map(([level]) => level)).toEqual(['info', 'warn', 'debug', 'debug']);
    expect(calls.every(([, , message]) => typeof message === 'string' && message.length > 10)).toBe(true);
  });

  it.each([
    ['throws', () => { throw new Error('broken hook'); }],
    ['rejects', () => Promise.reject(new Error('broken hook'))],
  ])('do no harm when who is told %s', async (_, hook: () => unknown) => {
    const logger = { debug: hook, info: hook, warn: hook, error: hook } as never;
    const { api, run, fetchResult } = await startScenario({ onEvent: hook as () => void, logger });
    api.calls.next(refusal('G2', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 }), success('G2', api.resultUrl));
    expect((await run(() => fetchResult())).seen).toEqual(succeeded({ paidCalls: 2, downloadTries: 1 }));
  });

  it('tell also of a call that never got through', async () => {
    const { api, run, slim, events } = await startScenario({ maxRetries: 0 });
    await api.close();
    expect((await run(slim)).seen).toEqual(failed('UPSTREAM_UNAVAILABLE', { retryable: true, paidCalls: 0 }));
    expect(events).toEqual([{ type: 'attempt', operation: 'slim', attempt: 1, durationMs: time, code: 'UPSTREAM_UNAVAILABLE', bytesSent: 0, bytesReceived: 0 }]);
  });
});
