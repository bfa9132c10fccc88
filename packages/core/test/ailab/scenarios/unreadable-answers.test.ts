import { describe, expect, it } from 'vitest';
import { drip, html, json, misdeclared, redirect, reply } from '../_fake-api/answers.ts';
import { ids } from '../_fake-api/envelopes.ts';
import type { Answer } from '../_fake-api/exchange.ts';
import { startScenario } from './_scenario.ts';
import { failed } from './_seen.ts';
import { slimmed } from './_portraits.ts';

describe('an answer that nobody can read', () => {
  const page = '<!doctype html><title>Sorry</title><h1>The proxy could not reach its server</h1>';
  const cutJson = JSON.stringify({ ...ids, error_code: 0, data: { image_url: 'https://results.example/a.jpg' } }).slice(0, -20);
  const protocol = (billed: string): ReturnType<typeof failed> => failed('UPSTREAM_PROTOCOL', { billed, retryable: expect.any(Boolean) as never });
  const paid = protocol('unknown');
  const free = protocol('no');
  const whole = Buffer.from(JSON.stringify({ data: { image_url: 'https://results.example/a.jpg' } }));

  const cases: readonly (readonly [string, Answer, ReturnType<typeof failed>])[] = [
    ['a page with status 200', html(200, page), paid],
    ['a page with status 404', html(404, page), free],
    ['a page with status 500', html(500, page), paid],
    ['a page with status 502', html(502, page), paid],
    ['a page with status 503', html(503, page), free],
    ['a page with status 504', html(504, page), paid],
    ['nothing, with status 200', reply(200), paid],
    ['nothing, with status 204', reply(204), paid],
    ['nothing, with status 400', reply(400), free],
    ['white space', reply(200, ' \r\n\t '), paid],
    ['JSON that is cut off', reply(200, cutJson), paid],
    ['JSON without an address', json(200, { ...ids, error_code: 0, data: {} }), paid],
    ['JSON without data', json(200, { ...ids, error_code: 0 }), paid],
    ['JSON whose data are null', json(200, { ...ids, error_code: 0, data: null }), paid],
    ['JSON that is null', json(200, null), paid],
    ['JSON that is a list', json(200, [{ data: { image_url: 'https://results.example/a.jpg' } }]), paid],
    ['JSON that is a string', json(200, 'https://results.example/a.jpg'), paid],
    ['an address that is a number', json(200, { data: { image_url: 5 } }), paid],
    ['an address that is empty', json(200, { data: { image_url: '' } }), paid],
    ['an address that is none', json(200, { data: { image_url: 'results/a.jpg' } }), paid],
    ['an address on plain http', json(200, { data: { image_url: 'http://results.example/a.jpg' } }), paid],
    ['an address of a file', json(200, { data: { image_url: 'file:///etc/passwd' } }), paid],
    ['an address of data', json(200, { data: { image_url: 'data:image/png;base64,AAAA' } }), paid],
    ['bytes that are no text', reply(200, Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28])), paid],
    ['half an answer and a hang-up', misdeclared(whole.subarray(0, 20), whole.length, 'end'), paid],
    ['half an answer and a reset', misdeclared(whole.subarray(0, 20), whole.length, 'reset'), paid],
    ['a whole answer that says it is longer', misdeclared(whole, whole.length + 10, 'end'), paid],
    ['a whole answer that says it is shorter', misdeclared(whole, whole.length - 10, 'end'), paid],
    ['5 MB of JSON', json(200, { data: { image_url: `https://results.example/${'a'.repeat(5_000_000)}` } }), paid],
    ['text without end', drip(function* () { for (;;) yield Buffer.alloc(50_000, 'a'); }(), 0), paid],
    ['nothing but a header of a picture', reply(200, slimmed, { 'content-type': 'image/jpeg' }), paid],
  ];

  it.each(cases)('%s', async (_, answer, expected) => {
    const { api, slim, run } = await startScenario({ maxRetries: 0 });
    api.calls.always(answer);
    const { seen, error } = await run(slim);
    expect(seen).toEqual(expected);
    expect(error!.excerpt).toEqual(expect.any(String));
    expect((error!.excerpt as string).length).toBeLessThanOrEqual(500);
  });

  it('is shown by how it begins', async () => {
    const { api, slim, run } = await startScenario();
    api.calls.always(html(502, `${page}${'<p>padding</p>'.repeat(10_000)}`));
    const { error } = await run(slim);
    expect(error!.excerpt).toMatch(/^<!doctype html><title>Sorry/);
    expect(error!.message).toContain('<title>Sorry');
    expect(error!.message.length).toBeLessThan(1000);
  });

  it.each([301, 302, 303, 307, 308])('is a redirect: status %s is not followed, so that the key goes nowhere else', async (status) => {
    const { api, other, slim, run } = await startScenario({ withOther: true });
    api.calls.always(redirect(`${other.origin}/api/portrait/effects/smart-face-slimming`, status));
    expect((await run(slim)).seen).toEqual(failed('UPSTREAM_PROTOCOL'));
    expect(other.requests).toEqual([]);
  });
});
