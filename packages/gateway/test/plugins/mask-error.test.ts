import { createServer } from 'node:http';
import { BusyError, ForbiddenError, InternalError, UnauthorizedError } from '@slimface/core';
import { createSchema, createYoga } from 'graphql-yoga';
import { describe, expect, it } from 'vitest';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { currentRequestId } from '../../src/http/handle-request.ts';
import { createMaskError } from '../../src/plugins/mask-error.ts';
import { useErrorCodes } from '../../src/plugins/use-error-codes.ts';
import { query } from '../_setup.ts';
import { noEngine, startWithoutEngine } from './_setup.ts';

describe('an error outside a union', () => {
  it('that nobody foresaw is told as INTERNAL, and logged under the same request id without the id of the result', async () => {
    const engine = { ...noEngine, get id(): string { throw new TypeError(`secret detail of ${'f'.repeat(32)}`); } };
    const gateway = await startWithoutEngine({ slimmer: engine });
    const answer = await query(gateway, '{ engine { id } }');
    const requestId = answer.headers.get('x-request-id');
    expect(answer.body).toMatchObject({
      errors: [{ message: expect.stringContaining(`Expected to answer but something failed on our side (request ${requestId})`), path: ['engine', 'id'], extensions: { code: 'INTERNAL', retryable: false, requestId } }],
    });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    const lines = gateway.logged.filter(({ fields }) => fields['requestId'] === requestId && 'err' in fields);
    expect(lines).toMatchObject([{ fields: { err: { message: 'secret detail of <id>', stack: expect.stringContaining('mask-error.test.ts') } } }]);
    await gateway.stop();
  });

  const thrown: [name: string, error: unknown, told: object, logged: number][] = [
    ['about the caller', new UnauthorizedError('Expected a key'), { message: 'Expected a key', extensions: { code: 'UNAUTHORIZED', retryable: false } }, 0],
    ['to wait out', new BusyError('Expected less', { retryAfter: 1.5 }), { message: 'Expected less', extensions: { code: 'BUSY', retryable: true, retryAfter: 2 } }, 0],
    ['about our own key', new ForbiddenError('secret detail'), { extensions: { code: 'INTERNAL', requestId: 'id of the request' } }, 1],
    ['of ours', new InternalError('secret detail'), { extensions: { code: 'INTERNAL', requestId: 'id of the request' } }, 1],
    ['that is none', 'secret detail', { extensions: { code: 'INTERNAL', requestId: 'id of the request' } }, 1],
    ['of the platform', new TypeError('secret detail'), { extensions: { code: 'INTERNAL', requestId: 'id of the request' } }, 1],
  ];
  for (const [name, error, told, logged] of thrown) {
    it(`${name} is told as ${JSON.stringify(told)}`, async () => {
      const lines: object[] = [];
      const fail = (): never => {
        throw error;
      };
      const yoga = createYoga({
        schema: createSchema({ typeDefs: 'type Query { field: String required: String! }', resolvers: { Query: { field: fail, required: fail } } }),
        plugins: [useErrorCodes({ suggestions: true })],
        maskedErrors: { maskError: createMaskError({ logger: { info() {}, error: (fields) => lines.push(fields) } }) },
        logging: false,
      });
      const server = createServer((req, res) => currentRequestId.run('id of the request', () => void yoga(req, res)));
      const url = await listen(server, { host: '127.0.0.1', port: 0 });
      const send = async (field: string) => {
        const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: `{ ${field} }` }) });
        const text = await response.text();
        expect(text).not.toContain('secret');
        return { status: response.status, asksFor: response.headers.get('www-authenticate'), body: JSON.parse(text) };
      };
      const [inField, inAll] = [await send('field'), await send('required')];
      await closeServer(server, 1000);
      expect(inField).toMatchObject({ status: 200, asksFor: null, body: { data: { field: null }, errors: [{ ...told, path: ['field'] }] } });
      const refused = error instanceof UnauthorizedError; // all that there was to answer
      expect(inAll).toMatchObject({ status: refused ? 401 : 200, asksFor: refused ? 'Bearer' : null, body: { data: null, errors: [told] } });
      expect(lines).toHaveLength(2 * logged);
      for (const line of lines) expect(line).toMatchObject({ requestId: 'id of the request', err: { message: 'secret detail' } });
    });
  }
});
