import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as answers from './_fake-api/answers.ts';
import { selfSignedCertificate } from './_fake-api/certificate.ts';
import type { Answer } from './_fake-api/exchange.ts';
import { gatewayRefusal, refusal, success } from './_fake-api/envelopes.ts';
import { startFakeApi, type FakeApi } from './_fake-api/fake-api.ts';
import * as results from './_fake-api/results.ts';

const bytes = Buffer.from(Array.from({ length: 2000 }, (_, i) => i % 251));
const patiently = { interval: 1, timeout: 10_000 };
let api: FakeApi;

interface Got {
  readonly status?: number | undefined;
  readonly headers?: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Code of the error that the connection ended with. */
  readonly failure?: string | undefined;
}

/** One request on a connection of its own. */
function send(method: string, path: string, { body, headers = {}, ca, hangUpAfter }: { body?: Buffer; headers?: Record<string, string>; ca?: string; hangUpAfter?: number } = {}): Promise<Got> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const got = (rest: Partial<Got>): void => resolve({ body: Buffer.concat(chunks), ...rest });
    const options = { method, headers, agent: false as const };
    const url = new URL(path, api.origin);
    // A reset is told to the request, also when its response has begun.
    let head: Partial<Got> = {};
    const onResponse = (response: IncomingMessage): void => {
      head = { status: response.statusCode, headers: response.headers };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= (hangUpAfter ?? Infinity)) request.destroy();
      });
      response.on('end', () => got(head));
      response.on('error', (error: NodeJS.ErrnoException) => got({ ...head, failure: error.code }));
    };
    const request = ca === undefined ? requestHttp(url, options, onResponse) : requestHttps(url, { ...options, ca }, onResponse);
    request.on('error', (error: NodeJS.ErrnoException) => got({ ...head, failure: error.code }));
    request.end(body);
  });
}

beforeEach(async () => {
  api = await startFakeApi();
});
afterEach(async () => {
  expect(await api.drained()).toBe(0);
  await api.close();
});

describe('the queue of answers', () => {
  it('gives each answer once and the last one from then on', async () => {
    api.calls.next(answers.reply(500), answers.reply(503), answers.reply(200));
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await send('POST', '/any')).status);
    expect(statuses).toEqual([500, 503, 200, 200, 200]);
  });

  it('keeps calls, credits, downloads and paths apart, and counts them', async () => {
    api.calls.always(answers.reply(201));
    api.credits.always(answers.reply(202));
    api.downloads.always(answers.reply(203));
    api.at('/a').next(answers.reply(205));
    const statuses = [];
    for (const [method, path] of [['POST', '/x'], ['GET', '/api/common/query-credits?a=b'], ['GET', '/other?c'], ['GET', '/a?b=c']] as const) {
      statuses.push((await send(method, path)).status);
    }
    expect(statuses).toEqual([201, 202, 203, 205]);
    expect([api.paid.length, api.fetched.length, api.requests.length, api.connections]).toEqual([1, 2, 4, 4]);
  });
});

describe('the record of a request', () => {
  it('has the parts of a multipart body', async () => {
    const text = '--x\r\nContent-Disposition: form-data; name="slim_degree"\r\n\r\n0\r\n--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
    const body = Buffer.concat([Buffer.from(text), bytes, Buffer.from('\r\n--x--\r\n')]);
    await send('POST', '/p?q=1', { body, headers: { 'Content-Type': 'multipart/form-data; boundary=x', 'X-Key': 'k' } });
    expect(api.paid[0]).toMatchObject({ method: 'POST', path: '/p?q=1', complete: true, clientLeft: false, headers: { 'x-key': 'k' } });
    expect(api.paid[0]!.rawHeaders).toContain('X-Key');
    expect(api.paid[0]!.body).toEqual(body);
    expect(api.paid[0]!.parts).toEqual([
      { name: 'slim_degree', filename: undefined, type: undefined, bytes: Buffer.from('0') },
      { name: 'image', filename: 'a.png', type: 'image/png', bytes },
    ]);
  });

  it('has no parts when the last boundary is missing', async () => {
    await send('POST', '/', { body: Buffer.from('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n0\r\n--x'), headers: { 'content-type': 'multipart/form-data; boundary=x' } });
    expect(api.paid[0]!.parts).toEqual([]);
  });

  it('says when the client left while the body was on its way', async () => {
    const { hostname, port } = new URL(api.origin);
    const socket = connect(Number(port), hostname, () => socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf'));
    await expect.poll(() => api.paid[0]?.body.toString(), patiently).toBe('half');
    socket.destroy();
    await expect.poll(() => api.paid[0], patiently).toMatchObject({ complete: false, clientLeft: true, parts: [] });
  });

  it('says when the client left before it had the answer', async () => {
    api.downloads.always(results.serveMuch(bytes, 30_000_000, 'chunked'));
    await send('GET', '/', { hangUpAfter: 1 });
    await expect.poll(() => api.fetched[0], patiently).toMatchObject({ complete: true, clientLeft: true });
  });

  it('does not blame the client when the server left', async () => {
    api.calls.next(answers.resetAfterBody);
    expect(await send('POST', '/', { body: bytes })).toMatchObject({ failure: 'ECONNRESET' });
    expect(api.paid[0]).toMatchObject({ complete: true, clientLeft: false });
  });

  it('knows how many calls were under way at once', async () => {
    const gate = answers.shutGate();
    api.calls.always(gate.behind(answers.reply(200)));
    const calls = [1, 2, 3].map(() => send('POST', '/'));
    await expect.poll(() => api.paid.length, patiently).toBe(3);
    gate.open();
    await Promise.all(calls);
    await send('POST', '/');
    expect([api.paid.length, api.mostAtOnce]).toEqual([4, 3]);
  });
});

describe('an answer', () => {
  it.each([
    ['resets before the body', answers.resetBeforeBody, { failure: 'ECONNRESET' }],
    ['resets after the body', answers.resetAfterBody, { failure: 'ECONNRESET' }],
    ['promises more than it has and hangs up', answers.misdeclared(Buffer.from('12345'), 9, 'end'), { status: 200, failure: 'ECONNRESET' }],
    ['promises more than it has and resets', answers.misdeclared(Buffer.from('12345'), 9, 'reset'), { status: 200, failure: 'ECONNRESET' }],
    ['promises less than it has', answers.misdeclared(Buffer.from('12345'), 3, 'end'), { failure: expect.stringMatching(/^HPE_/) }],
    ['comes later', answers.after(5, answers.reply(200, 'late')), { status: 200, body: Buffer.from('late') }],
    ['drips', answers.drip([Buffer.from('a'), Buffer.from('b')], 1), { status: 200, body: Buffer.from('ab') }],
    ['redirects', answers.redirect('http://169.254.169.254/'), { status: 302, headers: expect.objectContaining({ location: 'http://169.254.169.254/' }) }],
    ['is a page', answers.html(502, '<h1>Bad gateway</h1>'), { status: 502, headers: expect.objectContaining({ 'content-type': 'text/html; charset=utf-8' }) }],
    ['is the refusal of a gateway', gatewayRefusal(429, 'Too many', { 'retry-after': '2' }), { status: 429, body: Buffer.from('{"message":"Too many"}'), headers: expect.objectContaining({ 'retry-after': '2' }) }],
    ['is a result', results.serve(bytes), { status: 200, body: bytes }],
    ['is half a result as a whole', results.serveHalfAsWhole(bytes), { status: 200, body: bytes.subarray(0, 1000) }],
    ['is half a result', results.serveHalf(bytes, 'end'), { status: 200, failure: 'ECONNRESET' }],
    ['is a slow result', results.serveSlowly(bytes, 3, 1), { status: 200, body: bytes }],
    ['is a refusal of a store', results.expiredByStore, { status: 403, headers: expect.objectContaining({ 'content-type': 'application/xml' }) }],
  ] as const)('%s', async (_, answer, expected) => {
    api.calls.next(answer);
    expect(await send('POST', '/', { body: Buffer.from('body') })).toMatchObject(expected);
  });

  it.each(['content-length', 'chunked'] as const)('is 30 MB with %s', async (length) => {
    api.downloads.always(results.serveMuch(bytes, 30_000_000, length));
    const { headers, body } = await send('GET', '/');
    expect(body.length).toBe(30_000_000);
    expect(headers).toHaveProperty(length === 'chunked' ? 'transfer-encoding' : 'content-length');
  });

  it.each([
    ['silence', answers.silence],
    ['deafness', answers.deafness],
    ['half a result that stalls', results.serveHalf(bytes, 'stall')],
  ])('never comes: %s', async (_, answer) => {
    api.calls.next(answer);
    let over = false;
    void send('POST', '/', { body: Buffer.from('body') }).then(() => (over = true));
    await expect.poll(() => api.paid.length, patiently).toBe(1);
    expect(await api.drained(20)).toBe(1);
    expect(over).toBe(false);
    await api.close();
  });

  it('does not read the body of a request that it is deaf to', async () => {
    api.calls.next(answers.deafness);
    const sending = send('POST', '/', { body: Buffer.alloc(16_000_000) });
    await expect.poll(() => api.paid.length, patiently).toBe(1);
    expect(api.paid[0]).toMatchObject({ complete: false });
    await api.close();
    expect(await sending).toMatchObject({ failure: 'ECONNRESET' });
  });
});

describe('the envelopes', () => {
  const fieldsOf = async (answer: Answer): Promise<[number | undefined, object]> => {
    api.calls.always(answer);
    const { status, body } = await send('POST', '/');
    return [status, JSON.parse(body.toString()) as object];
  };

  it.each([
    ['G0', ['data', 'error_code', 'error_msg']],
    ['G0b', ['data', 'error_code', 'error_code_str', 'error_msg', 'log_id', 'request_id']],
    ['G1', ['data', 'error_code', 'error_detail', 'error_msg', 'log_id', 'request_id']],
    ['G2', ['data', 'error_detail', 'log_id', 'request_id']],
    ['live', ['data', 'error_code', 'error_detail', 'log_id', 'request_id']],
  ] as const)('%s has the fields of its generation on success', async (generation, fields) => {
    const [status, body] = await fieldsOf(success(generation, 'https://a/b'));
    expect([status, Object.keys(body).sort()]).toEqual([200, fields]);
    expect(body).toHaveProperty('data.image_url', 'https://a/b');
  });

  it.each([
    ['G0', { error_code: 422, error_msg: 'CODE: text' }],
    ['G0b', { request_id: 'request-1', log_id: 'log-1', error_code: 422, error_code_str: 'COARSE', error_msg: 'text' }],
    ['G1', { request_id: 'request-1', log_id: 'log-1', error_code: 422, error_msg: 'COARSE - CODE - text', error_detail: { status_code: 422, code: 'CODE', code_message: 'Class of CODE', message: 'text' } }],
    ['G2', { request_id: 'request-1', log_id: 'log-1', error_detail: { code: 'CODE', code_message: 'Class of CODE', message: 'text' } }],
  ] as const)('%s has the fields of its generation on refusal', async (generation, expected) => {
    expect(await fieldsOf(refusal(generation, { code: 'CODE', coarse: 'COARSE', message: 'text', status: 422 }))).toEqual([422, expected]);
  });
});

describe('connections', () => {
  it('are reset on arrival as often as told', async () => {
    api.resetConnections(2);
    for (let i = 0; i < 2; i++) expect(await send('POST', '/', { body: bytes })).toMatchObject({ failure: expect.stringMatching(/ECONNRESET|EPIPE/) });
    expect(await send('POST', '/')).toMatchObject({ status: 200 });
    expect([api.connections, api.paid.length]).toEqual([3, 1]);
  });

  it('may stay open when no request is under way', async () => {
    api.calls.next(answers.silence);
    const { hostname, port } = new URL(api.origin);
    const socket = connect(Number(port), hostname, () => socket.write('POST / HTTP/1.1\r\nhost: a\r\n\r\n'));
    await expect.poll(() => api.paid.length, patiently).toBe(1);
    expect(await api.idle(5)).toBe(1);
    socket.destroy();
    expect(await api.idle()).toBe(0);
    await send('GET', '/', { headers: { connection: 'keep-alive' } });
    expect([await api.idle(0), await api.drained(5)]).toEqual([0, 0]);
  });

  it('are counted while they are open', async () => {
    const { hostname, port } = new URL(api.origin);
    const socket = connect(Number(port), hostname);
    await expect.poll(() => api.openSockets, patiently).toBe(1);
    expect(await api.drained(5)).toBe(1);
    socket.destroy();
    expect(await api.drained()).toBe(0);
  });

  it('are encrypted with a certificate that only who is told trusts', async () => {
    await api.close();
    const certificate = selfSignedCertificate();
    api = await startFakeApi({ certificate });
    expect(api.origin).toMatch(/^https:/);
    expect(await send('GET', '/a', { ca: certificate.cert })).toMatchObject({ status: 404 });
    expect(await send('GET', api.origin.replace('127.0.0.1', 'localhost'), { ca: certificate.cert })).toMatchObject({ status: 404 });
    expect(await send('GET', '/a', { ca: selfSignedCertificate().cert })).toMatchObject({ failure: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(api.fetched.length).toBe(2);
  });
});
