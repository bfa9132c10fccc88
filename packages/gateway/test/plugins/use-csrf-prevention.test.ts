import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { multipart, post, query, type RunningGateway } from '../_setup.ts';
import { startWithoutEngine } from './_setup.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startWithoutEngine();
});
afterAll(() => gateway.stop());

const form = (): FormData => multipart({ query: '{ __typename }', variables: {} }, {}, {});
const headerNames = ['x-graphql-yoga-csrf', 'graphql-require-preflight', 'apollo-require-preflight', 'x-apollo-operation-name', 'x-api-key'];

describe('the CSRF guard', () => {
  it('refuses what a web page can send unasked, and names what helps', async () => {
    const url = `${gateway.url}/graphql`;
    const json = '{"query":"{ __typename }"}';
    const sent = [
      fetch(url, { method: 'POST', body: form() }),
      fetch(url, { method: 'POST', body: json }), // as text/plain
      fetch(url, { method: 'POST', body: new Blob([json]) }), // of no type at all
      fetch(url, { method: 'POST', headers: { 'content-type': 'Text/Plain; application/json' }, body: json }),
      fetch(url, { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) }),
      fetch(`${url}?query={__typename}`),
      // A browser that knows a password for this server sends it along, whoever asks.
      fetch(url, { method: 'POST', headers: { authorization: 'Basic dXNlcjpwYXNzd29yZA==' }, body: form() }),
    ];
    for (const response of await Promise.all(sent)) {
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        errors: [
          {
            message: `Expected a JSON body, authorization: Bearer or one of the headers ${headerNames.join(', ')} (any value) but received none of them`,
            extensions: { code: 'CSRF_PREVENTED', retryable: false },
          },
        ],
      });
    }
  });

  for (const [name, value] of [...headerNames.map((header) => [header, 'x'] as const), ['authorization', 'Bearer x'] as const]) {
    it(`is satisfied by ${name}`, async () => {
      expect(await post(gateway, form(), { headers: { [name]: value } })).toMatchObject({ status: 200, body: { data: { __typename: 'Query' } } });
    });
  }

  it('lets no page of another origin read an answer', async () => {
    const { headers } = await query(gateway, '{ __typename }');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin: 'https://example.test', 'access-control-request-method': 'POST' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });
});
