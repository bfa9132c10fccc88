import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core';
import { Client, fetchExchange } from '@urql/core';
import createUploadLink from 'apollo-upload-client/createUploadLink.mjs';
import sharp from 'sharp';
import { fetch as undiciFetch, FormData as UndiciFormData, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, groupPhoto, multipart, type RunningGateway, slimFaceDocument, startGateway } from '../_setup.ts';
import { contentType, graphqlParts, rawBody } from '../upload/_raw.ts';

const key = 'k3y-of-a-client';
const headers = { 'x-api-key': key };

let gateway: RunningGateway;
let url: string;
beforeAll(async () => {
  gateway = await startGateway({ apiKeys: [{ name: 'clients', sha256: createHash('sha256').update(key).digest('hex') }] });
  url = `${gateway.url}/graphql`;
});
afterAll(() => gateway.stop());

const operations = { query: slimFaceDocument, variables: { input: { image: null, slimDegree: 1.5 } } };
const map = { 0: ['variables.input.image'] };
const variablesWith = (photo: Uint8Array) => ({ input: { image: new File([new Uint8Array(photo)], 'photo.jpg', { type: 'image/jpeg' }), slimDegree: 1.5 } });
const rawRequest = (photo: Uint8Array): Buffer => rawBody(graphqlParts(operations, map, { 0: photo }));

/** Sends a photo with a client as its users would. @returns what `slimFace` gave */
type Slim = (photo: Uint8Array) => Promise<unknown>;

const dataOf = (body: unknown): unknown => {
  expect(body).not.toHaveProperty('errors');
  return (body as { data: { slimFace: unknown } }).data.slimFace;
};

const clients: Record<string, Slim> = {
  'the platform\'s fetch': async (photo) => {
    const response = await fetch(url, { method: 'POST', headers, body: multipart(operations, map, { 0: photo }) });
    return dataOf(await response.json());
  },

  'undici\'s fetch': async (photo) => {
    const body = new UndiciFormData();
    body.set('operations', JSON.stringify(operations));
    body.set('map', JSON.stringify(map));
    body.set('0', new Blob([new Uint8Array(photo)]), 'photo.jpg');
    const response = await undiciFetch(url, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });
    return dataOf(await response.json());
  },

  'undici\'s request, with a body made by hand': async (photo) => {
    const { body } = await request(url, { method: 'POST', headers: { ...headers, 'content-type': contentType }, body: rawRequest(photo) });
    return dataOf(await body.json());
  },

  'undici\'s request, in chunks of a body that does not say how long it is': async (photo) => {
    async function* inChunks(): AsyncGenerator<Buffer> {
      const whole = rawRequest(photo);
      for (let at = 0; at < whole.length; at += 10_007) yield whole.subarray(at, at + 10_007);
    }
    const { body } = await request(url, { method: 'POST', headers: { ...headers, 'content-type': contentType }, body: Readable.from(inChunks()) });
    return dataOf(await body.json());
  },

  '@urql/core': async (photo) => {
    const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false, fetchOptions: { headers } });
    const { data, error } = await client.mutation(slimFaceDocument, variablesWith(photo)).toPromise();
    expect(error).toBeUndefined();
    return data.slimFace;
  },

  'apollo-upload-client': async (photo) => {
    const client = new ApolloClient({ link: createUploadLink({ uri: url, headers }), cache: new InMemoryCache() });
    const { data } = await client.mutate({ mutation: gql(slimFaceDocument), variables: variablesWith(photo), fetchPolicy: 'no-cache' });
    client.stop();
    return data.slimFace;
  },

  curl: (photo) => curl(photo).then(({ body }) => dataOf(body)),
};

async function curl(photo: Uint8Array): Promise<{ body: unknown; said: string }> {
  const file = join(gateway.dataDir, 'photo of a client.jpg');
  await writeFile(file, photo);
  const fields = [`operations=${JSON.stringify(operations)}`, `map=${JSON.stringify(map)}`, `0=@${file}`].flatMap((field) => ['-F', field]);
  const { stdout, stderr } = await promisify(execFile)('curl', [url, '--silent', '--show-error', '--verbose', '-H', `x-api-key: ${key}`, ...fields]);
  await rm(file);
  return { body: JSON.parse(stdout), said: stderr };
}

describe.each(Object.entries(clients))('%s', (_name, slim) => {
  it('sends a photo and gets it slimmed', async () => {
    const image = (await slim(fixture('astronaut.png'))) as Record<string, string> & { byteSize: number };
    expect(image).toMatchObject({ __typename: 'SlimmedImage', mediaType: 'image/png', width: 512, height: 512, slimDegree: 1.5, faces: [{ slimDegree: 1.5 }] });
    const [createdAt, expiresAt] = [new Date(image['createdAt']!).getTime(), new Date(image['expiresAt']!).getTime()];
    expect(Math.abs(Date.now() - createdAt)).toBeLessThan(60_000);
    expect(Math.ceil((expiresAt - createdAt) / 1000)).toBe(86_400);
    expect(gateway.logged.map(({ fields }) => fields)).toContainEqual(expect.objectContaining({ requestId: image['requestId'], key: 'clients', outcome: 'OK' }));

    const result = await fetch(image['url']!);
    expect(await sharp(await result.arrayBuffer()).metadata()).toMatchObject({ format: 'png', width: 512, height: 512, size: image.byteSize });
    const search = new URLSearchParams({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: JSON.stringify({ id: image['id'] }) });
    const found = await fetch(`${url}?${search}`, { headers });
    expect(await found.json()).toEqual({ data: { node: { id: image['id'] } } });
  });

  it('gets a typed error for a space suit without a head', async () => {
    const suit = await sharp(fixture('astronaut.png')).extract({ left: 150, top: 230, width: 280, height: 280 }).toBuffer();
    expect(await slim(suit)).toMatchObject({ __typename: 'NoFaceError', code: 'NO_FACE', message: 'Expected a photo with at least 1 face but found 0', retryable: false });
  });
});

it('curl asks before it sends more than 1 MB, and is told to go on', async () => {
  const photo = Buffer.concat([groupPhoto(3)], 2_000_000);
  const { body, said } = await curl(photo);
  expect(dataOf(body)).toMatchObject({ __typename: 'SlimmedImage', width: 1920, height: 1350 });
  expect(said).toMatch(/> Expect: 100-continue[^]*< HTTP\/1\.1 100 Continue/);
});

it('a client with a wrong key gets a typed error, too', async () => {
  const response = await fetch(url, { method: 'POST', headers: { 'x-api-key': 'another' }, body: multipart(operations, map, { 0: fixture('astronaut.png') }) });
  expect(dataOf(await response.json())).toMatchObject({ __typename: 'UnauthorizedError', code: 'UNAUTHORIZED' });
});
