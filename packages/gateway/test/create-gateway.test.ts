import { rm, symlink } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { FaceSlimmer } from '@slimface/core';
import { ForbiddenError, InternalError } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, localEngine, multipart, post, query, type RunningGateway, slimFace, startGateway } from './_setup.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe('the CSRF guard', () => {
  const form = () => multipart({ query: '{ __typename }', variables: {} }, {}, {});

  it('refuses what a web page can send unasked, and names the headers that help', async () => {
    const sent = [
      fetch(`${gateway.url}/graphql`, { method: 'POST', body: form() }),
      fetch(`${gateway.url}/graphql`, { method: 'POST', body: '{"query":"{ __typename }"}' }),
      fetch(`${gateway.url}/graphql?query={__typename}`),
    ];
    for (const response of await Promise.all(sent)) {
      expect(response.status).toBe(403);
      expect((await response.json()).errors).toMatchObject([
        {
          message: 'Expected one of the headers x-graphql-yoga-csrf, apollo-require-preflight, x-api-key, authorization (any value) or a JSON body but received neither',
          extensions: { code: 'CSRF_PREVENTED' },
        },
      ]);
    }
  });

  for (const name of ['x-graphql-yoga-csrf', 'apollo-require-preflight', 'x-api-key', 'authorization']) {
    it(`is satisfied by ${name}`, async () => {
      expect(await post(gateway, form(), { headers: { [name]: 'x' } })).toMatchObject({ status: 200, body: { data: { __typename: 'Query' } } });
    });
  }

  it('lets no page of another origin read an answer', async () => {
    const { headers } = await query(gateway, '{ __typename }');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin: 'https://example.test', 'access-control-request-method': 'POST' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the HTTP side', () => {
  it('answers /health', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  it('serves no page of its own', async () => {
    const headers = { accept: 'text/html', 'x-graphql-yoga-csrf': '1' };
    expect((await fetch(`${gateway.url}/`, { headers })).status).toBe(404);
    const response = await fetch(`${gateway.url}/graphql`, { headers });
    expect(response.headers.get('content-type') ?? '').not.toContain('html');
  });

  it('answers a host or path that cannot be parsed with 400 and no stack', async () => {
    const { hostname, port } = new URL(gateway.url);
    const answer = await new Promise<{ status: number; requestId: unknown; text: string }>((resolve, reject) => {
      const req = httpRequest({ hostname, port, path: '/graphql', headers: { host: 'a b:c' } }, (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: res.statusCode!, requestId: res.headers['x-request-id'], text }));
      });
      req.on('error', reject).end();
    });
    expect(answer).toEqual({ status: 400, requestId: expect.any(String), text: '{"code":"BAD_REQUEST","message":"Expected a request with a valid path and host"}' });
  });

  it('names the request id of the log in every answer', async () => {
    const { status, headers } = await query(gateway, `# ${' '.repeat(300_000)}`);
    const answers: (readonly [status: number, id: string | null])[] = [[status, headers.get('x-request-id')]];
    for (const path of ['/health', '/nowhere', '/graphql', '/results/', `/results/${'f'.repeat(32)}.png`]) {
      const response = await fetch(`${gateway.url}${path}`);
      answers.push([response.status, response.headers.get('x-request-id')]);
    }
    expect(answers.map(([code]) => code)).toEqual([413, 200, 404, 403, 404, 403]);
    for (const [code, requestId] of answers) {
      await expect.poll(() => gateway.logged, { timeout: 20_000 }).toContainEqual({ message: 'request', fields: expect.objectContaining({ requestId, status: code }) });
    }
  });

  it('refuses a query that is nested without end', async () => {
    const { status, body } = await query(gateway, `{ ${'a { '.repeat(50_000)}`);
    expect(status).toBeLessThan(500);
    expect(body.errors[0]).toMatchObject({ message: expect.stringContaining('Syntax Error'), extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  });

  it('refuses a list of operations', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[{"query":"{ __typename }"}]' });
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].message).toBe('Batching is not supported.');
  });
});

describe('queries', () => {
  it('imageRequirements are those of the engine', async () => {
    const { body } = await query(gateway, '{ imageRequirements { mediaTypes maxBytes minSide maxSide minFaces maxFaces minFaceSide minSlimDegree maxSlimDegree } }');
    expect(body).toEqual({ data: { imageRequirements: (await localEngine()).requirements } });
  });

  it('node finds a stored result, several at once, and null for what it does not know', async () => {
    const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 0 });
    const { id, url } = body.data.slimFace;
    const unknown = Buffer.from(`SlimmedImage:${'f'.repeat(32)}`).toString('base64');
    const answer = await query(gateway, 'query ($id: ID!, $unknown: ID!) { a: node(id: $id) { id ... on SlimmedImage { url width faces { slimDegree } } } b: node(id: $id) { __typename } c: node(id: $unknown) { id } }', { id, unknown });
    expect(answer.body).toEqual({ data: { a: { id, url, width: 512, faces: [{ slimDegree: 0 }] }, b: { __typename: 'SlimmedImage' }, c: null } });
  });

  it('node refuses an id that no node ever had', async () => {
    for (const id of ['', 'x', Buffer.from('Query:1').toString('base64')]) {
      const { body } = await query(gateway, 'query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(body.data).toEqual({ node: null });
      expect(JSON.stringify(body)).not.toContain('node_modules');
    }
  });
});

describe('a fault on our side', () => {
  const faults: [name: string, error: Error][] = [
    ['an unexpected error', new TypeError('secret detail')],
    ['an InternalError of the engine', new InternalError('secret detail')],
    ['an error about our own key', new ForbiddenError('secret detail')],
  ];
  for (const [name, error] of faults) {
    it(`${name} is InternalError without its details, which are logged`, async () => {
      const engine = await localEngine();
      const slimmer: FaceSlimmer = { ...engine, slim: () => Promise.reject(error) };
      const faulty = await startGateway({ slimmer });
      const { body, headers } = await slimFace(faulty, fixture('astronaut.png'));
      const requestId = headers.get('x-request-id');
      expect(body.data.slimFace).toEqual({
        __typename: 'InternalError',
        code: 'INTERNAL',
        message: `Expected to slim the photo but something failed on our side (request ${requestId})`,
        retryable: false,
      });
      expect(JSON.stringify(body)).not.toContain('secret');
      const err = { name: error.name, message: 'secret detail', stack: expect.stringContaining('create-gateway.test.ts') };
      expect(faulty.logged).toContainEqual({ fields: { requestId, err: expect.objectContaining(err) }, message: 'slimFace failed' });
      await faulty.stop();
    });
  }

  it('in a query is masked, and logged under its request id without the id of the result', async () => {
    const { body } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 0 });
    const { id } = body.data.slimFace;
    const record = join(gateway.dataDir, 'results', 'records', `${Buffer.from(id, 'base64').toString().slice('SlimmedImage:'.length)}.json`);
    await rm(record);
    await symlink(record, record);
    const answer = await query(gateway, 'query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(answer.body).toMatchObject({ data: { node: null }, errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    const lines = gateway.logged.filter(({ message }) => message === 'request failed');
    expect(lines).toEqual([{ message: 'request failed', fields: { requestId: answer.headers.get('x-request-id'), err: expect.objectContaining({ message: expect.stringMatching(/^ELOOP.*<id>\.json'$/), stack: expect.stringContaining('<id>') }) } }]);
    expect(JSON.stringify(lines)).not.toMatch(/[0-9a-f]{32}/);
  });
});
