import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type FaceSlimmer } from '@slimface/core';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine, type RunningGateway, startGateway } from '../_setup.ts';

describe('pages', () => {
  let gateway: RunningGateway;
  const others: RunningGateway[] = [];
  const start = async (options: Parameters<typeof startGateway>[0]): Promise<RunningGateway> => {
    const other = await startGateway(options);
    others.push(other);
    return other;
  };

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => Promise.all([gateway, ...others].map((each) => each.stop())));

  it('/ says what runs here: engine, limits, keys, and whether photos are taken', async () => {
    const { id, version } = await localEngine();
    await expect.poll(() => textOf(gateway.url)).toContain('>Ready<');
    const text = await textOf(gateway.url);
    for (const words of [id, version, 'JPEG or PNG', 'at most 6 MiB', '128 to 5000 px', '1 to 3, at least 64 px', '0 (nothing changes) to 2', 'No API key is needed', `${gateway.url}/graphql`]) {
      expect(text).toContain(words);
    }
  });

  it('/ links what is there, and only that', async () => {
    const linked = await linksOf(gateway.url);
    expect(linked).toEqual(['graphiql', 'schema.graphql', 'docs', 'health/live', 'health/ready', 'metrics']);
    for (const path of linked) expect((await fetch(`${gateway.url}/${path}`)).status, path).toBe(200);

    const closed = await start({ graphiql: false, introspection: false });
    expect(await linksOf(closed.url)).toEqual(['docs', 'health/live', 'health/ready', 'metrics']);
    for (const path of ['graphiql', 'schema.graphql']) expect((await fetch(`${closed.url}/${path}`)).status, path).toBe(404);
  });

  it('offers to try operations only where any operation is taken', async () => {
    expect(await textOf(gateway.url)).toContain('<form');
    const { url } = await start({ trustedDocuments: {} });
    const text = await textOf(url);
    expect(text).not.toContain('<form');
    expect(text).not.toContain('variables.input.image"]');
    expect((await fetch(`${url}/graphiql`)).status).toBe(404);
  });

  it('/ asks for a key where one is needed', async () => {
    const { url } = await start({ apiKeys: [{ name: 'someone', sha256: '0'.repeat(64) }] });
    const text = await textOf(url);
    expect(text).toContain('Callers need an API key');
    expect(text).toContain('x-api-key: YOUR_KEY');
    expect(text).toContain('name="key"');
  });

  it('/ takes the names of an engine, the Host header and the public address for text', async () => {
    const hostile = '<img src=x onerror=alert(1)>"\'';
    const slimmer: FaceSlimmer = { ...(await localEngine()), id: hostile, version: hostile };
    const { url } = await start({ slimmer, publicUrl: 'http://slim.example/<b>&"/', selfTest: () => new Promise(() => {}) });
    const misdirected = await request(url, { headers: { host: 'evil.example' } });
    expect(misdirected.statusCode).toBe(421);
    expect(await misdirected.body.text()).not.toContain('evil');
    const { body } = await request(url, { headers: { host: 'evil.localhost' } });
    const text = await body.text();
    expect(text).not.toMatch(/<img src=x|<b>|evil/);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;');
    expect(text).toContain('Not ready');
  });

  it('/docs is the README and every setting', async () => {
    const text = await (await fetch(`${gateway.url}/docs`)).text();
    expect(text).toMatch(/^# @slimface\/gateway/);
    expect(text).toContain('| `SLIMFACE_STRIP_METADATA` | `0` |');
  });

  it('/schema.graphql is the schema that is in the package, byte by byte', async () => {
    const response = await fetch(`${gateway.url}/schema.graphql`);
    expect(response.headers.get('content-type')).toBe('application/graphql; charset=utf-8');
    expect(await response.text()).toBe(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  });

  it('/graphiql goes out packed to who can unpack it, and is the same for others', async () => {
    const packed = await request(`${gateway.url}/graphiql`, { headers: { 'accept-encoding': 'br, gzip;q=0.8' } });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding', 'content-type': 'text/html; charset=utf-8' });
    const bytes = Buffer.from(await packed.body.arrayBuffer());
    expect(packed.headers['content-length']).toBe(String(bytes.byteLength));
    expect(bytes.byteLength).toBeLessThan(3e6);

    const plain = await request(`${gateway.url}/graphiql`, { headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(Buffer.from(await plain.body.arrayBuffer()).equals(gunzipSync(bytes))).toBe(true);
  });

  it.each(['/', '/graphiql', '/schema.graphql', '/docs'])('%s: GET and HEAD only, once for each state, and nothing may be loaded that is not named', async (path) => {
    const url = gateway.url + path;
    const { status, headers } = await fetch(url);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(policy.match(/script-src[^;]*/)?.[0] ?? '').not.toContain('unsafe');

    const etag = headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const changed = await fetch(url, { headers: { 'if-none-match': '"other"' } });
    expect(changed.status).toBe(200);
    await changed.arrayBuffer();

    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);

    const post = await fetch(url, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await post.json()).toEqual({ code: 'METHOD_NOT_ALLOWED', message: 'Expected method GET or HEAD but received POST' });
  });
});

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

async function linksOf(url: string): Promise<string[]> {
  return [...(await textOf(url)).matchAll(/<a href="([^"]*)"/g)].map(([, path]) => path!);
}
