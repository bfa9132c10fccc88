import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { root, run, type Running } from '../_run.ts';

let portrait: Buffer;
let server: Running;
let origin: string;

/** Starts the example as its README says, on a free port. */
async function start(): Promise<[Running, string]> {
  const running = run(process.execPath, ['server.mjs'], { cwd: join(root, 'examples/express-upload'), env: { PORT: '0' } });
  const line = await vi.waitUntil(() => /Listening on (http:\S+)/.exec(running.stdout), { timeout: 30_000 });
  return [running, line[1]!];
}

beforeAll(async () => {
  portrait = await readFile(join(root, 'fixtures/astronaut.png'));
  [server, origin] = await start();
});
afterAll(() => server.process.kill('SIGKILL'));

function form(fields: Record<string, Buffer | string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.set(name, value);
    else data.set(name, new Blob([new Uint8Array(value)]), 'photo');
  }
  return data;
}

const post = (fields: Record<string, Buffer | string>, at = origin) => fetch(`${at}/slim`, { method: 'POST', body: form(fields) });

it('answers with a JPEG in which the face is slimmed and nothing else', async () => {
  const [slimmed, plain] = await Promise.all(['1.5', '0'].map(async (slimDegree) => {
    const response = await post({ image: portrait, slimDegree });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    return Buffer.from(await response.arrayBuffer());
  }));
  expect(await sharp(slimmed).metadata()).toMatchObject({ format: 'jpeg', width: 512, height: 512 });
  const [a, b] = await Promise.all([slimmed, plain].map((jpeg) => sharp(jpeg).raw().toBuffer()));
  const belowTheFace = 320 * 512 * 3;
  expect(changed(a!.subarray(0, belowTheFace), b!.subarray(0, belowTheFace))).toBeGreaterThan(0.002);
  expect(changed(a!.subarray(belowTheFace), b!.subarray(belowTheFace))).toBe(0); // blocks of a JPEG stand alone
});

describe('a refusal', () => {
  const faceless = sharp({ create: { width: 200, height: 200, channels: 3, background: 'teal' } }).png().toBuffer();

  it.each([
    ['no photo', {}, 400, 'MISSING_IMAGE'],
    ['a degree that is too high', { image: 'portrait', slimDegree: '2.5' }, 400, 'INVALID_SLIM_DEGREE'],
    ['a degree that is no number', { image: 'portrait', slimDegree: 'much' }, 400, 'INVALID_SLIM_DEGREE'],
    ['a file in another field', { photo: 'portrait' }, 400, 'LIMIT_UNEXPECTED_FILE'],
    ['too many bytes', { image: Buffer.alloc(13 * 2 ** 20) }, 413, 'LIMIT_FILE_SIZE'],
    ['no image', { image: Buffer.from('no image') }, 422, 'UNREADABLE_IMAGE'],
    ['half an image', { image: 'half' }, 422, 'UNREADABLE_IMAGE'],
    ['no image, at a degree that changes nothing', { image: Buffer.from('no image'), slimDegree: '0' }, 422, 'UNREADABLE_IMAGE'],
    ['half an image, at a degree that changes nothing', { image: 'half', slimDegree: '0' }, 422, 'UNREADABLE_IMAGE'],
    ['an empty file', { image: Buffer.alloc(0) }, 422, 'UNREADABLE_IMAGE'],
    ['no face', { image: 'faceless' }, 422, 'NO_FACE'],
  ] as const)('of %s says so', async (_, fields, status, code) => {
    const photos: Record<string, Buffer> = { portrait, half: portrait.subarray(0, 100_000), faceless: await faceless };
    const response = await post(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, photos[String(value)] ?? (value as Buffer | string)])));
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({ code, message: expect.stringMatching(/./) });
  });

  it('of what is no form says so', async () => {
    const response = await fetch(`${origin}/slim`, { method: 'POST', body: 'a=b', headers: { 'content-type': 'multipart/form-data' } });
    expect([response.status, await response.json()]).toEqual([400, { code: 'INVALID_FORM', message: 'Multipart: Boundary not found' }]);
  });
});

it('tells callers to come back later when too many wait, and forgets those who leave', async () => {
  const small = await sharp(portrait).jpeg().toBuffer();
  const agent = new Agent();
  const waiting = Array.from({ length: 40 }, (_, i) => leavable({ image: small, slimDegree: `${1 + i / 100}` }, agent));
  const first = await Promise.any(waiting.map(async ({ response }) => {
    const { status, retryAfter, body } = await response;
    if (status !== 503) throw new Error('not refused');
    return { retryAfter, body };
  }));
  expect(first).toEqual({ retryAfter: '1', body: expect.stringMatching(/^\{"code":"BUSY","message":"Expected at most 20 calls to wait/) });

  for (const { leave } of waiting) leave();
  await new Promise((resolve) => setTimeout(resolve, 100)); // the server learns of it
  const others = await Promise.all(Array.from({ length: 15 }, (_, i) => post({ image: small, slimDegree: `${0.5 + i / 100}` })));
  expect(others.map(({ status }) => status)).toEqual(Array.from({ length: 15 }, () => 200));
  await Promise.all(others.map((response) => response.arrayBuffer()));
});

it('answers what it has in work on SIGTERM, and ends', async () => {
  const { response, sent } = leavable({ image: portrait, slimDegree: '1.9' }, new Agent());
  await sent;
  server.process.kill('SIGTERM');
  expect((await response).status).toBe(200);
  expect(await server.ended).toBe(0);
  expect(server.stderr).toBe('');
});

/** A request whose connection can be cut. */
function leavable(fields: Record<string, Buffer | string>, agent: Agent) {
  const encoded = new Response(form(fields));
  const outgoing = request(`${origin}/slim`, { method: 'POST', agent, headers: { 'content-type': encoded.headers.get('content-type')! } });
  const response = new Promise<{ status: number; retryAfter: string | undefined; body: string }>((resolve, reject) => {
    outgoing.on('error', reject).on('response', async (incoming) => {
      let body = '';
      for await (const chunk of incoming.setEncoding('latin1')) body += chunk;
      resolve({ status: incoming.statusCode!, retryAfter: incoming.headers['retry-after'], body });
    });
  });
  response.catch(() => undefined);
  const sent = encoded.arrayBuffer().then((body) => new Promise<void>((resolve) => outgoing.end(Buffer.from(body), resolve)));
  return { response, sent, leave: () => outgoing.destroy() };
}

/** Share of samples that differ by more than a codec's rounding. */
function changed(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > 8) count++;
  return count / a.length;
}
