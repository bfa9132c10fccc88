import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpServer, listen } from '../../src/http/http-server.ts';
import { type RunningGateway, slimFaceDocument, startGateway } from '../_setup.ts';
import { graphqlParts, openSocket, rawBody } from '../upload/_raw.ts';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // not those of Node itself, nor the clock
});
afterEach(async () => {
  vi.useRealTimers();
  await gateway.stop();
});

const requests = async (): Promise<number> => gateway.logged.filter(({ message }) => message === 'request').length;

describe('a body that does not end', () => {
  it.each(['application/json', 'application/x-www-form-urlencoded', 'application/graphql'])('is answered after a minute when it is %s', async (contentType) => {
    const { socket, closed } = await openSocket(gateway, { 'content-type': contentType, 'content-length': '1000' });
    socket.write('{"query":"');
    await expect.poll(() => vi.getTimerCount(), { timeout: 20_000 }).toBeGreaterThan(0);
    vi.advanceTimersByTime(60_000);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 [^]*{"code":"REQUEST_TIMEOUT","message":"Expected the whole body within 60 s but received only a part of it"}$/);
    await expect.poll(requests, { timeout: 20_000 }).toBe(1);
    expect(gateway.logged.filter(({ fields }) => 'err' in fields)).toEqual([]);
  });

  it('may take longer when it is a form that gets on', async () => {
    const body = rawBody(graphqlParts({ query: slimFaceDocument, variables: { input: { image: null } } }, { 0: ['variables.input.image'] }, { 0: Buffer.alloc(100_000) }));
    const { socket, received } = await openSocket(gateway, { 'content-length': String(body.byteLength) });
    socket.write(body.subarray(0, 50_000));
    const arrived = async (): Promise<number> => Number(/^slimface_upload_bytes_total (\d+)$/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1]);
    await expect.poll(arrived, { timeout: 20_000 }).toBe(50_000);
    vi.advanceTimersByTime(600_000);
    socket.write(body.subarray(50_000));
    await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 200 [^]*"UnsupportedFormatError"/);
    socket.destroy();
  });
});

it('heads that do not end are cut off though requests may take as long as they like', async () => {
  const server = createHttpServer((_req, res) => res.end());
  expect(server.requestTimeout).toBe(0);
  expect(server.headersTimeout).toBe(10_000);
  server.headersTimeout = 100;
  const { socket, closed } = await openSocket({ url: await listen(server, { host: '127.0.0.1', port: 0 }) }, { 'content-length': '0' });
  await new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.write('POST / HTTP/1.1\r\nhost: x\r\n');
  expect(await closed).toMatch(/HTTP\/1\.1 200 [^]*HTTP\/1\.1 408 /);
  server.close();
});
