import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, query, type RunningGateway, slimFace, startGateway } from '../_setup.ts';

const portrait = fixture('astronaut.png');

describe('a result URL', () => {
  let gateway: RunningGateway;
  let url: string;
  let byteSize: number;
  beforeAll(async () => {
    gateway = await startGateway();
    const { body } = await slimFace(gateway, portrait, { slimDegree: 0 });
    ({ url, byteSize } = body.data.slimFace);
  });
  afterAll(() => gateway.stop());

  it('gives the image with its headers', async () => {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(byteSize),
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    });
    const maxAge = Number(/^private, max-age=(\d+)$/.exec(response.headers.get('cache-control')!)![1]);
    expect(maxAge).toBeGreaterThan(86_000);
    expect(maxAge).toBeLessThanOrEqual(86_400);
    expect(portrait.equals(Buffer.from(await response.arrayBuffer()))).toBe(true); // at degree 0 the very bytes that were sent
  });

  it('answers HEAD without the image', async () => {
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(byteSize));
    expect(await response.text()).toBe('');
  });

  it('that was tampered with is 403', async () => {
    const id = /results\/([0-9a-f]+)/.exec(url)![1]!;
    const tampered = [
      url.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      url.replace(/expires=(\d+)/, (_, expires) => `expires=${Number(expires) + 1}`),
      url.replace(id, 'f'.repeat(32)),
      url.replace(/&signature=.*/, ''),
      url.replace(/\?.*/, ''),
    ];
    for (const href of tampered) {
      const response = await fetch(href);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('with another path is 404', async () => {
    for (const path of ['/results/', '/results/..%2f..%2fsigning-key', '/results/%2e%2e/signing-key', url.slice(gateway.url.length).replace('.png', '.jpg')]) {
      const response = await fetch(`${gateway.url}${path}`);
      expect(response.status).toBe(404);
    }
  });

  it('takes GET and HEAD only', async () => {
    const response = await fetch(url, { method: 'POST', body: 'x' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toEqual({ code: 'METHOD_NOT_ALLOWED', message: 'Expected method GET or HEAD but received POST' });
  });

  it('is 404 when its files are gone', async () => {
    const { body } = await slimFace(gateway, portrait);
    await rm(join(gateway.dataDir, 'results', 'content'), { recursive: true });
    expect((await fetch(body.data.slimFace.url)).status).toBe(404);
  });

  it('is never logged', async () => {
    const log = JSON.stringify(gateway.logged);
    expect(log).toContain('"route":"/results"');
    expect(log).not.toContain('signature');
    expect(log).not.toContain(new URL(url).searchParams.get('signature'));
    expect(log).not.toContain(/results\/([0-9a-f]+)/.exec(url)![1]);
  });
});

describe('a result that has expired', () => {
  it('is 410, is no node any more, and its photo is deleted', async () => {
    const gateway = await startGateway({ resultTtlSeconds: 1 });
    const { body } = await slimFace(gateway, portrait, { slimDegree: 0 });
    const { id, url, expiresAt } = body.data.slimFace;
    await expect.poll(async () => (await fetch(url)).status, { timeout: 20_000 }).toBe(410);
    expect(await (await fetch(url)).json()).toEqual({ code: 'RESULT_EXPIRED', message: `The result expired at ${expiresAt}` });
    expect((await query(gateway, 'query ($id: ID!) { node(id: $id) { id } }', { id })).body).toEqual({ data: { node: null } });
    await expect.poll(() => readdir(join(gateway.dataDir, 'results', 'content')), { timeout: 20_000 }).toEqual([]);
    await gateway.stop();
  });
});
