import { once } from 'node:events';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closeServer, createHttpServer, listen } from '../../src/http/http-server.ts';
import { limitLeftover } from '../../src/http/limit-leftover.ts';

let server: Server;
let url: URL;
afterEach(() => closeServer(server, 0));

async function serve(handle: RequestListener): Promise<void> {
  server = createHttpServer(handle);
  url = new URL(await listen(server, { host: '127.0.0.1', port: 0 }));
}

interface Client {
  readonly socket: Socket;
  /** All that has arrived by now. */
  received(): string;
  readonly closed: Promise<string>;
}

async function client(firstBytes = ''): Promise<Client> {
  const socket = connect(Number(url.port), url.hostname);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  const closed = new Promise<string>((resolve, reject) => socket.once('close', () => resolve(text)).once('error', reject));
  closed.catch(() => {});
  await once(socket, 'connect');
  socket.write(firstBytes);
  return { socket, received: () => text, closed };
}

async function untilAccepted(): Promise<void> {
  await expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))), { timeout: 20_000 }).toBe(1);
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`;

/** Keeps answers for the test to send. */
function keeper(): { readonly answers: Map<string, ServerResponse>; readonly handle: RequestListener } {
  const answers = new Map<string, ServerResponse>();
  return { answers, handle: (req, res) => void answers.set(req.url!, res) };
}

describe('closeServer', () => {
  it('lets what runs finish, and sends each client away with its answer', async () => {
    const { answers, handle } = keeper();
    await serve(handle);
    const [begun, waiting] = [await client(get('/begun')), await client(get('/waiting'))];
    await expect.poll(() => [...answers.keys()].toSorted(), { timeout: 20_000 }).toEqual(['/begun', '/waiting']);
    answers.get('/begun')!.writeHead(200, { 'content-length': 4 }).write('ab');
    await expect.poll(begun.received, { timeout: 20_000 }).toMatch(/ab$/);

    const closing = closeServer(server, 60_000);
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answers.get('/waiting')!.end('done');
    expect(await waiting.closed).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*done/i);
    answers.get('/begun')!.end('cd');
    expect(await begun.closed).toMatch(/connection: keep-alive\r\n[^]*abcd$/i);
    await closing;
  });

  it('answers what comes on a connection that was in use, once', async () => {
    await serve((req, res) => res.end(`this is ${req.url}`));
    const { socket, received, closed } = await client('GET /late HTTP/1.1\r\n'); // on its way
    await untilAccepted();
    const idle = await client(get('/early'));
    await expect.poll(idle.received, { timeout: 20_000 }).toMatch(/this is \/early/);

    const closing = closeServer(server, 60_000);
    expect(await idle.closed).toMatch(/connection: keep-alive/i);
    expect(received()).toBe('');
    socket.write(`host: test\r\n\r\n${get('/later')}`);
    const text = await closed;
    expect(text).toMatch(/connection: close\r\n[^]*this is \/late$/i);
    await closing;
  });

  it('lets a client that is still sending read its refusal', async () => {
    const refuse: RequestListener = (req, res) => {
      limitLeftover(req, res);
      res.writeHead(503).end('refused');
    };
    await serve(refuse);
    const { socket, received, closed } = await client('POST / HTTP/1.1\r\n');
    await untilAccepted();
    const closing = closeServer(server, 60_000);
    socket.write(`host: test\r\ncontent-length: ${5 * 2 ** 20}\r\n\r\n`);
    await expect.poll(received, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 503 [^]*refused/);
    for (let i = 0; i < 5; i++) if (!socket.write(Buffer.alloc(2 ** 20))) await once(socket, 'drain');
    await closed; // and not reset
    await closing;
  });

  it('closes the connection behind an upload that was answered in full', async () => {
    await serve((req, res) => req.resume().once('end', () => setImmediate(() => res.end('taken'))));
    const { socket, closed } = await client('POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\nab');
    await untilAccepted();
    const closing = closeServer(server, 60_000);
    socket.write('cd');
    expect(await closed).toMatch(/connection: close\r\n[^]*taken/i);
    await closing;
  });

  it('does not wait for a connection on which nothing was ever sent', async () => {
    await serve((_req, res) => res.end());
    const { closed } = await client();
    await closeServer(server, 60_000);
    expect(await closed).toBe('');
  });

  it('goes on taking connections until it may close, and sends each client away with its answer', async () => {
    await serve((req, res) => res.end(`this is ${req.url}`));
    let mayClose!: () => void;
    const closing = closeServer(server, 60_000, { after: new Promise((resolve) => (mayClose = resolve)) });
    const late = await client(get('/late'));
    expect(await late.closed).toMatch(/connection: close\r\n[^]*this is \/late$/i);
    mayClose();
    expect(await closing).toBe(0);
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not wait longer for leave to close than for anything else', async () => {
    await serve((_req, res) => res.end());
    expect(await closeServer(server, 100, { after: new Promise(() => {}) })).toBe(0);
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('cuts off what is not answered in time, and says how much that was', async () => {
    const { answers, handle } = keeper();
    await serve(handle);
    const { socket, closed } = await client(get('/never'));
    await expect.poll(() => answers.size, { timeout: 20_000 }).toBe(1);
    expect(await closeServer(server, 100)).toBe(1);
    await closed.catch(() => {});
    expect(socket.destroyed).toBe(true);
    await expect.poll(() => answers.get('/never')!.closed, { timeout: 20_000 }).toBe(true);
  });
});

describe('createHttpServer', () => {
  it('answers a head without end with 431 and a head with too many fields without them', async () => {
    await serve((req, res) => res.end(String(Object.keys(req.headers).length)));
    const { closed } = await client(`GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1\.1 431 /);
    const many = await client(`GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n${Array.from({ length: 500 }, (_, i) => `x-${i}: 1\r\n`).join('')}\r\n`);
    expect(Number(/\d+$/m.exec((await many.closed).trimEnd())![0])).toBeLessThanOrEqual(100);
  });
});
