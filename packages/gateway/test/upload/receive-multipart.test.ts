import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { FileTooLargeError, InvalidInputError, UploadInterruptedError } from '@slimface/core';
import type { GraphQLParams } from 'graphql-yoga';
import { afterEach, expect, it } from 'vitest';
import { listen } from '../../src/http/http-server.ts';
import { createByteBudget } from '../../src/upload/byte-budget.ts';
import { receiveMultipart } from '../../src/upload/receive-multipart.ts';
import type { ReceivedFile } from '../../src/upload/received-file.ts';
import { uploadLimitsFor } from '../../src/upload/upload-limits.ts';
import { graphqlParts, openSocket, rawBody } from './_raw.ts';

const MIB = 2 ** 20;
const limits = uploadLimitsFor({ maxBytes: 2 * MIB });
const operations = { query: '{ __typename }', variables: { a: null, b: null } };
const map = { 0: ['variables.a'], 1: ['variables.b'] };
const [photo, other] = [Buffer.alloc(MIB, 'photo'), Buffer.alloc(700_000, 'other\r\n--')];

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server that reads one request as far as its map. */
async function receive(onBytes?: (bytes: number) => void): Promise<{ url: string; received: Promise<{ req: IncomingMessage; res: ServerResponse; params: GraphQLParams; files: { a: ReceivedFile; b: ReceivedFile } }> }> {
  server = createServer();
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const received = once(server, 'request').then(async (request) => {
    const [req, res] = request as [IncomingMessage, ServerResponse];
    const params = await receiveMultipart(req, res, { limits, budget: createByteBudget(limits.maxBytesInFlight), caller: 'a', onBytes });
    return { req, res, params, files: params.variables as unknown as { a: ReceivedFile; b: ReceivedFile } };
  });
  return { url, received };
}

it('reads no further than to the map before a file is taken, and then all files, whoever is asked for first', async () => {
  let bytes = 0;
  const { url, received } = await receive((more) => (bytes += more));
  const body = rawBody(graphqlParts(operations, map, { 0: photo, 1: other }));
  const { socket } = await openSocket({ url }, { 'content-length': String(body.byteLength) });
  socket.write(body);
  const { params, files } = await received;
  expect(params).toMatchObject({ query: operations.query });
  for (let i = 0; i < 100; i++) await turn(); // it would come in now
  const before = bytes;
  expect(before).toBeLessThan(200_000);

  const [b, a] = await Promise.all([files.b.takeBytes(), files.a.takeBytes()]);
  expect(Buffer.compare(a, photo)).toBe(0);
  expect(Buffer.compare(b, other)).toBe(0);
  expect(bytes).toBe(body.byteLength);
});

it('hands each file over once', async () => {
  const { url, received } = await receive();
  const { socket } = await openSocket({ url }, { 'transfer-encoding': 'chunked' });
  const body = rawBody(graphqlParts(operations, map, { 0: photo, 1: '' }));
  socket.write(Buffer.concat([Buffer.from(`${body.byteLength.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]));
  const { files } = await received;
  const twice = await Promise.allSettled([files.a.takeBytes(), files.a.takeBytes()]);
  expect(twice[0]).toMatchObject({ status: 'fulfilled' });
  expect(twice[1]).toMatchObject({ status: 'rejected', reason: expect.any(InvalidInputError) });
  expect(await files.b.takeBytes()).toHaveLength(0);
});

it('takes a file of exactly the limit, counts a longer one, and reads what comes behind it', async () => {
  const { url, received } = await receive();
  const body = rawBody(graphqlParts(operations, map, { 1: Buffer.alloc(2 * MIB + 1), 0: Buffer.alloc(2 * MIB) }));
  const { socket } = await openSocket({ url }, { 'content-length': String(body.byteLength) });
  socket.write(body);
  const { files } = await received;
  const tooLong = await files.b.takeBytes().catch((error: unknown) => error);
  expect(tooLong).toBeInstanceOf(FileTooLargeError);
  expect(tooLong).toMatchObject({ maxBytes: 2 * MIB, byteSize: 2 * MIB + 1 });
  expect(await files.a.takeBytes()).toHaveLength(2 * MIB);
});

it('tells whoever waits that the client has left, and whoever comes later', async () => {
  const { url, received } = await receive();
  const body = rawBody(graphqlParts(operations, map, { 0: photo, 1: other }));
  const { socket } = await openSocket({ url }, { 'content-length': String(body.byteLength) });
  socket.write(body.subarray(0, 900_000));
  const { files, res } = await received;
  const waiting = files.a.takeBytes().catch((error: unknown) => error);
  await expect.poll(() => socket.writableLength).toBe(0);
  socket.destroy();
  expect(await waiting).toBeInstanceOf(UploadInterruptedError);
  expect(await waiting).toMatchObject({ message: expect.stringMatching(/the client disconnected after \d+ bytes/) });
  if (!res.closed) await once(res, 'close');
  await expect(files.b.takeBytes()).rejects.toThrow('the client disconnected');
});

it('reads nothing more once there is an answer', async () => {
  const { url, received } = await receive();
  const body = rawBody(graphqlParts(operations, map, { 0: photo, 1: other }));
  const { socket } = await openSocket({ url }, { 'content-length': String(body.byteLength) });
  socket.write(body.subarray(0, 2000));
  const { files, res, req } = await received;
  res.end();
  await once(res, 'finish');
  await expect(files.a.takeBytes()).rejects.toThrow('it was answered before its end');
  expect(req.listenerCount('data')).toBe(0);
});
