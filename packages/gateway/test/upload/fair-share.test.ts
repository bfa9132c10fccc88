import { afterEach, describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/access/api-keys.ts';
import { guardHeader, type RunningGateway, slimFace, slimFaceDocument, startGateway } from '../_setup.ts';
import { graphqlParts, openSocket, type OpenSocket, rawBody } from './_raw.ts';

const [greedy, honest] = ['greedy-key-0123456789', 'honest-key-0123456789'];
const apiKeys = Object.entries({ greedy, honest }).map(([name, key]) => ({ name, sha256: hashApiKey(key) }));
const operations = { query: slimFaceDocument, variables: { input: { image: null } } };
const start = rawBody(graphqlParts(operations, { 0: ['variables.input.image'] }, { 0: 'first bytes' }), '');

let gateway: RunningGateway;
let open: OpenSocket[] = [];
afterEach(async () => {
  for (const { socket } of open) socket.destroy();
  open = [];
  await gateway.stop();
});

const begin = async (body: Buffer, length: number): Promise<OpenSocket> => {
  const connection = await openSocket(gateway, { 'content-length': String(length), 'x-api-key': greedy });
  connection.socket.write(body);
  open.push(connection);
  return connection;
};
const outcome = async (key: string): Promise<string> => (await slimFace(gateway, Buffer.from('no photo'), {}, { headers: { ...guardHeader, 'x-api-key': key } })).body.data.slimFace.__typename;

describe('one caller who sends slowly', () => {
  it('cannot have more memory set aside for one image than an image needs', async () => {
    gateway = await startGateway({ apiKeys });
    for (let i = 0; i < 3; i++) {
      const { received } = await begin(start, 60_000_000);
      await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 [^]*"FileTooLargeError"[^]*"maxBytes":6291456/);
    }
    expect(await outcome(honest)).toBe('UnsupportedFormatError');
  });

  it('cannot have more than half of the memory set aside by several requests', async () => {
    gateway = await startGateway({ apiKeys, uploadLimits: { maxBytesInFlight: 20_000_000, maxFileBytes: 6_000_000 } });
    const first = await begin(start, 6_000_000);
    await expect.poll(() => outcome(greedy), { timeout: 20_000 }).toBe('UnsupportedFormatError');
    const second = await begin(start, 6_000_000);
    await expect.poll(second.received, { timeout: 20_000 }).toMatch(/"BUSY"[^]*Expected at most 4000000 more bytes of uploads at the moment but received 6000000/);
    expect(first.received()).toBe('');
    expect(await outcome(greedy)).toBe('UnsupportedFormatError');
    expect(await outcome(honest)).toBe('UnsupportedFormatError');
  });

  it('cannot take the last places', async () => {
    gateway = await startGateway({ apiKeys, concurrency: 1, queueLength: 3, uploadLimits: { maxFiles: 1 } });
    for (let i = 0; i < 3; i++) await begin(start, 100_000);
    await expect.poll(() => outcome(greedy), { timeout: 20_000 }).toBe('BusyError');
    const fourth = await begin(start, 100_000);
    await expect.poll(fourth.received, { timeout: 20_000 }).toMatch(/"BUSY"[^]*Expected at most 3 photos at a time but received one more/);
    expect(await outcome(honest)).toBe('UnsupportedFormatError');
  });
});
