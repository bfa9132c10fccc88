import { describe, expect, it } from 'vitest';
import { html } from '../_fake-api/answers.ts';
import { refusal, success } from '../_fake-api/envelopes.ts';
import { apiKey, startScenario } from '../scenarios/_scenario.ts';
import { collectSpans } from './_exporter.ts';

const exporter = collectSpans();

/** Name, status and reason of each span, in the order they ended. */
const ended = () => exporter.getFinishedSpans().map(({ name, status, attributes }) => [name, status.code === 2 ? attributes['error.type'] : 'fine']);

describe('the spans of a call', () => {
  it('are one for the call, one for each try and one for the download', async () => {
    const { api: server, run, fetchResult } = await startScenario();
    server.calls.next(refusal('G1', { code: 'AI_SERVICE_FLOW_RESTRICTION', status: 503 }), success('G1', server.resultUrl));
    await run(() => fetchResult());
    expect(ended()).toEqual([['slimface.attempt', 'BUSY'], ['slimface.attempt', 'fine'], ['slimface.slim', 'fine'], ['slimface.download', 'fine']]);
    const [failed, , slim] = exporter.getFinishedSpans();
    expect(failed!.parentSpanContext!.spanId).toBe(slim!.spanContext().spanId);
    expect(failed!.attributes).toMatchObject({ 'slimface.upstream_code': 'AI_SERVICE_FLOW_RESTRICTION', 'http.response.status_code': 503 });
  });

  it('say what failed, and hold neither the key nor the address of a result', async () => {
    const { api: server, run, slim } = await startScenario();
    server.calls.always(html(200, `<a href="${server.resultUrl}">${apiKey}</a>`));
    await run(() => slim());
    expect(ended()).toEqual([['slimface.attempt', 'UPSTREAM_PROTOCOL'], ['slimface.slim', 'UPSTREAM_PROTOCOL']]);
    const shown = JSON.stringify(exporter.getFinishedSpans().map(({ name, status, attributes, events }) => ({ name, status, attributes, events })));
    for (const secret of [apiKey, 'faceBody', 'Signature']) expect(shown).not.toContain(secret);
  });

  it('are of credits as well', async () => {
    const { client, run } = await startScenario();
    await run(() => client.credits());
    expect(ended()).toEqual([['slimface.attempt', 'fine'], ['slimface.credits', 'fine']]);
  });
});
