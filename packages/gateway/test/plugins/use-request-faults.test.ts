import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardHeader, type RunningGateway } from '../_setup.ts';
import { startWithoutEngine } from './_setup.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startWithoutEngine();
});
afterAll(() => gateway.stop());

describe('a request whose form is broken', () => {
  it('is a fault of the caller, not of ours', async () => {
    const url = `${gateway.url}/graphql`;
    const search = new URLSearchParams({ query: '{ __typename }', variables: '{"a":' });
    const json = { ...guardHeader, 'content-type': 'application/json' };
    const sent = [
      fetch(`${url}?${search}`, { headers: guardHeader }),
      fetch(`${url}?query={__typename}&extensions=[`, { headers: guardHeader }),
      fetch(url, { method: 'POST', headers: guardHeader, body: search }),
      fetch(url, { method: 'POST', headers: json, body: '{"query":' }),
      fetch(url, { method: 'POST', headers: json, body: 'null' }),
      fetch(url, { method: 'POST', headers: json, body: '[{"query":"{ __typename }"}]' }),
      fetch(url, { method: 'POST', headers: json, body: JSON.stringify({ query: '{ __typename }', ['x'.repeat(200_000)]: 1 }) }),
      fetch(url, { method: 'POST', headers: json, body: JSON.stringify({ query: '{ __typename }', variables: 'text' }) }),
    ];
    for (const response of await Promise.all(sent)) {
      expect(response.status).toBe(400);
      const text = await response.text();
      expect(text.length).toBeLessThan(1000);
      expect(JSON.parse(text).errors).toMatchObject([{ message: expect.stringMatching(/./), extensions: { code: 'BAD_REQUEST' } }]);
    }
    expect(gateway.logged.filter(({ message }) => message !== 'request')).toEqual([]);
  });

  it('is too long beyond 256 KiB', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: `# ${' '.repeat(2 ** 18)}` }) });
    expect(response.status).toBe(413);
    expect((await response.json()).errors).toMatchObject([{ extensions: { code: 'REQUEST_ENTITY_TOO_LARGE' } }]);
  });
});

describe('a request that HTTP has a status for', () => {
  const body = JSON.stringify({ query: '{ __typename }' });
  const mutation = new URLSearchParams({ query: 'mutation { slimFace(input: {}) { __typename } }' });
  const types = 'Expected content type application/json, application/graphql, application/x-www-form-urlencoded or multipart/form-data but received';
  const json = { 'content-type': 'application/json' };
  it.each<[name: string, RequestInit & { search?: string }, status: number, code: string, message: string]>([
    ['a text', { method: 'POST', headers: { ...guardHeader, 'content-type': 'text/plain' }, body }, 415, 'UNSUPPORTED_MEDIA_TYPE', `${types} "text/plain"`],
    ['a body without a type', { method: 'POST', headers: guardHeader, body: Buffer.from(body) }, 415, 'UNSUPPORTED_MEDIA_TYPE', `${types} none`],
    ['another method', { method: 'PUT', headers: { ...guardHeader, ...json }, body }, 405, 'METHOD_NOT_ALLOWED', 'Expected method GET or POST but received PUT'],
    ['a mutation by GET', { search: `?${mutation}`, headers: guardHeader }, 405, 'METHOD_NOT_ALLOWED', 'Expected method POST for a mutation but received GET'],
    ...['text/html', 'image/*', 'application/json; charset=utf-16'].map((accept): [string, RequestInit, number, string, string] => [
      `a client that takes only ${accept}`, { method: 'POST', headers: { ...json, accept }, body }, 406, 'NOT_ACCEPTABLE', 'Expected a client that accepts application/json or application/graphql-response+json in UTF-8 but received one that does not',
    ]),
  ])('(%s) is told so in our words', async (_, { search = '', ...init }, status, code, message) => {
    const response = await fetch(`${gateway.url}/graphql${search}`, init);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, expect.stringMatching(/^application\/(graphql-response\+)?json; charset=utf-8$/)]);
    expect(await response.json()).toMatchObject({ errors: [{ message, extensions: { code, retryable: false } }] });
    if (status === 405) expect(response.headers.get('allow')).toBe(search === '' ? 'GET, POST' : 'POST');
  });

  it.each(['*/*', 'application/*', 'text/html, */*;q=0.8', 'Application/JSON ; charset=utf-8', 'text/event-stream', ''])('is none for a client that takes %j', async (accept) => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { ...json, accept }, body });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('{"data":{"__typename":"Query"}}')]);
  });

  it('says of each error whether another try makes sense', async () => {
    for (const query of ['{', '{ nothing }', 'query A { __typename } query B { __typename }']) {
      const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: json, body: JSON.stringify({ query }) });
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: expect.any(String), retryable: false } }] });
    }
  });
});
