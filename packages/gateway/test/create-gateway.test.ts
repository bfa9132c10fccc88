import { request as httpRequest } from 'node:http';
import { type FaceSlimmer, ForbiddenError, InternalError } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, localEngine, query, type RunningGateway, slimFace, startGateway } from './_setup.ts';

/** What the engine of `faulty` throws. */
let fault: Error;
let gateway: RunningGateway;
let faulty: RunningGateway;
beforeAll(async () => {
  const engine = await localEngine();
  const slimmer: FaceSlimmer = { ...engine, slim: () => Promise.reject(fault) };
  [gateway, faulty] = await Promise.all([startGateway(), startGateway({ slimmer })]);
});
afterAll(() => Promise.all([gateway.stop(), faulty.stop()]));

describe('a gateway', () => {
  it('takes the requirements of its engine for its own', async () => {
    const { body } = await query(gateway, '{ imageRequirements { mediaTypes maxBytes minSide maxSide minFaces maxFaces minFaceSide minSlimDegree maxSlimDegree } }');
    expect(body).toEqual({ data: { imageRequirements: (await localEngine()).requirements } });
  });

  it('has no page at /graphql that loads scripts from elsewhere', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html', 'x-graphql-yoga-csrf': '1' } });
    expect(response.headers.get('content-type') ?? '').not.toContain('html');
  });

  it('answers a host that cannot be parsed with 400 and no stack', async () => {
    const { hostname, port } = new URL(gateway.url);
    const answer = await new Promise<{ status: number; requestId: unknown; text: string }>((resolve, reject) => {
      const req = httpRequest({ hostname, port, path: '/graphql', headers: { host: 'a b:c' } }, (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: res.statusCode!, requestId: res.headers['x-request-id'], text }));
      });
      req.on('error', reject).end();
    });
    expect(answer).toEqual({ status: 400, requestId: expect.any(String), text: '{"errors":[{"message":"Expected a request with a valid path and host","extensions":{"code":"BAD_REQUEST","retryable":false}}]}' });
  });

  it('names the request id of the log in every answer', async () => {
    const { status, headers } = await query(gateway, `# ${' '.repeat(300_000)}`);
    const answers: (readonly [status: number, id: string | null])[] = [[status, headers.get('x-request-id')]];
    for (const path of ['/', '/health/live', '/nowhere', '/graphql', '/api/nowhere', '/results/', `/results/${'f'.repeat(32)}.png`]) {
      const response = await fetch(`${gateway.url}${path}`);
      answers.push([response.status, response.headers.get('x-request-id')]);
    }
    expect(answers.map(([code]) => code)).toEqual([413, 200, 200, 404, 403, 404, 404, 403]);
    for (const [code, requestId] of answers) {
      await expect.poll(() => gateway.logged, { timeout: 20_000 }).toContainEqual({ message: 'request', fields: expect.objectContaining({ requestId, status: code }) });
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
      fault = error;
      const { body, headers } = await slimFace(faulty, fixture('astronaut.png'));
      const requestId = headers.get('x-request-id');
      expect(body.data.slimFace).toEqual({
        __typename: 'InternalError',
        code: 'INTERNAL',
        message: expect.stringContaining(`something failed on our side (request ${requestId})`),
        retryable: false,
      });
      expect(JSON.stringify(body)).not.toContain('secret');
      const lines = faulty.logged.filter(({ fields }) => fields['requestId'] === requestId && 'err' in fields);
      expect(lines).toHaveLength(1);
      expect(JSON.stringify(lines)).toMatch(/"message":"secret detail","(code":"\w+",")?stack":"[^"]*create-gateway\.test\.ts/);
    });
  }
});
