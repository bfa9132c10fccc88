import { execFile } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fixture, type RunningGateway, startGateway } from '../_setup.ts';
import { contentType, type Part, rawBody } from '../upload/_raw.ts';
import { type CheckedAnswer, readEnvelope } from './_envelope.ts';
import { beginUpload, parseAnswer, readAnswer } from './_socket.ts';
import { connectClient, creditsPath, echo, failureOf, slimPath, startTwin, type Twin } from './_twin.ts';

const portrait = fixture('astronaut.png');
const MIB = 2 ** 20;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ slimmer: echo, selfTest: async () => {} });
});
afterAll(() => gateway.stop());

const send = async (path: string, init: RequestInit = {}): Promise<CheckedAnswer> => readEnvelope(await fetch(gateway.url + path, init));
const post = (body: BodyInit, type: string = contentType): Promise<CheckedAnswer> => send(slimPath, { method: 'POST', body, headers: { 'content-type': type } });

describe('a path that is not there', () => {
  it.each([
    `${slimPath}/`, `/${slimPath}`, '/api//portrait/effects/smart-face-slimming', slimPath.replace('/portrait', '/Portrait'), '/API/portrait/effects/smart-face-slimming',
    '/api', '/api/', '/api/portrait', '/api/portrait/effects/smart-beauty', '/api/../api/x', `${creditsPath}/`, '/api/common/query-async-task-result?task_id=1',
  ])('%s is a 404 in the envelope with any method', async (path) => {
    for (const method of ['GET', 'POST']) {
      expect(await send(path, { method })).toMatchObject({ status: 404, code: 'ERROR_AI_NOT_EXISTS', message: 'Expected the path of an API that is here but received another one' });
    }
  });
});

describe('another method', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s for slimming is a 405 in the envelope', async (method) => {
    const answer = await send(slimPath, { method });
    expect(answer).toMatchObject({ status: 405, code: 'ERROR_ILLEGAL_OPERATION', message: `Expected method POST but received ${method}` });
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('HEAD gets the head of that', async () => {
    const response = await fetch(gateway.url + slimPath, { method: 'HEAD' });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST', '']);
  });

  it('POST for credits is a 405 in the envelope, HEAD is not', async () => {
    const answer = await send(creditsPath, { method: 'POST' });
    expect(answer).toMatchObject({ status: 405, message: 'Expected method GET, HEAD but received POST' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    expect((await fetch(gateway.url + creditsPath, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('a body that is no form', () => {
  it.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/mixed; boundary=x', 'multipart/form-datax; boundary=x', 'image/jpeg'])('of type %s is a 415', async (type) => {
    expect(await post('{"image":1}', type)).toMatchObject({ status: 415, code: 'ERROR_PARAMETERS', message: `Expected content type multipart/form-data but received "${type}"` });
  });

  it('of no type is a 415', async () => {
    expect(await send(slimPath, { method: 'POST' })).toMatchObject({ status: 415, message: 'Expected content type multipart/form-data but received none' });
  });

  const start = '--a-boundary-as-long-as-a-browser-makes';
  it.each<[string, string | Buffer, string?]>([
    ['without a boundary in its type', 'x', 'multipart/form-data'],
    ['with another boundary than its type says', `--other\r\n\r\n--other--\r\n`],
    ['that is empty', ''],
    ['that ends in the head of a part', `${start}\r\nContent-Disposition: form-data; name="image"`],
    ['that ends in its photo', rawBody([{ name: 'image', filename: 'a.png', body: portrait }], '').subarray(0, 5000)],
    ['with a damaged head of a part', `${start}\r\n\0\0: \0\r\n\r\nx\r\n${start}--\r\n`],
    ['that is noise', Buffer.alloc(100_000, 'noise')],
  ])('%s is refused in the envelope', async (_, body, type) => {
    const answer = await post(new Uint8Array(Buffer.from(body)), type);
    expect(['ERROR_PARAMETERS', 'MISSING_PARAMETERS']).toContain(answer.code); // it came whole: to send it again would not help
    expect(answer.message).toMatch(/^Expected /);
  });
});

describe('a body that is too long', () => {
  it('is refused by its declared length before it is read', async () => {
    const answer = await readAnswer(beginUpload(gateway, { headers: { 'content-length': String(2 ** 40) } }));
    expect(answer).toMatchObject({ status: 413, code: 'FILE_SIZE_EXCEEDS_LIMIT' });
  });

  it('is refused where it gets too long when it does not say so', async () => {
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(rawBody([{ name: 'image', filename: 'a.png', body: portrait }], ''))),
      pull: (controller) => controller.enqueue(new Uint8Array(MIB)),
    });
    const response = await fetch(gateway.url + slimPath, { method: 'POST', body: endless, headers: { 'content-type': contentType }, duplex: 'half' } as RequestInit);
    expect(await readEnvelope(response)).toMatchObject({ status: 413, code: 'FILE_SIZE_EXCEEDS_LIMIT' });
  });
});

describe('an upload that stops half-way', () => {
  it.each([[2026, 502], [2025, 400]] as const)('is told to come again, by the statuses of %d', async (restStatuses, status) => {
    const impatient = await startTwin({ slimmer: echo, restStatuses, uploadLimits: { maxIdleMs: 150 } });
    const { client, answers } = await connectThroughStall(impatient.gateway);
    const error = await failureOf(client.slim(portrait));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true, billed: 'no', upstream: { code: 'ERROR_DATA_TRANSFER_FAILED', httpStatus: status } });
    expect(error.upstream!.message).toMatch(/^Expected a complete upload but/);
    expect(error.requestId).toBe(answers()[0]!.headers.get('x-request-id'));
  });

  /** Passes on the first part of what the client sends, and everything that it is answered. */
  async function connectThroughStall(behind: RunningGateway): Promise<Twin> {
    const { hostname, port } = new URL(behind.url);
    const proxy = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      for (const socket of [client, upstream]) socket.on('error', () => {});
      let left = 50_000;
      client.on('data', (chunk) => {
        if (left > 0) upstream.write(chunk.subarray(0, left));
        left -= chunk.byteLength;
      });
      upstream.pipe(client);
      client.once('close', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const twin = connectClient(behind, { baseUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
    onTestFinished(async () => {
      await twin.client.close();
      proxy.close();
    });
    return twin;
  }
});

describe('forms as other clients send them', () => {
  const image: Part = { name: 'image', filename: 'photo.jpg', body: portrait };
  const degree: Part = { name: 'slim_degree', body: '0.5' };
  const degreeOf = async (parts: readonly Part[]): Promise<unknown> => {
    const answer = await post(new Uint8Array(rawBody(parts)));
    expect(answer.status, answer.message).toBe(200);
    const requestId = answer.headers.get('x-request-id');
    return gateway.logged.find(({ fields, message }) => fields['requestId'] === requestId && message !== 'request')?.fields['slimDegree'];
  };

  it.each<[string, Part[], number]>([
    ['the degree first', [degree, image], 0.5],
    ['the degree last', [image, degree], 0.5],
    ['no degree', [image], 1],
    ['fields that the vendor does not have', [{ name: 'task_type', body: 'sync' }, image, degree, { name: 'other', filename: 'x', body: 'x' }], 0.5],
    ['a degree with a type of its own', [image, { header: 'Content-Disposition: form-data; name="slim_degree"\r\nContent-Type: text/plain; charset=utf-8', body: '0.5' }], 0.5],
    ['a photo of an untrue type', [{ header: 'Content-Disposition: form-data; name="image"; filename="a.gif"\r\nContent-Type: image/gif', body: portrait }, degree], 0.5],
    ['bytes without a file name', [{ header: 'Content-Disposition: form-data; name="image"\r\nContent-Type: application/octet-stream', body: portrait }, degree], 0.5],
    ['a file name in another script', [{ name: 'image', filename: 'фото "1".png'.replaceAll('"', '%22'), body: portrait }, degree], 0.5],
    ['names without quotes', [{ header: 'content-disposition: form-data; name=image; filename=a.png', body: portrait }, degree], 0.5],
  ])('%s', async (_, parts, slimDegree) => {
    expect(await degreeOf(parts)).toBe(slimDegree);
  });

  it('a text where the photo should be is told from a field that is missing', async () => {
    const answer = await post(new Uint8Array(rawBody([{ name: 'image', body: 'photo.jpg' }, degree])));
    expect(answer).toMatchObject({ status: 400, code: 'MISSING_PARAMETERS', message: 'Expected a file in the field image but received a text; a file has a file name' });
  });

  it('a file where the degree should be is refused, and not taken for a degree that is missing', async () => {
    for (const parts of [[{ name: 'slim_degree', filename: 'degree.txt', body: '0.5' }, image], [image, { header: 'Content-Disposition: form-data; name="slim_degree"\r\nContent-Type: application/octet-stream', body: '0.5' }]]) {
      expect(await post(new Uint8Array(rawBody(parts)))).toMatchObject({ status: 400, code: 'ERROR_PARAMETERS', message: 'Expected a text in the part named "slim_degree" but received a file' });
    }
  });

  it('a media type in other letters, and a query behind the path', async () => {
    const body = new Uint8Array(rawBody([image]));
    expect(await send(`${slimPath}?v=1`, { method: 'POST', body, headers: { 'content-type': contentType.replace('multipart/form-data', 'Multipart/Form-Data') } })).toMatchObject({ status: 200 });
  });

  it('curl', async () => {
    const photo = fileURLToPath(new URL('../../../../fixtures/astronaut.png', import.meta.url));
    const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '--include', '-H', 'ailabapi-api-key: any', '-F', `image=@${photo}`, '-F', 'slim_degree=1.5', gateway.url + slimPath]);
    const { status, data } = parseAnswer(stdout.replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, ''));
    expect(status).toBe(200);
    const result = await fetch(data.image_url);
    expect(Buffer.from(await result.arrayBuffer()).equals(portrait)).toBe(true);
  });
});
