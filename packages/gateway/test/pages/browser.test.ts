import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../_setup.ts';
import { launchBrowser, withoutBrowser } from './_browser.ts';
import { type PathProxy, startPathProxy } from './_path-proxy.ts';

const astronaut = fixturePath('astronaut.png');
const coffee = fixturePath('no-face-coffee.png');

describe.skipIf(withoutBrowser)('the pages in a real browser, behind a proxy that gives them a path', () => {
  let proxy: PathProxy;
  let gateway: RunningGateway;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let requested: string[];
  let complaints: string[];

  beforeAll(async () => {
    proxy = await startPathProxy('/slim');
    gateway = await startGateway({ publicUrl: proxy.url });
    proxy.target = gateway.url;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await gateway?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
    context.setDefaultTimeout(30_000);
    proxy.posts.length = 0;
    requested = [];
    complaints = [];
    context.on('request', (request) => requested.push(request.url()));
    context.on('console', (message) => {
      const aboutAnswer = message.location().url.endsWith('/graphql'); // a refusal, which the page shows
      if (['error', 'warning'].includes(message.type()) && !aboutAnswer) complaints.push(message.text());
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    // A policy that is too strict, a script that throws and an address where nothing is all end up here.
    expect(complaints).toEqual([]);
    expect(requested.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(`${proxy.url}/`))).toEqual([]);
  });

  it('/ slims a photo and shows it beside the one that was sent', async () => {
    await page.goto(`${proxy.url}/`);
    await page.setInputFiles('[name=photo]', astronaut);
    await page.locator('[name=degree]').fill('1.6');
    expect(await page.locator('output').textContent()).toBe('1.6');
    await page.getByRole('button', { name: 'Slim' }).click();

    await page.getByRole('status').getByText('512 × 512 px, 1 face slimmed.').waitFor();
    expect(await lastOperation()).toMatchObject({ variables: { input: { image: null, slimDegree: 1.6 } } });
    expect(await page.locator('figure img').evaluateAll((images: any[]) => images.map((image) => image.naturalWidth))).toEqual([512, 512]);
    expect(await page.locator('figure a').getAttribute('href')).toContain(`${proxy.url}/results/`);
  });

  it('/ says why a photo is not taken', async () => {
    await page.goto(`${proxy.url}/`);
    await page.setInputFiles('[name=photo]', coffee);
    await page.getByRole('button', { name: 'Slim' }).click();
    await page.getByRole('status').getByText('(NO_FACE)').waitFor();
    expect(await page.locator('.pictures').isHidden()).toBe(true);
  });

  it('/graphiql opens with an upload that only wants its photo', async () => {
    await page.goto(`${proxy.url}/graphiql`);
    await page.setInputFiles('#photos', astronaut);
    await runButton().click();

    const result = page.locator('.result-window');
    await result.getByText('"SlimmedImage"').waitFor();
    await result.getByText(`"${proxy.url}/results/`).waitFor();
    expect(await lastOperation()).toMatchObject({ operationName: 'SlimFace', variables: { input: { image: null, slimDegree: 1 } } });
    expect(await page.locator('#upload-bar output').textContent()).toBe('sent as variables.input.image');

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Mutation' }).waitFor(); // which it knows only from the server
  });

  it('/graphiql sends the key that is typed in, keeps it nowhere, and comes back as it was left', async () => {
    await page.goto(`${proxy.url}/graphiql`);
    await page.getByRole('tab', { name: 'ImageRequirements' }).click();
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
    await page.keyboard.insertText('{ "x-api-key": "a-secret" }');
    await runButton().click();
    await page.locator('.result-window').getByText('"image/jpeg"').waitFor();
    expect(proxy.posts.at(-1)?.headers).toMatchObject({ 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1', 'x-api-key': 'a-secret' });

    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).toContain('imageRequirements');
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain('a-secret');
    await page.reload();
    await page.getByRole('tab', { name: 'ImageRequirements', selected: true }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(4);
  });

  it('its bar gives each null that is an upload a photo, in their order, and leaves all else alone', async () => {
    await page.goto(`${proxy.url}/graphiql`);
    await page.setInputFiles('#photos', [astronaut, coffee]);

    await sendFromPage('query ($note: String) { engine { id(note: $note) } }', { note: null, image: 1 });
    expect(proxy.posts.at(-1)?.headers['content-type']).toBe('application/json');

    const list = await sendFromPage('mutation ($input: SlimFacesInput!) { slimFaces(input: $input) { ... on SlimFacesSuccess { items { __typename } } } }', { input: { images: [null, null] } });
    expect(list).toEqual({ data: { slimFaces: { items: [{ __typename: 'SlimmedImage' }, { __typename: 'NoFaceError' }] } } });

    const named = await sendFromPage('mutation ($portrait: Upload!) { slimFace(input: { image: $portrait }) { __typename } }', { portrait: null });
    expect(named).toEqual({ data: { slimFace: { __typename: 'SlimmedImage' } } });

    await sendFromPage('mutation ($input: SlimFacesInput!) { slimFaces(input: $input) { __typename } }', { input: { images: [null, null, null] } });
    expect(await page.locator('#upload-bar output').textContent()).toBe('choose more photos: nothing for variables.input.images.2');
  });

  function runButton(): Locator {
    return page.locator('.graphiql-execute-button');
  }

  /** Sends an operation as GraphiQL does. */
  function sendFromPage(query: string, variables: object): Promise<unknown> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' }, body: JSON.stringify({ query, variables }) };
    return page.evaluate(`fetch('graphql', ${JSON.stringify(init)}).then((response) => response.json())`);
  }

  /** What was last sent as a multipart request. */
  async function lastOperation(): Promise<unknown> {
    const { headers, body } = proxy.posts.at(-1)!;
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type']! } }).formData();
    return JSON.parse(String(form.get('operations')));
  }
});

function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../../../fixtures/${name}`, import.meta.url));
}
