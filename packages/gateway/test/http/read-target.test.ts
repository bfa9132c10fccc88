import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../_setup.ts';
import { startWithoutEngine } from '../plugins/_setup.ts';
import { parseAnswer } from '../rest/_socket.ts';
import { creditsPath, slimPath } from '../rest/_twin.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startWithoutEngine();
});
afterAll(() => gateway.stop());

async function send(firstLine: string, ...headers: string[]): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.write([firstLine, 'connection: close', ...headers, '', ''].join('\r\n'));
  await once(socket, 'close');
  return text;
}

describe('a request that names the host in its first line', () => {
  it('is answered as one that names it in its head, which is not looked at', async () => {
    expect(await send('GET http://localhost/health/live HTTP/1.1', 'host: evil.example')).toMatch(/^HTTP\/1.1 200 [^]*alive/);
    expect(await send('GET HTTPS://LOCALHOST:8443/graphql?query=%7B__typename%7D HTTP/1.1', 'host: localhost', 'x-graphql-yoga-csrf: 1')).toMatch(/^HTTP\/1.1 200 [^]*{"data":{"__typename":"Query"}}/);
    expect(parseAnswer(await send(`GET http://127.0.0.1${creditsPath} HTTP/1.1`, 'host: localhost'))).toMatchObject({ status: 200 });
    expect(await send('GET http://evil.example/health/live HTTP/1.1', 'host: localhost')).toMatch(/^HTTP\/1.1 421 /);
  });
});

describe('a request without a proper host', () => {
  const bad: [name: string, ...headers: string[]][] = [['none'], ['an empty one', 'host:'], ['two', 'host: localhost', 'host: evil.example'], ['one with a path', 'host: localhost/health'], ['one that is none', 'host: local host']];
  it.each(bad)('(%s) is refused in the form that clients of its path read', async (_, ...headers) => {
    expect(await send('GET /health/live HTTP/1.1', ...headers)).toMatch(/^HTTP\/1.1 400 [^]*{"code":"BAD_REQUEST","message":"Expected a request with a valid path and host"}$/);
    expect(parseAnswer(await send(`POST ${slimPath} HTTP/1.1`, ...headers))).toMatchObject({ status: 400, code: 'ERROR_PARAMETERS', message: 'Expected a request with a valid path and host' });
  });

  it('is answered in HTTP/1.0, which has none', async () => {
    expect(await send('GET /health/live HTTP/1.0')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('nor a path is refused', async () => {
    expect(await send('OPTIONS * HTTP/1.1', 'host: localhost')).toMatch(/^HTTP\/1.1 400 [^]*BAD_REQUEST/);
  });
});
