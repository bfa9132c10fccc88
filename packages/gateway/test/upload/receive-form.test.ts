import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { BusyError, FileTooLargeError, InvalidInputError, UploadInterruptedError } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitLeftover } from '../../src/http/limit-leftover.ts';
import { listen } from '../../src/http/http-server.ts';
import { type ByteBudget, createByteBudget } from '../../src/upload/byte-budget.ts';
import { type ReceivedForm, receiveForm } from '../../src/upload/receive-form.ts';
import { uploadLimitsFor } from '../../src/upload/upload-limits.ts';
import { contentType, openSocket, type Part, rawBody } from './_raw.ts';

const limits = uploadLimitsFor({ maxBytes: 500_000 }, { maxIdleMs: 300 });
const photo = Buffer.alloc(400_000, 'photo\r\n--');
const image = (body: Uint8Array | string): Part => ({ name: 'image', filename: 'a photo.jpg', body });
const degree: Part = { name: 'slim_degree', body: '1.5' };

let server: Server;
let url: string;
let outcome: Promise<ReceivedForm>;
let budget: ByteBudget;
let bytes = 0;
beforeEach(async () => {
  budget = createByteBudget(3_000_000);
  server = createServer((req, res) => {
    limitLeftover(req, res);
    outcome = receiveForm(req, limits, { file: 'image', fields: ['slim_degree'] }, { res, budget, caller: 'a', onBytes: (more) => (bytes += more) });
    outcome.then(
      () => res.end('received'),
      (error: Error) => res.end(error.name),
    );
  });
  url = await listen(server, { host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const send = async (body: Buffer, headers: Record<string, string> = {}): Promise<string> => {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': contentType, ...headers }, body: new Uint8Array(body) });
  return answer.text();
};

describe('a form', () => {
  it('gives its photo and its fields, and passes over all other parts', async () => {
    bytes = 0;
    const body = rawBody([{ name: 'more', body: 'x' }, image(photo), { name: 'file', filename: 'x', body: photo.subarray(0, 1000) }, degree]);
    expect(await send(body)).toBe('received');
    const { image: received, fields } = await outcome;
    expect(Buffer.compare(received!, photo)).toBe(0);
    expect([...fields]).toEqual([['slim_degree', '1.5']]);
    expect(bytes).toBe(body.byteLength);
  });

  it('may have no photo', async () => {
    expect(await send(rawBody([degree]))).toBe('received');
    expect((await outcome).image).toBeUndefined();
  });

  it('may have a photo of exactly the limit', async () => {
    expect(await send(rawBody([image(Buffer.alloc(500_000))]))).toBe('received');
    expect((await outcome).image).toHaveLength(500_000);
  });

  it('may come through the platform', async () => {
    const form = new FormData();
    form.set('image', new Blob([photo]), 'photo.jpg');
    form.set('slim_degree', '0');
    expect(await (await fetch(url, { method: 'POST', body: form })).text()).toBe('received');
    expect((await outcome).image).toHaveLength(photo.byteLength);
  });

  const refused: Record<string, [body: Buffer, error: new (...args: never[]) => Error, message: string, headers?: Record<string, string>]> = {
    'with a photo over the limit': [rawBody([image(Buffer.alloc(500_001))]), FileTooLargeError, 'Expected an image of at most 500000 bytes but received 500001 bytes'],
    'that is too long at all': [rawBody([image(Buffer.alloc(2_000_000))]), FileTooLargeError, 'Expected an image of at most 500000 bytes but received more than that'],
    'with two photos': [rawBody([image('a'), image('b')]), InvalidInputError, 'Expected one part named "image" but received two'],
    'with two degrees': [rawBody([degree, image('a'), degree]), InvalidInputError, 'Expected one part named "slim_degree" but received two'],
    'with a field over the limit': [rawBody([{ ...degree, body: 'x'.repeat(70_000) }]), InvalidInputError, 'Expected fields of at most 65536 bytes but received a longer one'],
    'with damaged part headers': [rawBody([{ header: ': x', body: '' }]), InvalidInputError, 'Expected a well-formed multipart body but received one with a fault: Malformed part header'],
    'with too many parts': [rawBody(Array.from({ length: 6 }, () => degree).map((part, i) => ({ ...part, name: String(i) }))), InvalidInputError, 'Expected at most 5 parts but received more'],
    'without a boundary': [rawBody([image(photo)]), InvalidInputError, 'Expected content type multipart/form-data with a boundary but received "multipart/form-data"', { 'content-type': 'multipart/form-data' }],
    'without its last boundary': [rawBody([image(photo)], ''), InvalidInputError, 'Expected a body that ends with its last boundary but received one without it'],
    'that is empty': [Buffer.alloc(0), InvalidInputError, 'Expected a body that ends with its last boundary'],
    'that is something else': [Buffer.from('hello'), InvalidInputError, 'Expected a body that ends with its last boundary'],
  };
  it.each(Object.entries(refused))('%s is refused', async (_name, [body, error, message, headers = {}]) => {
    await send(body, headers);
    await expect(outcome).rejects.toBeInstanceOf(error);
    await expect(outcome).rejects.toThrow(message);
  });

  it('that does not say how long it is is refused when it is too long', async () => {
    const { socket, received } = await openSocket({ url }, { 'transfer-encoding': 'chunked' });
    const start = rawBody([image(Buffer.alloc(1_700_000))]);
    socket.write(Buffer.concat([Buffer.from(`${start.byteLength.toString(16)}\r\n`), start]));
    await expect.poll(received, { timeout: 20_000 }).toContain('FileTooLargeError');
    socket.destroy();
  });

  it.each([
    ['content-length', (body: Buffer) => ({ headers: { 'content-length': String(body.byteLength) }, start: body.subarray(0, 100_000) })],
    ['chunked', (body: Buffer) => ({ headers: { 'transfer-encoding': 'chunked' }, start: Buffer.concat([Buffer.from(`${body.byteLength.toString(16)}\r\n`), body.subarray(0, 100_000)]) })],
  ])('that breaks off can be sent again (%s)', async (_name, framing) => {
    const { headers, start } = framing(rawBody([image(photo)]));
    const { socket } = await openSocket({ url }, headers as unknown as Record<string, string>);
    const [begun] = await Promise.all([once(server, 'request').then(() => outcome.catch((error: unknown) => error)), new Promise((resolve) => socket.end(start, () => resolve(undefined)))]);
    expect(begun).toBeInstanceOf(UploadInterruptedError);
  });

  it('is put off while others hold the memory, and ended when it falls silent', async () => {
    budget = createByteBudget(600_000);
    const body = rawBody([image(photo)]);
    const first = await openSocket({ url }, { 'content-length': String(body.byteLength) });
    first.socket.write(body.subarray(0, 1000));
    await once(server, 'request');
    const begun = outcome;
    begun.catch(() => {});
    expect(await send(body)).toBe('BusyError');
    await expect(outcome).rejects.toMatchObject({ retryAfter: 2 });
    await expect(outcome).rejects.toBeInstanceOf(BusyError);

    await expect(begun).rejects.toThrow('after 1000 bytes nothing arrived for 0.3 s');
    await expect.poll(() => send(body), { timeout: 20_000 }).toBe('received');
    first.socket.destroy();
  });
});
