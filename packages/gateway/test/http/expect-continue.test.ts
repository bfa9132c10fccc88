import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/access/api-keys.ts';
import { fixture, type RunningGateway, slimFaceDocument, startGateway } from '../_setup.ts';
import { beginUpload } from '../rest/_socket.ts';
import { slimPath } from '../rest/_twin.ts';
import { graphqlParts, rawBody } from '../upload/_raw.ts';

const key = 'a-key-0123456789-0123456789';
const apiKeys = [{ name: 'app', sha256: hashApiKey(key) }];
const guard = { 'x-graphql-yoga-csrf': '1' };
const json = { 'content-type': 'application/json' };

let gateway: RunningGateway;
afterEach(() => gateway.stop());

/** A client that sends only its head, and waits to be asked for its body. */
const ask = (path: string, headers: Record<string, string>): { received(): string; send(body: string | Uint8Array): void; end(): void } => {
  const socket = beginUpload(gateway, { path, headers: { expect: '100-continue', ...headers } });
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  return { received: () => received, send: (body) => void socket.write(body), end: () => void socket.destroy() };
};

describe('a client that asks whether it may send its body', () => {
  const refused: [why: string, path: string, headers: Record<string, string>, answer: RegExp][] = [
    ['without a key on the REST twin', slimPath, {}, /^HTTP\/1\.1 401 [^]*ERROR_APPLICATIONS_NOT_EXISTS/],
    ['with a form that is too long on the REST twin', slimPath, { 'ailabapi-api-key': key, 'content-length': '10000000' }, /^HTTP\/1\.1 413 [^]*FILE_SIZE_EXCEEDS_LIMIT/],
    ['with a form that is too long', '/graphql', { ...guard, 'content-length': '1000000000' }, /^HTTP\/1\.1 413 [^]*PAYLOAD_TOO_LARGE/],
    ['with a form that any page could send', '/graphql', {}, /^HTTP\/1\.1 403 [^]*CSRF_PREVENTED/],
    ['with JSON that is too long', '/graphql', json, /^HTTP\/1\.1 413 /],
    ['for a path that is not there', '/nothing', {}, /^HTTP\/1\.1 404 /],
  ];
  it.each(refused)('is refused at once %s', async (_why, path, headers, answer) => {
    gateway = await startGateway({ apiKeys });
    const { received, end } = ask(path, headers);
    await expect.poll(received, { timeout: 20_000 }).toMatch(answer);
    expect(received()).not.toContain('100 Continue');
    end();
  });

  it('is refused on the REST twin while all places are taken', async () => {
    gateway = await startGateway({ concurrency: 1, queueLength: 0, uploadLimits: { maxFiles: 1 } });
    const first = beginUpload(gateway, { headers: { 'content-length': '1000' } });
    const busy = async (): Promise<string> => {
      const { received, end } = ask(slimPath, {});
      await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP/);
      end();
      return received();
    };
    await expect.poll(busy, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 \d+ [^]*AI_SERVICE_FLOW_RESTRICTION/);
    first.destroy();
  });

  const body = rawBody(graphqlParts({ query: slimFaceDocument, variables: { input: { image: null } } }, { 0: ['variables.input.image'] }, { 0: 'no photo' }));
  const document = JSON.stringify({ query: '{ __typename }' });
  const taken: [what: string, path: string, headers: Record<string, string>, body: string | Uint8Array, answer: RegExp][] = [
    ['a GraphQL form', '/graphql', { ...guard, 'content-length': String(body.byteLength) }, body, /"UnsupportedFormatError"|"UnauthorizedError"/],
    ['JSON', '/graphql', { ...json, 'content-length': String(document.length) }, document, /"__typename":"Query"/],
    ['a form for the REST twin', slimPath, { 'ailabapi-api-key': key, 'content-length': String(body.byteLength) }, body, /MISSING_PARAMETERS/],
  ];
  it.each(taken)('is told to go on with %s', async (_what, path, headers, sent, answer) => {
    gateway = await startGateway({ apiKeys });
    const { received, send, end } = ask(path, headers);
    await expect.poll(received, { timeout: 20_000 }).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    send(sent);
    await expect.poll(received, { timeout: 20_000 }).toMatch(answer);
    expect(received().match(/100 Continue/g)).toHaveLength(1);
    end();
  });

  it('is answered also when it does not wait', async () => {
    gateway = await startGateway({ apiKeys });
    for (let i = 0; i < 5; i++) {
      const { received, send, end } = ask(slimPath, {});
      send(Buffer.alloc(1_000_000));
      await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 401 [^]*ERROR_APPLICATIONS_NOT_EXISTS/);
      end();
    }
  });

  it('is curl', async () => {
    gateway = await startGateway({ apiKeys });
    const photo = join(gateway.dataDir, 'photo.png');
    await writeFile(photo, Buffer.concat([fixture('astronaut.png')], 3 * 2 ** 20));
    const curl = async (...headers: string[]): Promise<{ status: string; uploaded: number }> => {
      const args = [...headers, 'expect: 100-continue'].flatMap((header) => ['-H', header]);
      const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '-o', '/dev/null', '-w', '%{http_code} %{size_upload}', ...args, '-F', `image=@${photo}`, gateway.url + slimPath]);
      const [status = '', uploaded] = stdout.split(' ');
      return { status, uploaded: Number(uploaded) };
    };
    expect(await curl()).toEqual({ status: '401', uploaded: 0 });
    const { status, uploaded } = await curl(`ailabapi-api-key: ${key}`);
    expect(status).toMatch(/^[24]/);
    expect(uploaded).toBeGreaterThan(3 * 2 ** 20);
  });
});
