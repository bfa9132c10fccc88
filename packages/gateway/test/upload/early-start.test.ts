import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FaceSlimmer, NoFaceError } from '@slimface/core';
import { afterEach, describe, expect, it } from 'vitest';
import { groupPhoto, localEngine, type RunningGateway, slimFace, slimFaceDocument, startGateway } from '../_setup.ts';
import { graphqlParts, openSocket, rawBody } from './_raw.ts';

const MIB = 2 ** 20;
const map = { 0: ['variables.input.image'] };
/** All that can be known of this request before its photo: no engine slims by 9. */
const hopeless = { query: slimFaceDocument, variables: { input: { image: null, slimDegree: 9 } } };
const operations = { query: slimFaceDocument, variables: { input: { image: null } } };

let gateway: RunningGateway;
afterEach(() => gateway.stop());

describe('an operation starts before its upload has arrived', () => {
  it('and answers what the upload cannot change; the connection is kept for the next request', async () => {
    gateway = await startGateway();
    const body = rawBody(graphqlParts(hopeless, map, { 0: Buffer.alloc(2 * MIB) }));
    const { socket, received } = await openSocket(gateway, { 'content-length': String(body.byteLength) });
    socket.write(body.subarray(0, 2000));
    await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 [^]*"InvalidSlimDegreeError"/);

    socket.write(body.subarray(2000));
    socket.write(`GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await expect.poll(received, { timeout: 20_000 }).toMatch(/"InvalidSlimDegreeError"[^]*HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it('and is put off when no place is free', async () => {
    const engine = await localEngine();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let entered = (): void => {};
    const working = new Promise<void>((resolve) => (entered = resolve));
    const slimmer: FaceSlimmer = {
      ...engine,
      async slim() {
        entered();
        await released;
        throw new NoFaceError();
      },
    };
    gateway = await startGateway({ slimmer, concurrency: 1, queueLength: 0 });
    const body = rawBody(graphqlParts(operations, map, { 0: groupPhoto(1) }));
    const head = { 'content-length': String(body.byteLength) };
    const first = await openSocket(gateway, head);
    first.socket.write(body);
    await working;

    const second = await openSocket(gateway, head);
    second.socket.write(body.subarray(0, 2000));
    await expect.poll(second.received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 [^]*"BUSY"[^]*Expected at most 1 photos? at a time/);
    second.socket.destroy();
    release();
    await expect.poll(first.received, { timeout: 20_000 }).toContain('"NO_FACE"');
    first.socket.destroy();
  });

  it.each([
    ['HTTP/1.1', 'keep-alive'],
    ['HTTP/1.1', 'close'],
    ['HTTP/1.0', 'close'],
  ])('and its answer reaches a client that goes on sending (%s, connection: %s)', async (version, connection) => {
    gateway = await startGateway();
    const body = rawBody(graphqlParts(hopeless, map, { 0: Buffer.alloc(5 * MIB) }));
    for (let i = 0; i < 10; i++) {
      const { socket, received, closed } = await openSocket(gateway, { 'content-length': String(body.byteLength), connection }, version);
      // In pieces: a reset by the gateway would meet a client that has not read yet, and still has something to send.
      socket.pause();
      for (let at = 0; at < body.byteLength; at += 2 ** 16) {
        if (!socket.write(body.subarray(at, at + 2 ** 16))) await Promise.race([once(socket, 'drain').catch(() => {}), closed]);
      }
      socket.resume();
      await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 [^]*"InvalidSlimDegreeError"/);
      if (connection === 'close') await closed;
      else socket.destroy();
    }
  });

  it('also for curl, which asks whether it may go on', async () => {
    gateway = await startGateway();
    const photo = join(gateway.dataDir, 'photo.jpg');
    await writeFile(photo, Buffer.concat([groupPhoto(1)], 3 * MIB));
    const curl = async (document: object): Promise<{ data: { slimFace: object } }> => {
      const form = ['-F', `operations=${JSON.stringify(document)}`, '-F', `map=${JSON.stringify(map)}`, '-F', `0=@${photo}`];
      const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '-H', 'x-graphql-yoga-csrf: 1', '-H', 'Expect: 100-continue', ...form, `${gateway.url}/graphql`]);
      return JSON.parse(stdout);
    };
    expect((await curl(hopeless)).data.slimFace).toMatchObject({ code: 'INVALID_SLIM_DEGREE' });
    expect((await curl(operations)).data.slimFace).toMatchObject({ __typename: expect.stringMatching(/SlimmedImage|UnreadableImageError|TooManyFacesError/) });
  });

  it('and survives clients that leave at any moment', async () => {
    gateway = await startGateway({ uploadLimits: { maxBytesInFlight: 200_000, maxFileBytes: 195_000, maxFieldBytes: 4000 } });
    const body = rawBody(graphqlParts(operations, map, { 0: groupPhoto(1).subarray(0, 50_000) }));
    const places = [0, 1, 60, 100, 500, 1000, 1500, 2000, 20_000, 40_000, body.byteLength - 60, body.byteLength - 1, body.byteLength];
    const leave = async (place: number, framing: Record<string, string>): Promise<void> => {
      const { socket, closed } = await openSocket(gateway, framing);
      const part = body.subarray(0, place);
      if (place > 0) socket.write('content-length' in framing ? part : Buffer.concat([Buffer.from(`${part.byteLength.toString(16)}\r\n`), part]));
      if (place % 2 === 0) socket.end();
      setImmediate(() => socket.destroy());
      await closed;
    };
    for (let round = 0; round < 3; round++) {
      await Promise.all(places.flatMap((place) => [leave(place, { 'content-length': String(body.byteLength) }), leave(place, { 'transfer-encoding': 'chunked' })]));
    }
    // Everything that they held is free again.
    await expect.poll(async () => (await slimFace(gateway, Buffer.alloc(195_000))).body.data.slimFace.__typename, { timeout: 20_000 }).toBe('UnsupportedFormatError');
  });
});
