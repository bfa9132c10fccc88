import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSlimmedImage } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatewayContext } from '../../src/context.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { buildSchema } from '../../src/schema/build-schema.ts';
import { createResultStore } from '../../src/store/result-store.ts';
import type { StoredResult } from '../../src/store/stored-result.ts';
import { fixture, query, slimFace, startGateway } from '../_setup.ts';

// The copy of graphql that the schema was made with.
const { graphql } = createRequire(import.meta.url)('graphql') as typeof import('graphql');

const schema = buildSchema();
const KEPT_SECONDS = 100;
const STORE_BYTES = 1000;

let folder: string;
let store: Awaited<ReturnType<typeof createResultStore>>;
let now = 1_800_000_000_000;
/** Ids of each call of the store. */
let calls: (readonly string[])[] = [];
let results: Record<'expired' | 'evicted' | 'kept' | 'alsoKept', string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-lookup-'));
  store = await createResultStore({ folder, ttlSeconds: KEPT_SECONDS, maxBytes: STORE_BYTES, now: () => now });
  const expired = await put(300);
  now += KEPT_SECONDS * 1000;
  await store.sweep();
  const evicted = await put(500);
  now += 1000;
  const kept = await put(300);
  now += 1000;
  results = { expired, evicted, kept, alsoKept: await put(400) };
});
afterAll(() => rm(folder, { recursive: true }));

async function put(byteSize: number): Promise<string> {
  const image = createSlimmedImage({ mediaType: 'image/png', width: 20, height: 10, faces: [], slimDegree: 1, engine: 'local' }, new Uint8Array(byteSize).fill(byteSize % 251));
  const { id } = await store.put(image, { requestId: 'a request' });
  return globalId(id);
}

const globalId = (id: string, typename = 'SlimmedImage'): string => Buffer.from(`${typename}:${id}`).toString('base64');
const strangers = { unknown: globalId('0'.repeat(32)), ofNoType: globalId('1', 'Nothing'), garbled: '%', path: globalId('../../x') };

async function ask(source: string, variableValues: Record<string, unknown>, who: 'caller' | 'stranger' = 'caller'): Promise<any> {
  calls = [];
  const caller: GatewayContext['caller'] = who === 'caller' ? { name: 'shop', countedAs: 'shop' } : undefined;
  const counting = { ...store, getMany: (ids: readonly string[]) => (calls.push(ids), store.getMany(ids)) };
  const contextValue = { store: counting, caller, requestId: 'this request', logger: silentLogger, resultUrl: ({ id }: Pick<StoredResult, 'id'>) => `https://slim.example/${id}` };
  return JSON.parse(JSON.stringify(await graphql({ schema, source, variableValues, contextValue })));
}

describe('slimmedImage', () => {
  const document = /* GraphQL */ `
    query ($id: ID!) {
      slimmedImage(id: $id) {
        __typename
        ... on SlimmedImage { id url width requestId createdAt expiresAt }
        ... on ResultExpiredError { expiredAt }
        ... on SlimFaceError { code retryable requestId }
      }
    }
  `;

  it('finds a result that is kept', async () => {
    const { data } = await ask(document, { id: results.kept });
    expect(data.slimmedImage).toMatchObject({ __typename: 'SlimmedImage', id: results.kept, url: expect.stringMatching(/^https:\/\/slim\.example\/[0-9a-f]{32}$/), width: 20, requestId: 'a request' });
    const { createdAt, expiresAt } = data.slimmedImage;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(KEPT_SECONDS * 1000);
  });

  it('tells a result whose time is over from one that had to make room', async () => {
    const expired = await ask(document, { id: results.expired });
    expect(expired).toEqual({ data: { slimmedImage: { __typename: 'ResultExpiredError', code: 'RESULT_EXPIRED', retryable: false, requestId: 'this request', expiredAt: expect.stringMatching(/^\d{4}-.*Z$/) } } });
    const evicted = await ask(document, { id: results.evicted });
    expect(evicted).toMatchObject({ data: { slimmedImage: { __typename: 'ResultUnavailableError', code: 'RESULT_UNAVAILABLE' } } });
  });

  it.for(Object.entries(strangers))('is null for an id that nobody knows: %s', async ([, id]) => {
    expect(await ask(document, { id })).toEqual({ data: { slimmedImage: null } });
  });

  it('is for callers', async () => {
    for (const id of [results.kept, strangers.garbled]) {
      expect(await ask(document, { id }, 'stranger')).toMatchObject({ data: { slimmedImage: { __typename: 'UnauthorizedError', code: 'UNAUTHORIZED' } } });
    }
    expect(calls).toEqual([]);
  });
});

describe('node and nodes', () => {
  it('are null for whatever is not there, and no error', async () => {
    const { kept, alsoKept, expired, evicted } = results;
    const ids = [kept, expired, evicted, ...Object.values(strangers), alsoKept, kept];
    const { data, errors } = await ask('query ($ids: [ID!]!, $expired: ID!, $kept: ID!) { nodes(ids: $ids) { __typename id } gone: node(id: $expired) { id } there: node(id: $kept) { id } }', { ids, expired, kept });
    expect(errors).toBeUndefined();
    expect(data.nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual([kept, null, null, null, null, null, null, alsoKept, kept]);
    expect(data).toMatchObject({ gone: null, there: { id: kept } });
  });

  it('take at most 100 ids', async () => {
    const { data, errors } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array.from({ length: 101 }, () => results.kept) });
    expect({ data, errors }).toMatchObject({ data: null, errors: [{ message: 'Expected at most 100 ids but received 101', extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(calls).toEqual([]);
  });

  it('are for callers', async () => {
    for (const document of ['query ($id: ID!) { node(id: $id) { id } }', 'query ($id: ID!) { nodes(ids: [$id]) { id } }']) {
      const { errors } = await ask(document, { id: results.kept }, 'stranger');
      expect(errors).toMatchObject([{ message: expect.stringContaining('API key') }]);
    }
    expect(calls).toEqual([]);
  });
});

describe('the store', () => {
  it('is asked once for a page of 100 ids', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => (i === 50 ? results.kept : globalId(i.toString(16).padStart(32, '0'))));
    const { data } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(data.nodes).toHaveLength(100);
    expect(data.nodes[50]).toEqual({ id: results.kept });
    expect(calls.map((call) => call.length)).toEqual([100]);
  });

  it('is asked once for all that an operation asks for, and once for each id', async () => {
    const { kept, alsoKept, expired, evicted } = results;
    const document = /* GraphQL */ `
      query ($kept: ID!, $alsoKept: ID!, $expired: ID!, $evicted: ID!, $unknown: ID!) {
        a: node(id: $kept) { id }
        b: slimmedImage(id: $expired) { __typename }
        c: node(id: $expired) { id }
        d: nodes(ids: [$kept, $alsoKept, $expired, $evicted, $unknown, $kept]) { id }
        e: slimmedImage(id: $kept) { ... on SlimmedImage { id } }
        f: slimmedImage(id: $evicted) { __typename }
        g: slimmedImage(id: $unknown) { __typename }
      }
    `;
    const { data, errors } = await ask(document, { kept, alsoKept, expired, evicted, unknown: strangers.unknown });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      a: { id: kept },
      b: { __typename: 'ResultExpiredError' },
      c: null,
      d: [{ id: kept }, { id: alsoKept }, null, null, null, { id: kept }],
      e: { id: kept },
      f: { __typename: 'ResultUnavailableError' },
      g: null,
    });
    expect(calls).toHaveLength(1);
    expect(new Set(calls[0]).size).toBe(5);
    expect(calls[0]).toHaveLength(5);
  });
});

describe('over HTTP', () => {
  it('finds what slimFace gave, until it expires', async () => {
    const gateway = await startGateway({ resultTtlSeconds: 2 });
    const { id, url } = (await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 0 })).body.data.slimFace;
    const look = async () => (await query(gateway, 'query ($id: ID!) { slimmedImage(id: $id) { __typename ... on SlimmedImage { url } } node(id: $id) { id } }', { id })).body.data;
    expect(await look()).toEqual({ slimmedImage: { __typename: 'SlimmedImage', url }, node: { id } });
    await expect.poll(look, { timeout: 20_000 }).toEqual({ slimmedImage: { __typename: 'ResultExpiredError' }, node: null });
    await gateway.stop();
  });

  it('tells that a result cannot be read right now; why is in the log', async () => {
    const gateway = await startGateway();
    const { id } = (await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 0 })).body.data.slimFace;
    const record = join(gateway.dataDir, 'results', 'records', `${Buffer.from(id, 'base64').toString().slice('SlimmedImage:'.length)}.json`);
    await rm(record);
    await symlink(record, record);
    const { body, headers } = await query(gateway, 'query ($id: ID!) { slimmedImage(id: $id) { __typename ... on SlimFaceError { retryable } } node(id: $id) { id } }', { id });
    expect(body).toEqual({ data: { slimmedImage: { __typename: 'ResultUnavailableError', retryable: true }, node: null } });
    const requestId = headers.get('x-request-id');
    const lines = gateway.logged.filter(({ fields }) => fields['requestId'] === requestId);
    expect(lines).toContainEqual({ message: 'result unavailable', fields: { requestId, err: expect.objectContaining({ cause: expect.objectContaining({ code: 'ELOOP' }) }) } });
    expect(JSON.stringify(lines)).not.toMatch(/[0-9a-f]{32}/);
    await gateway.stop();
  });
});
