import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/access/api-keys.ts';
import { type Authenticate, createAuthenticate } from '../../src/access/authenticate.ts';
import type { Caller } from '../../src/access/caller.ts';

const web = 'web-key-0123456789';
const webNext = 'web-key-9876543210';
const batch = 'batch:key=with/all+kinds';
const apiKeys = [
  { name: 'web', sha256: hashApiKey(web) },
  { name: 'batch', sha256: hashApiKey(batch) },
  { name: 'web', sha256: hashApiKey(webNext) },
];

let authenticate: Authenticate;
let caller: Caller | undefined;
const server = createServer((req: IncomingMessage, res) => {
  caller = authenticate(req);
  res.end();
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

/** Who a request is from, as told from its headers on the wire: names and values in turn. */
async function callerOf(headers: readonly string[], path = '/graphql'): Promise<Caller | undefined> {
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, agent: false, headers: ['host', 'localhost', ...headers] });
    sent.on('response', (response) => response.resume().on('end', resolve)).on('error', reject).end();
  });
  return caller;
}

describe('createAuthenticate', () => {
  beforeAll(() => {
    authenticate = createAuthenticate(apiKeys);
  });

  const known: [sent: string, headers: string[], path?: string][] = [
    ['x-api-key', ['x-api-key', web]],
    ['a bearer', ['authorization', `Bearer ${web}`]],
    ['a bearer in lower case', ['Authorization', `bearer  ${web}`]],
    ["the vendor's header on the REST twin", ['ailabapi-api-key', web], '/api/portrait/effects/smart-face-slimming'],
    ['the next key of the same name', ['x-api-key', webNext]],
    ['one key in two headers', ['x-api-key', web, 'authorization', `Bearer ${web}`]],
    ['a key beside the credentials of a proxy', ['x-api-key', web, 'authorization', 'Basic dXNlcjpwYXNz']],
    ['a key beside an empty header', ['x-api-key', '', 'authorization', `Bearer ${web}`]],
  ];
  for (const [sent, headers, path] of known) {
    it(`knows ${sent}`, async () => {
      expect(await callerOf(headers, path)).toEqual({ name: 'web', countedAs: 'web' });
    });
  }

  it('tells the keys apart', async () => {
    expect(await callerOf(['x-api-key', batch])).toEqual({ name: 'batch', countedAs: 'batch' });
  });

  const unknown: [sent: string, headers: string[], path?: string][] = [
    ['nothing', []],
    ['an unknown key', ['x-api-key', 'web-key-012345678']],
    ['a key with something behind it', ['x-api-key', `${web}0`]],
    ['a key in other case', ['x-api-key', web.toUpperCase()]],
    ['the hash of a key', ['x-api-key', hashApiKey(web)]],
    ['the name and the key', ['x-api-key', `web:${web}`]],
    ['a key without its scheme', ['authorization', web]],
    ['a key as another scheme', ['authorization', `Basic ${web}`]],
    ["the vendor's header elsewhere", ['ailabapi-api-key', web]],
    ['two different keys, both known', ['x-api-key', web, 'authorization', `Bearer ${batch}`]],
    ['a known and an unknown key', ['x-api-key', web, 'x-api-key', 'another-key-0123456']],
    ['a header that Node itself takes only once, twice', ['authorization', `Bearer ${web}`, 'authorization', `Bearer ${batch}`]],
    ['an unknown key in front on the REST twin', ['ailabapi-api-key', 'another-key-0123456', 'x-api-key', web], '/api/common/query-credits'],
    ['a key in the URL', [], `/graphql?api_key=${web}`],
  ];
  for (const [sent, headers, path] of unknown) {
    it(`does not know ${sent}`, async () => {
      expect(await callerOf(headers, path)).toBeUndefined();
    });
  }

  it('refuses at the start what could never match, and what would make logs lie', () => {
    const sha256 = hashApiKey(web);
    expect(() => createAuthenticate([{ name: 'web', sha256: web }])).toThrow('Expected the API key "web" to have a SHA-256 of 64 lower-case hexadecimal digits but received something else');
    expect(() => createAuthenticate([{ name: 'web', sha256: sha256.toUpperCase() }])).toThrow('64 lower-case hexadecimal digits');
    expect(() => createAuthenticate([{ name: 'Web', sha256 }])).toThrow('Expected an API key to have a name of');
    expect(() => createAuthenticate([{ name: 'anonymous', sha256 }])).toThrow('a name other than "anonymous"');
    expect(() => createAuthenticate([{ name: 'web', sha256 }, { name: 'batch', sha256 }])).toThrow('Expected different keys for "web" and "batch" but received the same');
  });
});

describe('a gateway without keys', () => {
  it('lets everybody call, counted by address', async () => {
    authenticate = createAuthenticate([]);
    expect(await callerOf(['x-api-key', 'whatever'])).toEqual({ name: 'anonymous', countedAs: 'anonymous 127.0.0.1' });
  });
});
