import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaceSlimmer } from '@slimface/core';
import { fixture, groupPhoto, guardHeader, localEngine, query, type RunningGateway, slimFace, slimFaceDocument, startGateway } from '../_setup.ts';
import { contentType, graphqlParts, openSocket, rawBody } from './_raw.ts';

const MIB = 2 ** 20;
const operations = { query: slimFaceDocument, variables: { input: { image: null } } };
const map = { 0: ['variables.input.image'] };

let gateway: RunningGateway;
afterEach(() => gateway.stop());

const chunk = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

describe('limits on uploads', () => {
  it('a declared body that is too long is refused before its bytes', async () => {
    gateway = await startGateway();
    const { socket, received } = await openSocket(gateway, { 'content-length': String(1000 * MIB), connection: 'close' });
    await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 413 [^]*but received one of 1048576000[^]*"PAYLOAD_TOO_LARGE"/);
    socket.destroy();
  });

  const fileStart = rawBody(graphqlParts(operations, map, { 0: '' }), '').subarray(0, -2);
  const endless: [name: string, head: Record<string, string>, start: Uint8Array, answer: RegExp][] = [
    ['file', {}, fileStart, /^HTTP\/1\.1 200 [^]*"FileTooLargeError"[^]*Expected an image of at most 6291456 bytes but received more than that/],
    ['file of two', {}, rawBody(graphqlParts({ ...operations, variables: { ...operations.variables, other: null } }, { ...map, 1: ['variables.other'] }, { 0: '' }), '').subarray(0, -2), /^HTTP\/1\.1 413 [^]*Expected a body of at most 13762560 bytes but received more than that/],
    ['preamble', {}, Buffer.from('nothing of any part'), /^HTTP\/1\.1 413 [^]*Expected operations and map within 196608 bytes but received more than that without them/],
    ['body behind the last part', {}, rawBody(graphqlParts(operations, map, { 0: 'x' })), /^HTTP\/1\.1 200 [^]*"FileTooLargeError"/],
    ['JSON body', { 'content-type': 'application/json' }, Buffer.from('{"query":"'), /^HTTP\/1\.1 413 [^]*Request body too large/],
    ['body that is refused before it is read', { 'content-type': 'text/plain', 'x-graphql-yoga-csrf': '' }, fileStart, /^HTTP\/1\.1 4\d\d /],
    ['body that nothing asked for', { 'content-type': 'image/jpeg' }, fileStart, /^HTTP\/1\.1 4\d\d /],
  ];
  for (const [name, head, first, answer] of endless) {
    it(`a chunked ${name} without end is refused, and its connection closed`, async () => {
      gateway = await startGateway();
      const { socket, closed } = await openSocket(gateway, { 'transfer-encoding': 'chunked', ...head });
      socket.write(chunk(first));
      const filler = chunk(Buffer.alloc(2 ** 16, ' '));
      while (!socket.destroyed) if (!socket.write(filler)) await Promise.race([once(socket, 'drain').catch(() => {}), closed]);
      expect(await closed).toMatch(answer);
      expect(await slimFace(gateway, Buffer.from('no photo'))).toMatchObject({ status: 200 });
    });
  }

  it('a refusal reaches a client that is still sending', async () => {
    gateway = await startGateway();
    const body = new Uint8Array(rawBody(graphqlParts(operations, map, { 0: Buffer.alloc(5 * MIB) })));
    const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': contentType }, body });
    expect(answer.status).toBe(403);
  });

  it('a JSON body that is too long is refused', async () => {
    gateway = await startGateway();
    const { status, body } = await query(gateway, `# ${' '.repeat(300_000)}\n{ __typename }`);
    expect(status).toBe(413);
    expect(body.errors[0].message).toBe('Request body too large');
  });

  const metrics = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();
  /** What became of a small upload. */
  const outcome = async (image = Buffer.from('no photo')): Promise<string> => (await slimFace(gateway, image)).body.data.slimFace.__typename;

  it('an upload beyond what all may hold together is put off', async () => {
    gateway = await startGateway({ uploadLimits: { maxBytesInFlight: MIB, maxFileBytes: 900_000 } });
    const { socket, closed } = await openSocket(gateway, { 'content-length': String(MIB) });
    socket.write(rawBody(graphqlParts(operations, map, { 0: 'first bytes' }), ''));
    await expect.poll(outcome, { timeout: 20_000 }).toBe('BusyError');

    const { status, body } = await slimFace(gateway, Buffer.from('no photo'));
    expect(status).toBe(200);
    expect(body.data.slimFace).toMatchObject({ code: 'BUSY', message: expect.stringMatching(/^Expected at most 0 more bytes of uploads at the moment but received \d+; try again in 2 s$/), retryable: true });

    socket.destroy();
    await closed;
    await expect.poll(outcome, { timeout: 20_000 }).toBe('UnsupportedFormatError');
  });

  it('a request that never fits is refused, and not put off', async () => {
    gateway = await startGateway({ uploadLimits: { maxBytesInFlight: MIB, maxFileBytes: 900_000 } });
    const { status, body } = await slimFace(gateway, Buffer.alloc(MIB));
    expect(status).toBe(413);
    expect(body.errors[0]).toMatchObject({ message: expect.stringContaining('Expected a body of at most 1048576 bytes but received one of 1049'), extensions: { code: 'PAYLOAD_TOO_LARGE', retryable: false } });
  });

  it('20 small uploads that do not say how long they are take what they need at once', async () => {
    gateway = await startGateway();
    const body = rawBody(graphqlParts(operations, map, { 0: 'no photo' }));
    const open = await Promise.all(Array.from({ length: 20 }, () => openSocket(gateway, { 'transfer-encoding': 'chunked', connection: 'close' })));
    for (const { socket } of open) socket.write(chunk(body.subarray(0, 100))); // now all are on their way
    await query(gateway, '{ __typename }');
    for (const { socket } of open) socket.write(Buffer.concat([chunk(body.subarray(100)), Buffer.from('0\r\n\r\n')]));
    for (const { closed } of open) expect(await closed).toMatch(/^HTTP\/1\.1 200 [^]*"UnsupportedFormatError"/);
  });

  it('an upload that does not say how long it is is put off as soon as the bytes of all are used up', async () => {
    gateway = await startGateway({ uploadLimits: { maxBytesInFlight: MIB, maxFileBytes: 900_000 } });
    const body = rawBody(graphqlParts(operations, map, { 0: Buffer.alloc(600_000) }), '');
    const first = await openSocket(gateway, { 'transfer-encoding': 'chunked' });
    first.socket.write(chunk(body));
    await expect.poll(async () => Number(/^slimface_upload_bytes_total (\d+)$/m.exec(await metrics())?.[1]), { timeout: 20_000 }).toBeGreaterThan(600_000);

    const second = await openSocket(gateway, { 'transfer-encoding': 'chunked' });
    second.socket.write(chunk(body));
    await expect.poll(second.received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 [^]*"BUSY"[^]*Expected at most \d+ more bytes of uploads/);
    for (const { socket } of [first, second]) socket.destroy();
    await expect.poll(() => outcome(Buffer.alloc(900_000)), { timeout: 20_000 }).toBe('UnsupportedFormatError');
  });

  it('an upload that falls silent is ended and gives back what it held', async () => {
    gateway = await startGateway({ uploadLimits: { maxBytesInFlight: MIB, maxFileBytes: 900_000, maxIdleMs: 500 } });
    const head = { 'content-length': String(MIB) };
    const silent = await openSocket(gateway, head);
    await expect.poll(silent.received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 400 [^]*Expected a complete upload but after 0 bytes nothing arrived for 0\.5 s[^]*"UPLOAD_INTERRUPTED"/);
    silent.socket.destroy();
    const stalled = await openSocket(gateway, head);
    const first = rawBody(graphqlParts(operations, map, { 0: 'first bytes' }), '');
    stalled.socket.write(first);
    await expect.poll(stalled.received, { timeout: 20_000 }).toMatch(new RegExp(`^HTTP/1\\.1 200 [^]*"UploadInterruptedError"[^]*after ${first.byteLength} bytes nothing arrived for 0\\.5 s`));
    stalled.socket.destroy();
    expect(await outcome()).toBe('UnsupportedFormatError');
  });

  it.each(['operations', 'file'])('an upload that drips within its %s is ended', async (place) => {
    gateway = await startGateway({ uploadLimits: { maxIdleMs: 300 } });
    const { socket, received } = await openSocket(gateway, { 'content-length': String(MIB) });
    const start = rawBody(graphqlParts(operations, map, { 0: 'first bytes' }), '');
    socket.write(place === 'file' ? start : start.subarray(0, 100));
    const drip = setInterval(() => socket.write('x'), 20);
    await expect.poll(received, { timeout: 20_000 }).toMatch(/Expected a complete upload but after \d+ bytes it arrived at less than 16384 bytes per second/);
    expect(received()).toContain(place === 'file' ? '"UploadInterruptedError"' : '"UPLOAD_INTERRUPTED"');
    clearInterval(drip);
    socket.destroy();
  });

  it('20 clients that leave within their upload give back all that they held', async () => {
    gateway = await startGateway({ uploadLimits: { maxBytesInFlight: MIB, maxFileBytes: 900_000 } });
    for (let i = 0; i < 20; i++) {
      const { socket, closed } = await openSocket(gateway, { 'content-length': String(MIB - 1000) });
      socket.write(rawBody(graphqlParts(operations, map, { 0: Buffer.alloc(200_000) }), ''));
      await expect.poll(outcome, { timeout: 20_000 }).toBe('BusyError');
      socket.destroy();
      await closed;
      await expect.poll(outcome, { timeout: 20_000 }).toBe('UnsupportedFormatError');
    }
  });

  it('a client that leaves while the engine works aborts the engine', async () => {
    const engine = await localEngine();
    let called: (signal: AbortSignal) => void;
    const signalOfCall = new Promise<AbortSignal>((resolve) => (called = resolve));
    let slimmed: Promise<unknown> | undefined;
    const slimmer: FaceSlimmer = {
      ...engine,
      async slim(image, options) {
        const signal = options!.signal!;
        called(signal);
        await once(signal, 'abort');
        slimmed = engine.slim(image, options);
        return slimmed as never;
      },
    };
    gateway = await startGateway({ slimmer });
    const controller = new AbortController();
    const answer = slimFace(gateway, fixture('astronaut.png'), {}, { signal: controller.signal });
    const signal = await signalOfCall;
    expect(signal.aborted).toBe(false);
    controller.abort();
    await expect(answer).rejects.toThrow('aborted');
    await expect.poll(() => gateway.logged.map(({ fields }) => fields['outcome']), { timeout: 20_000 }).toContain('UPLOAD_INTERRUPTED');
    await expect(slimmed).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('memory comes back after a series of bad uploads', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const held = (): number => {
      collectGarbage();
      const { external, heapUsed } = process.memoryUsage();
      return external + heapUsed;
    };
    gateway = await startGateway();
    const tooLarge = Buffer.concat([groupPhoto(1)], 6 * MIB + 1);
    const cutOff = Buffer.concat([groupPhoto(1).subarray(0, 100_000)], 5 * MIB);
    const round = async (): Promise<void> => {
      await slimFace(gateway, tooLarge);
      await slimFace(gateway, cutOff);
      const body = new Uint8Array(rawBody(graphqlParts(operations, map, { 0: cutOff }), ''));
      await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { ...guardHeader, 'content-type': contentType }, body }).then((answer) => answer.text());
    };
    for (let i = 0; i < 2; i++) await round();
    const before = held();
    for (let i = 0; i < 6; i++) await round();
    // 6 rounds bring in 96 MiB. The client's side lives in this process too, and lets go of its buffers in its own time.
    await expect.poll(held, { timeout: 20_000 }).toBeLessThan(before + 16 * MIB);
  });
});
