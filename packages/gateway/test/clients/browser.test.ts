import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { type RunningGateway, startGateway } from '../_setup.ts';
import { launchBrowser, withoutBrowser } from '../pages/_browser.ts';

const portrait = fileURLToPath(new URL('../../../../fixtures/astronaut.png', import.meta.url));
const graphql = '/graphql';
const twin = '/api/portrait/effects/smart-face-slimming';
const operations = JSON.stringify({ query: 'mutation ($input: SlimFaceInput!) { slimFace(input: $input) { ... on SlimmedImage { url width } } }', variables: { input: { image: null } } });

/** A page that posts the chosen photo to where its address says: as a form, or by a script. */
const html = `<!doctype html><title>a page of somebody else</title>
<form method=post enctype=multipart/form-data>
  <input name=operations><input name=map><input name=image type=file>
</form>
<script>
  const form = document.forms[0];
  form.action = new URLSearchParams(location.search).get('to');
  form.operations.value = ${JSON.stringify(operations)};
  form.map.value = '{"image":["variables.input.image"]}';
  const send = (init) => fetch(form.action, { method: 'POST', body: new FormData(form), ...init }).then((answer) => answer.type === 'opaque' ? 'opaque' : answer.json(), String);
  const show = (url) => new Promise((resolve, reject) => {
    const image = document.body.appendChild(new Image());
    image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
    image.onerror = () => reject(new Error('the image does not load'));
    image.src = url;
  });
</script>`;

describe.skipIf(withoutBrowser)('a page of another origin', () => {
  const pages: Server = createServer((_req, res) => void res.setHeader('content-type', 'text/html').end(html));
  let gateway: RunningGateway;
  let browser: Browser;
  let page: Page;
  /** The same page under two addresses, both of another origin than the gateway; one of them is allowed. */
  let stranger: string;
  let friend: string;

  beforeAll(async () => {
    const { port } = new URL(await listen(pages, { host: '127.0.0.1', port: 0 }));
    [stranger, friend] = [`http://evil.localhost:${port}`, `http://localhost:${port}`];
    gateway = await startGateway({ corsOrigins: [friend] });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    await closeServer(pages, 1000);
  });
  beforeEach(async () => {
    gateway.logged.length = 0;
    page = await browser.newPage();
  });
  afterEach(() => page.close());

  async function open(origin: string, path: string): Promise<void> {
    await page.goto(`${origin}/?${new URLSearchParams({ to: `${gateway.url}${path}` })}`);
    await page.setInputFiles('[name=image]', portrait);
  }

  /** What got to the gateway, and what became of it; a photo that came in has a line of its own. An icon is asked for by the browser itself. */
  const log = (): string[] => {
    const lines = gateway.logged.map(({ fields, message }) => (message === 'request' ? `${String(fields['method'])} ${String(fields['route'])} ${String(fields['status'])}` : message));
    return lines.filter((line) => line !== 'GET other 404');
  };

  for (const path of [graphql, twin]) {
    describe(`that posts a photo to ${path}`, () => {
      it('as a form, which no browser asks about first, is refused', async () => {
        await open(stranger, path);
        const answered = page.waitForResponse((response) => response.url() === `${gateway.url}${path}`);
        await page.evaluate('form.submit()');
        const response = await answered;
        expect(response.status()).toBe(403);
        expect(await response.text()).toContain('CSRF_PREVENTED');
        await expect.poll(log).toEqual([`POST ${path} 403`]);
      });

      it('by a script that asks for no answer is refused', async () => {
        await open(stranger, path);
        expect(await page.evaluate("send({ mode: 'no-cors' })")).toBe('opaque');
        await expect.poll(log).toEqual([`POST ${path} 403`]);
      });

      it('with a header that a browser asks about is stopped by the browser', async () => {
        await open(stranger, path);
        for (const headers of [{ 'x-graphql-yoga-csrf': '1' }, { 'x-api-key': 'x' }, { 'ailabapi-api-key': 'x' }]) {
          expect(await page.evaluate(`send(${JSON.stringify({ headers })})`)).toContain('Failed to fetch');
        }
        await expect.poll(() => log().length).toBe(3);
        expect(log().filter((line) => !line.startsWith(`OPTIONS ${path} `))).toEqual([]);
      });
    });
  }

  it('that posts GraphQL as text, which no browser asks about first, is refused', async () => {
    await open(stranger, graphql);
    expect(await page.evaluate("send({ mode: 'no-cors', body: JSON.stringify({ query: '{ __typename }' }) })")).toBe('opaque');
    await expect.poll(log).toEqual(['POST /graphql 403']);
  });

  it('that is allowed sends a photo, reads the answer and shows the result', async () => {
    await open(friend, graphql);
    const { data } = (await page.evaluate("send({ headers: { 'x-graphql-yoga-csrf': '1' } })")) as { data: { slimFace: { url: string } } };
    expect(data).toEqual({ slimFace: { url: expect.stringMatching(/\.png\?/), width: 512 } });
    expect(await page.evaluate(`show(${JSON.stringify(data.slimFace.url)})`)).toEqual([512, 512]);
  });

  it('that is allowed does the same with the REST twin, with a key or without', async () => {
    await open(friend, twin);
    for (const headers of [{ 'ailabapi-api-key': 'any' }, {}]) {
      const answer = (await page.evaluate(`send(${JSON.stringify({ headers })})`)) as { error_code: number; data: { image_url: string } };
      expect(answer).toMatchObject({ error_code: 0, data: { image_url: expect.stringMatching(/\.png\?/) } });
      expect(await page.evaluate(`show(${JSON.stringify(answer.data.image_url)})`)).toEqual([512, 512]);
    }
  });

  it('that is not allowed may still show a result whose URL it was given', async () => {
    await open(friend, graphql);
    const { data } = (await page.evaluate("send({ headers: { 'x-graphql-yoga-csrf': '1' } })")) as { data: { slimFace: { url: string } } };
    await open(stranger, graphql);
    expect(await page.evaluate(`show(${JSON.stringify(data.slimFace.url)})`)).toEqual([512, 512]);
  });
});
