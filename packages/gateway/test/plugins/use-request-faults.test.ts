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
