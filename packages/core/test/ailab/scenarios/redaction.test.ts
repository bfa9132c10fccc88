import { inspect } from 'node:util';
import { createAilabClient, type AilabClientOptions, type AilabEvent } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { html, json, redirect, reply, resetAfterBody, silence } from '../_fake-api/answers.ts';
import { refusal, success } from '../_fake-api/envelopes.ts';
import type { Answer } from '../_fake-api/exchange.ts';
import { resultSecret, type FakeApi } from '../_fake-api/fake-api.ts';
import { expiredByStore, serveHalf } from '../_fake-api/results.ts';
import { apiKey, startScenario, type Scenario } from './_scenario.ts';
import { slimmed } from './_portraits.ts';

const secrets = [apiKey, resultSecret, 'faceBody/liquifyFace', 'another/path'];

/** A logger whose methods need their object, as those of many libraries do. */
class Notes {
  readonly lines: string[] = [];
  note(fields: object, message: string): void {
    this.lines.push(`${JSON.stringify(fields)} ${message}`);
  }
  debug(fields: object, message: string): void {
    this.note(fields, message);
  }
  info(fields: object, message: string): void {
    this.note(fields, message);
  }
  warn(fields: object, message: string): void {
    this.note(fields, message);
  }
  error(fields: object, message: string): void {
    this.note(fields, message);
  }
}

/** Everything that ends up in a log when somebody logs a value in one way or another. */
function shown(value: unknown): string {
  const inspected = inspect(value, { depth: Infinity, getters: true });
  const error = value instanceof Error ? [value.message, value.stack, String(value), inspect(value.cause, { depth: Infinity })] : [];
  return [inspected, JSON.stringify(value), JSON.stringify({ nested: [value] }), ...error].join('\n');
}

function expectNoSecretIn(text: string): void {
  for (const secret of secrets) expect(text.toLowerCase().includes(secret.toLowerCase()), `found ${secret}`).toBe(false);
}

async function watched(): Promise<Scenario & { logger: Notes; seenEvents: AilabEvent[] }> {
  const logger = new Notes();
  const seenEvents: AilabEvent[] = [];
  const scenario = await startScenario({ logger, onEvent: (event) => void seenEvents.push(event), timeoutMs: 250, downloadTimeoutMs: 60, retryDelayMs: 0 });
  return Object.assign(scenario, { logger, seenEvents });
}

describe('no key and no address of a result is shown', () => {
  const echo = ({ resultUrl }: FakeApi): string => `your key ${apiKey} and ${resultUrl}, also ${resultUrl.replaceAll('/', '\\/')} and http://x.example/another/path?a=b`;
  const failures: readonly (readonly [string, (api: FakeApi) => { calls?: Answer; downloads?: Answer }])[] = [
    ['a page that repeats them', (api) => ({ calls: html(200, `<p>${echo(api)}</p>`) })],
    ['a page with 502 that repeats them', (api) => ({ calls: html(502, `<p>${echo(api)}</p>`) })],
    ['JSON that is cut off behind them', (api) => ({ calls: reply(200, `{"data":{"image_url":"${api.resultUrl}`) })],
    ['JSON that is not as it should be', (api) => ({ calls: json(200, { data: { image: api.resultUrl, key: apiKey } }) })],
    ['an address on plain http', () => ({ calls: success('G2', `http://results.example/another/path?${resultSecret}`) })],
    ['a refusal whose message repeats them', (api) => ({ calls: refusal('G1', { code: 'ERROR_NO_FACE_IN_FILE', status: 422, message: echo(api) }) })],
    ['a refusal whose code is the key', () => ({ calls: refusal('G2', { code: apiKey, status: 401 }) })],
    ['a refusal of the key', (api) => ({ calls: json(401, { message: echo(api), request_id: apiKey, log_id: api.resultUrl }) })],
    ['an answer that is lost', () => ({ calls: resetAfterBody })],
    ['an answer that does not come', () => ({ calls: silence })],
    ['a redirect of the API', (api) => ({ calls: redirect(`${api.resultUrl}&key=${apiKey}`) })],
    ['a download that fails', () => ({ downloads: reply(500) })],
    ['a download that breaks off', () => ({ downloads: serveHalf(slimmed, 'reset') })],
    ['a download that stalls', () => ({ downloads: silence })],
    ['a download that is a page', (api) => ({ downloads: html(200, echo(api)) })],
    ['a download that is a page of a type that repeats them', (api) => ({ downloads: reply(200, 'x', { 'content-type': `text/${apiKey}; ${api.resultUrl}` }) })],
    ['an address that has expired', () => ({ downloads: expiredByStore })],
    ['a redirect to a private host', () => ({ downloads: redirect(`https://10.0.0.1/another/path?${resultSecret}`) })],
    ['a redirect without end', ({ resultUrl }) => ({ downloads: redirect(resultUrl) })],
  ];

  it.each(failures)('by %s', async (_, answers) => {
    const { api, client, run, fetchResult, logger, seenEvents } = await watched();
    const { calls, downloads } = answers(api);
    if (calls !== undefined) api.calls.always(calls);
    if (downloads !== undefined) api.downloads.always(downloads);
    const { seen, error } = await run(() => fetchResult());
    expect(seen).toMatchObject({ code: expect.not.stringMatching('OK'), left: [] });
    expect(logger.lines.length).toBeGreaterThan(0);
    for (const text of [shown(error), shown(client), logger.lines.join('\n'), JSON.stringify(seenEvents), inspect(seenEvents, { depth: Infinity })]) expectNoSecretIn(text);
  });

  it('by a success', async () => {
    const { client, run, slim, logger, seenEvents } = await watched();
    const { value } = await run(async () => {
      const image = await slim();
      await image.bytes();
      return image;
    });
    expect(value!.url).toContain(resultSecret);
    for (const text of [shown(value), shown(client), logger.lines.join('\n'), JSON.stringify(seenEvents)]) expectNoSecretIn(text);
  });

  it('by an address that is kept on an error', async () => {
    const { api, run, fetchResult } = await watched();
    api.downloads.always(reply(500));
    const { error } = await run(() => fetchResult());
    expect(error!.url).toContain(resultSecret);
    expectNoSecretIn(shown({ ...error }));
  });

  it.each([
    ['spaces', ' '],
    ['letters', 'x'],
  ])('by half: a key where a quotation may end, behind %s', async (_, filling) => {
    const { api, client, run } = await startScenario({ maxRetries: 0 });
    await run(async () => {
      for (let before = 120; before <= 4100; before += before % 1000 < 150 || before % 1000 > 930 ? 7 : 50) {
        api.credits.always(reply(400, `page${filling.repeat(before)}${apiKey}`));
        const error = await client.credits().catch((reason: unknown) => reason);
        expect(shown(error)).not.toContain(apiKey.slice(0, 6));
      }
    });
  });

  it.each<readonly [string, AilabClientOptions]>([
    ['a key with a second header in it', { apiKey: `${apiKey}\r\nx-other: 1` }],
    ['a key in a list', { apiKey: [apiKey] as unknown as string }],
    ['an address with a password', { baseUrl: `https://me:${apiKey}@api.example/` }],
    ['an address of another kind with a password', { baseUrl: `ftp://me:${apiKey}@a.example/` }],
    ['an address that is none', { apiKey, baseUrl: 'not an address' }],
  ])('by the refusal of %s', (_, options) => {
    let error: unknown;
    try {
      createAilabClient(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expectNoSecretIn(shown(error));
  });
});
