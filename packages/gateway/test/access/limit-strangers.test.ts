import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticate } from '../../src/access/authenticate.ts';
import { limitStrangers } from '../../src/access/limit-strangers.ts';
import { createRequestHandler } from '../../src/http/handle-request.ts';
import { closeServer, createHttpServer, listen } from '../../src/http/http-server.ts';
import type { Route } from '../../src/http/route.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { type RunningGateway, slimFace } from '../_setup.ts';
import { startWithoutEngine } from '../plugins/_setup.ts';
import { readEnvelope } from '../rest/_envelope.ts';
import { creditsPath, echo } from '../rest/_twin.ts';
import { withKey } from '../schema/_operations.ts';

const key = 'a-key-that-is-long-enough';
const apiKeys = [{ name: 'shop', sha256: createHash('sha256').update(key).digest('hex') }];

describe('limitStrangers', () => {
  it('counts requests without a caller, of all its routes together, and no others', async () => {
    let handled = 0;
    const route = (name: string): Route => ({ name, matches: (pathname) => pathname === name, handle: (_req, res) => void res.end(String(++handled)) });
    const routes = [...limitStrangers([route('/a'), route('/b')], { requestsPerMinute: 3 }), route('/c')];
    const authenticate: Authenticate = ({ headers }) => (headers.authorization === undefined ? undefined : { name: 'shop', countedAs: 'shop' });
    const server = createHttpServer(createRequestHandler(routes, { authenticate, logger: silentLogger, metrics: { countRequest() {} } }));
    const url = await listen(server, { host: '127.0.0.1', port: 0 });
    const statusOf = async (path: string, headers = {}): Promise<number> => (await fetch(url + path, { headers })).status;

    const statuses = [];
    for (const path of ['/a', '/b', '/a', '/b', '/a']) statuses.push(await statusOf(path));
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect(handled).toBe(3);
    for (let i = 0; i < 5; i++) expect([await statusOf('/a', { authorization: 'Bearer x' }), await statusOf('/c')]).toEqual([200, 200]);
    await closeServer(server, 1000);
  });
});

describe('a gateway that asks for keys', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startWithoutEngine({ apiKeys, slimmer: echo });
  });
  afterAll(() => gateway.stop());

  it('parses nothing more of an address that sends 120 requests without one in a minute', async () => {
    const send = (i: number, headers = {}): Promise<Response> =>
      fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query: `{ a${i}: __typename }` }) });
    const statuses = await Promise.all(Array.from({ length: 120 }, async (_, i) => (await send(i)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));

    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const refused = await send(200, { accept });
      const retryAfter = Number(refused.headers.get('retry-after'));
      expect([refused.status, refused.headers.get('content-type'), retryAfter > 0 && retryAfter <= 60]).toEqual([429, `${accept}; charset=utf-8`, true]);
      expect(await refused.json()).toEqual({
        errors: [{ message: `Expected at most 120 requests a minute without a known API key but received more; try again in ${retryAfter} s`, extensions: { code: 'RATE_LIMITED', retryable: true, retryAfter } }],
      });
    }
    const twin = await readEnvelope(await fetch(gateway.url + creditsPath));
    expect(twin).toMatchObject({ status: 429, code: 'EXCEEDING_LIMITS' });
    expect(Number(twin.headers.get('retry-after'))).toBeGreaterThan(0);

    expect((await send(201, { 'x-api-key': key })).status).toBe(200);
    expect((await slimFace(gateway, Buffer.from('no photo'), {}, withKey(key))).body.data.slimFace.__typename).toBe('UnsupportedFormatError');
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });
});
