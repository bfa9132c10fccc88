import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { createAilabClient } from '@slimface/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inspect } from 'node:util';
import { apiKey } from './_scenario.ts';
import { jpeg } from './_portraits.ts';

/** A server of bare sockets. */
async function startSockets(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('a connection that does not come about', () => {
  // undici itself would wait for 10 s.
  it.each([
    ['an abort', { timeoutMs: 5000 }, 'ABORTED'],
    ['the time of a try', { timeoutMs: 50 }, 'UPSTREAM_TIMEOUT'],
    ['the time of the call', { totalTimeoutMs: 50 }, 'UPSTREAM_TIMEOUT'],
  ])('is given up at once by %s', { timeout: 4000 }, async (_, limits, code) => {
    const closed: Promise<unknown>[] = [];
    const port = await startSockets((socket) => void closed.push(once(socket.resume(), 'close'))); // never says a word of TLS
    const client = createAilabClient({ apiKey, baseUrl: `https://127.0.0.1:${port}`, maxRetries: 0, ...limits });
    const stop = new AbortController();
    if (code === 'ABORTED') setTimeout(() => stop.abort(), 50);
    await expect(client.slim(jpeg, { signal: stop.signal })).rejects.toMatchObject({ code, billed: 'no' });
    await expect(client.credits({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: expect.stringMatching(/ABORTED|UPSTREAM_TIMEOUT/) });
    await client.close();
    await Promise.all(closed);
    expect(closed.length).toBeGreaterThan(0);
  });
});

describe('an answer that is not HTTP', () => {
  const body = `{"data":{"image_url":"https://results.example/faceBody/a.jpg?Signature=s1gned"},"key":"${apiKey}"}`;
  it.each([
    ['a length that is no number', `HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n${body}`],
    ['a header with a bad name', `HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n${body}`],
    ['no head at all', body],
  ])('shows nothing of what it holds: %s', async (_, answer) => {
    const port = await startSockets((socket) => void socket.once('data', () => socket.end(answer)));
    const client = createAilabClient({ apiKey, baseUrl: `http://127.0.0.1:${port}` });
    const error = (await client.slim(jpeg).catch((reason: unknown) => reason)) as Error;
    await client.close();
    expect(error).toMatchObject({ code: 'UPSTREAM_PROTOCOL', billed: 'unknown' });
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error, Object.getOwnPropertyNames(error));
    for (const secret of ['faceBody', 's1gned', apiKey]) expect(shown).not.toContain(secret);
  });
});
