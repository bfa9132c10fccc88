import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRequestHandler } from '../../src/http/handle-request.ts';
import { closeServer, createHttpServer, listen } from '../../src/http/http-server.ts';
import { refuseCrossSite } from '../../src/http/refuse-cross-site.ts';
import { refuseForeignHost } from '../../src/http/refuse-foreign-host.ts';
import type { Route } from '../../src/http/route.ts';
import { silentLogger } from '../../src/observe/logger.ts';

const post: Route = { name: '/post', matches: (pathname) => pathname === '/post', handle: (_req, res) => void res.end('answered') };
const any: Route = { ...post, name: '/any', matches: (pathname) => pathname === '/any' };
const routes = [refuseCrossSite(post, { allowedOrigins: ['https://app.example'] }), refuseForeignHost(any, { publicUrl: 'https://slim.example/path' })];
const server = createHttpServer(createRequestHandler(routes, { authenticate: () => undefined, logger: silentLogger, metrics: { countRequest() {} } }));
let url: string;
beforeAll(async () => {
  url = await listen(server, { host: '127.0.0.1', port: 0 });
});
afterAll(() => closeServer(server, 1000));

/** `fetch` sets some of these headers itself. */
function send(path: string, headers: Record<string, string>, method = 'POST'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const req = httpRequest(`${url}${path}`, { method, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: res.statusCode!, text }));
    });
    req.on('error', reject).end();
  });
}

const answered = { status: 200, text: 'answered' };

describe('a POST that a browser sends unasked', () => {
  const foreign: [name: string, headers: Record<string, string>][] = [
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['of another port of this host', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
    ['of an origin that hides itself', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['of another origin, by a browser that says no more', { origin: 'https://evil.example' }],
    ['of an origin that cannot be read, by a browser that says no more', { origin: 'null' }],
    ['with a password that the browser knows', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', authorization: 'Basic dXNlcjpwYXNzd29yZA==' }],
  ];
  for (const [name, headers] of foreign) {
    it(`for a page ${name} is refused`, async () => {
      const { status, text } = await send('/post', headers);
      expect(status).toBe(403);
      expect(JSON.parse(text)).toEqual({ code: 'CSRF_PREVENTED', message: 'Expected a page of an allowed origin, or one of the headers ailabapi-api-key, x-api-key, x-graphql-yoga-csrf (any value), but received neither' });
    });
  }

  const own = (): [name: string, headers: Record<string, string>][] => [
    ['the gateway itself', { 'sec-fetch-site': 'same-origin', origin: url }],
    ['the gateway itself, by a browser that says no more', { origin: url }],
    ['nothing but its user', { 'sec-fetch-site': 'none' }],
    ['an allowed origin', { 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }],
  ];
  it('is answered for pages of the gateway, of an allowed origin, and for no page', async () => {
    for (const [name, headers] of own()) expect(await send('/post', headers), name).toEqual(answered);
  });
});

describe('a POST that needs no guard', () => {
  it('is answered: programs send neither header, and a preflight has been before one with a key', async () => {
    const page = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    for (const headers of [{}, { ...page, 'ailabapi-api-key': 'x' }, { ...page, 'x-api-key': 'x' }, { ...page, 'x-graphql-yoga-csrf': '1' }, { ...page, authorization: 'Bearer x' }]) {
      expect(await send('/post', headers)).toEqual(answered);
    }
    expect(await send('/post', page, 'GET')).toEqual(answered);
  });
});

describe('a request over the loopback interface', () => {
  it('is refused under a domain that is not the gateway\'s', async () => {
    for (const host of ['evil.example', 'evil.example:4000', 'localhost.evil.example', 'notlocalhost', '127.0.0.1.evil.example', 'slim.example.evil.example']) {
      const { status, text } = await send('/any', { host });
      expect(status, host).toBe(421);
      expect(JSON.parse(text)).toEqual({ code: 'MISDIRECTED_REQUEST', message: 'Expected host localhost, an IP address or slim.example but received another one' });
    }
  });

  it('is answered under each name of the gateway', async () => {
    for (const host of ['localhost', 'localhost:4000', 'app.localhost:4000', '127.0.0.1:4000', '[::1]:4000', '192.168.1.2', 'slim.example', 'SLIM.example:8443']) {
      expect(await send('/any', { host }), host).toEqual(answered);
    }
  });
});

describe('a refusal of either kind', () => {
  it('has the form that clients of the route read', async () => {
    const refuse: Route['refuse'] = (res, { status, code }, { requestId }) => void res.writeHead(status).end(`${code} ${requestId.length}`);
    const own = createHttpServer(
      createRequestHandler([refuseForeignHost(refuseCrossSite({ ...post, refuse }, { allowedOrigins: [] }), { publicUrl: 'https://slim.example' })], { authenticate: () => undefined, logger: silentLogger, metrics: { countRequest() {} } }),
    );
    const before = url;
    url = await listen(own, { host: '127.0.0.1', port: 0 });
    expect(await send('/post', { origin: 'https://evil.example' })).toEqual({ status: 403, text: 'CSRF_PREVENTED 36' });
    expect(await send('/post', { host: 'evil.example' })).toEqual({ status: 421, text: 'MISDIRECTED_REQUEST 36' });
    url = before;
    await closeServer(own, 1000);
  });
});
