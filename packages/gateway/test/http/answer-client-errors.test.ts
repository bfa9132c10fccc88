import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../_setup.ts';
import { startWithoutEngine } from '../plugins/_setup.ts';
import { echo, slimPath } from '../rest/_twin.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startWithoutEngine({ slimmer: echo });
});
afterAll(() => gateway.stop());

/** Sends bytes as they are; resolves with all that comes back until the gateway closes the connection. */
async function send(bytes: string): Promise<{ head: string; body: any }> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.write(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { head, body: JSON.parse(body) };
}

const part = '--x\r\ncontent-disposition: form-data; name="image"; filename="a"\r\n\r\n';
const post = `POST ${slimPath} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=x\r\n`;

describe('a request that is none', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'BAD_REQUEST', 'ERROR_PARAMETERS'],
    ['a broken chunk', `${post}transfer-encoding: chunked\r\n\r\n${part.length.toString(16)}\r\n${part}\r\nnot a size\r\n`, 400, 'BAD_REQUEST', 'ERROR_PARAMETERS'],
    ['a broken chunk of a client that waits to be asked', `${post}expect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\nnot a size\r\n`, 400, 'BAD_REQUEST', 'ERROR_PARAMETERS'],
    ['two lengths', `${post}content-length: 1\r\ncontent-length: 2\r\n\r\n`, 400, 'BAD_REQUEST', 'ERROR_PARAMETERS'],
    ['a head that is too long', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE', 'ERROR_PARAMETERS'],
  ])('%s is answered in JSON that clients of every path can read', async (_, bytes, status, code, vendorCode) => {
    const answered = await send(bytes);
    const { head, body } = { head: answered.head.replace(/^HTTP\/1.1 100 Continue\r\n/, ''), body: answered.body };
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*content-type: application/json; charset=utf-8\r\n`));
    expect(head).toContain(`content-length: ${Buffer.byteLength(JSON.stringify(body))}\r\n`);
    expect(body).toEqual({
      code,
      message: expect.stringMatching(/^Expected .+ but received /),
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
      log_id: body.request_id.replaceAll('-', ''),
      error_code: status,
      error_msg: expect.stringContaining(` - ${code} - ${body.message}`),
      error_detail: { status_code: status, code: vendorCode, code_message: expect.any(String), message: body.message },
    });
  });

  it('behind an answer that has begun changes nothing of that', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.write(`POST /nowhere HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n`);
    await expect.poll(() => text).toMatch(/^HTTP\/1.1 404 [^]*}$/);
    const answer = text;
    socket.write('not a size\r\n');
    await once(socket, 'close');
    expect(text).toBe(answer);
  });
});

it('an expectation that HTTP does not know is no reason to answer otherwise', async () => {
  const { head, body } = await send('GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nexpect: magic\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 200 /);
  expect(body).toEqual({ code: 'OK', message: 'alive' });
});
