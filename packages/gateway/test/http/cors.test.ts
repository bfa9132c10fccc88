import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { fixture, localEngine, multipart, type RunningGateway, slimFace, slimFaceDocument, startGateway } from '../_setup.ts';

const app = 'https://app.example';
const api = '/api/portrait/effects/smart-face-slimming';
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ corsOrigins: [app, 'http://localhost:5173'] });
});
afterAll(() => gateway.stop());

function preflight(origin: string, path: string, headers: string): Promise<Response> {
  return fetch(gateway.url + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers } });
}

const corsHeaders = ({ headers }: Response): string[] => [...headers.keys()].filter((name) => name.startsWith('access-control-')).toSorted();

describe('a page of a listed origin', () => {
  for (const path of ['/graphql', api]) {
    it(`may send everything that ${path} needs`, async () => {
      const response = await preflight(app, path, 'content-type,x-api-key');
      expect(response.status).toBe(204);
      expect(Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'))).toEqual({
        'access-control-allow-origin': app,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'content-type, x-api-key, authorization, ailabapi-api-key, x-graphql-yoga-csrf, apollo-require-preflight, graphql-require-preflight, x-apollo-operation-name',
        'access-control-max-age': '600',
        vary: 'Origin',
      });
    });
  }

  it('gets an upload answered, and sees its request id', async () => {
    const operations = { query: slimFaceDocument, variables: { input: { image: null } } };
    const body = multipart(operations, { 0: ['variables.input.image'] }, { 0: fixture('astronaut.png') });
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { origin: app, 'x-graphql-yoga-csrf': '1' }, body });
    expect(await response.json()).toMatchObject({ data: { slimFace: { __typename: 'SlimmedImage' } } });
    expect(response.headers.get('access-control-allow-origin')).toBe(app);
    expect(response.headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after');
    expect(response.headers.get('vary')).toContain('Origin');
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('can read a refusal', async () => {
    const response = await fetch(`${gateway.url}/nothing`, { headers: { origin: 'http://localhost:5173' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  });
});

describe('a page of another origin', () => {
  for (const origin of ['https://evil.example', 'http://app.example', 'https://app.example:8443', 'https://app.example.evil.example', 'https://sub.app.example', 'null']) {
    it(`gets nothing with origin ${origin}`, async () => {
      const asked = await preflight(origin, '/graphql', 'x-api-key');
      expect(asked.status).not.toBe(204);
      expect(corsHeaders(asked)).toEqual([]);
      const sent = await fetch(`${gateway.url}/graphql?query={__typename}`, { headers: { origin, 'x-graphql-yoga-csrf': '1' } });
      expect(corsHeaders(sent)).toEqual([]);
      expect(sent.headers.get('vary')).toContain('Origin'); // a cache must not give this answer to a listed one
    });
  }
});

describe('a result', () => {
  for (const origin of [app, 'https://evil.example']) {
    it(`may be fetched by a page of ${origin}: the signature is the permission`, async () => {
      const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 0 });
      const response = await fetch(body.data.slimFace.url, { headers: { origin } });
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      await response.arrayBuffer();
    });
  }
});

describe('a gateway without origins', () => {
  it('sends no header of CORS and answers no preflight', async () => {
    const other = await startGateway();
    const headers = { origin: app, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' };
    const asked = await fetch(`${other.url}/graphql`, { method: 'OPTIONS', headers });
    const sent = await fetch(`${other.url}/graphql?query={__typename}`, { headers: { origin: app, 'x-graphql-yoga-csrf': '1' } });
    await other.stop();
    expect(corsHeaders(asked)).toEqual([]);
    expect(corsHeaders(sent)).toEqual([]);
  });
});

describe('origins that no browser sends, or that anybody can have', () => {
  for (const origin of ['*', 'null', '', 'app.example', 'https://app.example/', 'https://App.example', 'https://app.example:443', 'https://*.app.example', 'https://user@app.example']) {
    it(`refuses ${origin || 'an empty one'}`, async () => {
      const options = { slimmer: await localEngine(), dataDir: gateway.dataDir, publicUrl: gateway.url };
      const start = createGateway({ ...options, corsOrigins: [app, origin] });
      await expect(start).rejects.toThrow(`Expected an origin as browsers send it, e.g. "https://app.example", but received ${JSON.stringify(origin)}`);
    });
  }
});
