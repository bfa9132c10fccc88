import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardHeader, multipart, post, query, type RunningGateway } from '../_setup.ts';
import { useTrustedDocuments } from '../../src/plugins/use-trusted-documents.ts';
import { startWithoutEngine } from './_setup.ts';

const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');
const requirements = 'query Requirements { imageRequirements { maxBytes } }';
const upload = 'mutation ($input: SlimFaceInput!) { slimFace(input: $input) { __typename } }';
const dear = `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: __typename`).join(' ')} }`;
const trusted = { query: hashOf(requirements), upload: hashOf(upload), dear: hashOf(dear) };

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startWithoutEngine({ trustedDocuments: { [trusted.query]: requirements, [trusted.upload]: upload, [trusted.dear]: dear } });
});
afterAll(() => gateway.stop());

async function send(body: object): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

const found = { data: { imageRequirements: { maxBytes: 6 * 2 ** 20 } } };
const persisted = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
const refusal = (code: string, received: string) => ({ errors: [{ message: `Expected the hash of a document that this gateway knows but received ${received}`, extensions: { code, retryable: false } }] });

describe('trusted documents', () => {
  it('are taken by their hash, in each of the ways in which clients send one', async () => {
    for (const body of [persisted(trusted.query), { documentId: trusted.query }, { documentId: `sha256:${trusted.query}`, operationName: 'Requirements' }]) {
      expect(await send(body)).toEqual({ status: 200, body: found });
    }
    const extensions = JSON.stringify(persisted(trusted.query).extensions);
    for (const search of [{ extensions }, { documentId: `sha256:${trusted.query}` }]) {
      const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams(search)}`, { headers: guardHeader });
      expect(await response.json()).toEqual(found);
    }
  });

  it('are taken in a multipart request', async () => {
    const form = (hash: string): FormData => multipart({ ...persisted(hash), variables: { input: { image: null } } }, { 0: ['variables.input.image'] }, { 0: Buffer.from('no image') });
    expect((await post(gateway, form(trusted.upload))).body).toEqual({ data: { slimFace: { __typename: 'UnsupportedFormatError' } } });
    expect((await post(gateway, form(hashOf('another')))).body).toMatchObject(refusal('PERSISTED_QUERY_NOT_FOUND', 'another one'));
  });

  it('are the only ones that are', async () => {
    expect(await send({ query: requirements })).toEqual({ status: 400, body: refusal('PERSISTED_QUERY_ONLY', 'a document') });
    expect(await send({ query: '{ __schema { types { name } } }', ...persisted(trusted.query) })).toEqual({ status: 400, body: refusal('PERSISTED_QUERY_ONLY', 'a document') });
    expect(await send({})).toEqual({ status: 400, body: refusal('PERSISTED_QUERY_ONLY', 'none') });
    for (const hash of [hashOf('another'), '', '__proto__', 'constructor', trusted.query.toUpperCase()]) {
      expect(await send(persisted(hash))).toEqual({ status: 400, body: refusal('PERSISTED_QUERY_NOT_FOUND', 'another one') });
    }
    for (const hash of [null, 1, [trusted.query], {}]) expect(await send(persisted(hash))).toEqual({ status: 400, body: refusal('PERSISTED_QUERY_ONLY', 'none') });
    expect((await send({ extensions: { persistedQuery: 'text' } })).body).toEqual(refusal('PERSISTED_QUERY_ONLY', 'none'));
  });

  it('come from people who need the schema, so it is still there', async () => {
    expect((await fetch(`${gateway.url}/schema.graphql`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/graphiql`)).status).toBe(404);
  });

  it('are under the same limits as others', async () => {
    expect(await send(persisted(trusted.dear))).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] } });
  });

  it('have keys that are hashes', () => {
    expect(() => useTrustedDocuments({ Requirements: requirements })).toThrow('Expected trusted documents by their SHA-256 in lower-case hexadecimal but received "Requirements"');
  });

  it('leave a gateway without them as it was', async () => {
    const open = await startWithoutEngine();
    expect((await query(open, requirements)).body).toEqual(found);
    await open.stop();
  });
});
