import { copyFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiRequirements, InvalidSlimDegreeError, TooManyFacesError, UpstreamTimeoutError, type PixelSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { createIPX, createIPXNodeServer, ipxFSStorage, ipxHttpStorage, type IPX, type IPXStorage } from 'ipx';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlimIpx } from '../../src/adapters/ipx.ts';
import { createSlimFace } from '../../src/index.ts';
import { animation, difference, lyingPortrait, portrait, samples } from '../_setup.ts';

const svg = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle cx="9" cy="9" r="8"/></svg>';
let engine: LocalEngine;
let dir: string;
const servers: Server[] = [];

beforeAll(async () => {
  engine = await createLocalEngine();
  dir = await mkdtemp(join(tmpdir(), 'slimface-ipx-'));
  await copyFile(portrait, join(dir, 'portrait.png'));
  await writeFile(join(dir, 'lying.jpg'), await lyingPortrait());
  await writeFile(join(dir, 'animated.gif'), await animation());
  await writeFile(join(dir, 'logo.svg'), svg);
  await writeFile(join(dir, 'grey.jpg'), await sharp({ create: { width: 300, height: 200, channels: 3, background: '#888' } }).jpeg().toBuffer());
  // Its header is whole, so that ipx takes it for a photo; the rest is missing.
  await writeFile(join(dir, 'damaged.png'), (await sharp(portrait).png().toBuffer()).subarray(0, 5000));
});
afterAll(async () => {
  for (const server of servers) server.close();
  await Promise.all([engine.close(), rm(dir, { recursive: true })]);
});

describe('an address with slim', () => {
  let url: string;
  beforeAll(async () => {
    url = await serve(createSlimIpx(createSlimFace({ slimmer: engine }), createIPX, { storage: ipxFSStorage({ dir }) }));
  });

  it('gives the slimmed photo, and what stands beside slim comes after it', async () => {
    const plain = await get(`${url}/w_400/portrait.png`);
    const slimmed = await get(`${url}/slim_1.2,w_400/portrait.png`);
    expect(await sharp(slimmed.body).metadata()).toMatchObject({ format: 'png', width: 400, height: 400 });
    expect(difference(await above(slimmed.body), await above(plain.body), 8)).toBeGreaterThan(0.002);
    expect(difference(await below(slimmed.body), await below(plain.body))).toBe(0);
    const fullSize = await engine.slim(await sharp(portrait).png().toBuffer(), { slimDegree: 1.2 });
    expect(difference(await samples(slimmed.body), await sharp(await fullSize.bytes()).resize(400).raw().toBuffer(), 1)).toBe(0);

    const webp = await get(`${url}/f_webp&w=400&slim=1.20/portrait.png`);
    expect(webp.headers.get('content-type')).toBe('image/webp');
    expect(difference(await samples(webp.body), await samples(slimmed.body), 40)).toBeLessThan(0.01);
  });

  it('gives two degrees different pixels, and degree 0 those of the photo', async () => {
    const [none, one, two] = await Promise.all(['slim_0', 'slim_1', 'slim_2.00'].map(async (degree) => samples((await get(`${url}/${degree}/portrait.png`)).body)));
    expect(difference(none!, await samples(portrait))).toBe(0);
    expect(difference(one!, none!, 8)).toBeGreaterThan(0.002);
    expect(difference(two!, one!, 8)).toBeGreaterThan(0.002);
  });

  // Trap: ipx itself leaves the orientation tag alone and loses it, so that such a photo lies on its side.
  it('makes a lying photo upright, once', async () => {
    const plain = await get(`${url}/w_200/lying.jpg`);
    const slimmed = await get(`${url}/slim_1,w_200/lying.jpg`);
    const upright = await sharp(portrait).resize(200).raw().toBuffer();
    expect(difference(await samples(plain.body), upright, 40)).toBeGreaterThan(0.2);
    expect(difference(await samples(slimmed.body), upright, 40)).toBeLessThan(0.05);
    expect((await sharp(slimmed.body).metadata()).orientation ?? 1).toBe(1);
  });

  it.each(['grey.jpg', 'animated.gif', 'logo.svg'])('gives %s as ipx does without it', async (name) => {
    const plain = await get(`${url}/_/${name}`);
    const slimmed = await get(`${url}/slim_2/${name}`);
    expect(slimmed.status).toBe(200);
    expect(slimmed.body.equals(plain.body)).toBe(true);
    expect(slimmed.headers.get('content-type')).toBe(plain.headers.get('content-type'));
  });

  it.each(['2.01', '3', '-1', '1.234', '1e0', '0x1', 'Infinity', 'NaN', 'true', '1_2', '1;2', ''])('answers 400 to slim_%s', async (degree) => {
    const { status, headers, body } = await get(`${url}/slim_${degree}/portrait.png`);
    expect(status).toBe(400);
    expect(headers.get('cache-control')).toBe(null);
    expect(JSON.parse(body.toString())).toEqual({ error: { message: expect.stringMatching(/^\[400\] \[INVALID_SLIM_DEGREE\] Expected slim between 0 and 2 with at most two decimals but received "/) } });
  });

  it('stays a 404 where there is no file, and is a 422 where the file cannot be read', async () => {
    expect((await get(`${url}/slim_1/missing.png`)).status).toBe(404);
    const { status, body } = await get(`${url}/slim_1/damaged.png`);
    expect(body.toString()).toContain('[422] [UNREADABLE_IMAGE] ');
    expect(status).toBe(422);
  });
});

describe('HTTP caching', () => {
  it('lets the bytes decide, so that a new engine is seen behind the same address', async () => {
    await utimes(join(dir, 'portrait.png'), new Date(), new Date('2020-01-01'));
    const answers = [];
    for (const version of ['1', '2']) {
      const url = await serve(createSlimIpx(createSlimFace({ slimmer: painter(version) }), createIPX, { storage: ipxFSStorage({ dir }) }));
      const { headers } = await get(`${url}/slim_1/portrait.png`);
      expect(headers.get('last-modified')).toBe(null);
      expect(headers.get('cache-control')).toMatch(/max-age=60/);
      const etag = headers.get('etag')!;
      const again = { 'if-none-match': etag, 'if-modified-since': new Date().toUTCString() };
      expect((await get(`${url}/slim_1/portrait.png`, again)).status).toBe(304);
      expect((await get(`${url}/slim_1.1/portrait.png`, again)).status).toBe(200);
      answers.push({ url, etag, again });
    }
    const [old, current] = answers;
    expect(current!.etag).not.toBe(old!.etag);
    expect((await get(`${current!.url}/slim_1/portrait.png`, old!.again)).status).toBe(200);
    // What is not slimmed is dated as ever.
    expect((await get(`${current!.url}/_/portrait.png`)).headers.get('last-modified')).toBe('Wed, 01 Jan 2020 00:00:00 GMT');
    expect((await get(`${current!.url}/_/portrait.png`, old!.again)).status).toBe(304);
  });
});

describe('errors', () => {
  it.each([
    [422, new TooManyFacesError({ max: 3, found: 4 })],
    [504, new UpstreamTimeoutError('Expected an answer within 5 s')],
    [500, new Error('out of luck')],
  ])('becomes a %i: %s', async (status, error) => {
    const slimmer = { ...painter('1'), slimPixels: () => Promise.reject(error) };
    const ipx = createSlimIpx(createSlimFace({ slimmer }), createIPX, { storage: ipxFSStorage({ dir }) });
    await expect(ipx('portrait.png', { slim: 1 }).process()).rejects.toBe(error);
    const answer = await get(`${await serve(ipx)}/slim_1/portrait.png`);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toContain(error.message);
  });

  it('throws at once for what is no degree, as ipx does for what is no id', () => {
    const ipx = createSlimIpx(createSlimFace({ slimmer: painter('1') }), createIPX, { storage: ipxFSStorage({ dir }) });
    expect(() => ipx('portrait.png', { slim: 2.5 })).toThrow(InvalidSlimDegreeError);
  });
});

describe('storages', () => {
  it('slims what comes over HTTP as well, and keeps its 404 and 403', async () => {
    const origin = await serve(createIPX({ storage: ipxFSStorage({ dir }) }));
    const ipx = createSlimIpx(createSlimFace({ slimmer: painter('1') }), createIPX, { storage: ipxFSStorage({ dir }), httpStorage: ipxHttpStorage({ domains: ['127.0.0.1'] }) });
    const url = await serve(ipx);
    const { body } = await get(`${url}/slim_1/${origin}/_/portrait.png`);
    expect(isPainted(await samples(body))).toBe(true);
    expect((await get(`${url}/slim_1/${origin}/_/missing.png`)).status).toBe(404);
    expect((await get(`${url}/slim_1/http://example.org/portrait.png`)).status).toBe(403);
  });

  it('stays a 404 when a storage returns nothing', async () => {
    const empty: IPXStorage = { name: 'empty', getMeta: () => undefined, getData: () => undefined };
    const dataless: IPXStorage = { ...empty, getMeta: () => ({}) };
    for (const storage of [empty, dataless]) {
      const url = await serve(createSlimIpx(createSlimFace({ slimmer: painter('1') }), createIPX, { storage }));
      const { status, body } = await get(`${url}/slim_1/portrait.png`);
      expect(status).toBe(404);
      expect(body.toString()).toContain('IPX_RESOURCE_NOT_FOUND');
    }
  });

  it('hands on what the caller tells the storage, and takes an ArrayBuffer as its type says', async () => {
    const png = await sharp(portrait).png().toBuffer();
    const told: unknown[] = [];
    class Storage implements IPXStorage {
      readonly name = 'class';
      readonly #data = Uint8Array.from(png).buffer;
      getMeta(_id: string, options?: object) {
        told.push({ ...options });
        return { mtime: 0, maxAge: 7 };
      }
      getData(_id: string, options?: object) {
        told.push({ ...options });
        return this.#data;
      }
    }
    const ipx = createSlimIpx(createSlimFace({ slimmer: painter('1') }), createIPX, { storage: new Storage() });
    const image = ipx('portrait.png', { slim: '1' }, { tenant: 'a' });
    expect(await image.getSourceMeta()).toEqual({ maxAge: 7 });
    expect(isPainted(await samples((await image.process()).data as Buffer))).toBe(true);
    expect(told).toEqual([expect.objectContaining({ tenant: 'a' }), expect.objectContaining({ tenant: 'a' })]);
    expect(await ipx('portrait.png', {}, { tenant: 'b' }).getSourceMeta()).toEqual({ maxAge: 7, mtime: undefined });
    expect(told[2]).toEqual({ tenant: 'b' });
  });

  it('asks the engine once for many sizes of one photo', async () => {
    const slimmer = painter('1');
    const ipx = createSlimIpx(createSlimFace({ slimmer }), createIPX, { storage: ipxFSStorage({ dir }) });
    const sizes = await Promise.all(['100', '200', '300'].map((w) => ipx('portrait.png', { slim: '1', w }).process()));
    for (const { data } of sizes) expect(isPainted(await samples(data as Buffer))).toBe(true);
    expect(slimmer.calls).toBe(1);
  });
});

/** An engine that paints the upper half with its version and the degree, for tests that are not about faces. */
function painter(version: string): PixelSlimmer & { calls: number } {
  const refuse = (): never => {
    throw new Error('not part of the test');
  };
  return {
    id: 'painter',
    version,
    requirements: apiRequirements,
    calls: 0,
    slim: refuse,
    detectFaces: refuse,
    async slimPixels(pixels, { slimDegree = 1 } = {}) {
      this.calls++;
      const data = Uint8Array.from(pixels.data as Uint8Array).fill(colourOf(version, slimDegree), 0, pixels.data.length / 2);
      return { pixels: { ...pixels, data }, faces: [{ box: { x: 0, y: 0, width: pixels.width, height: pixels.height / 2 }, landmarks: [], presence: 1, slimDegree }], slimDegree };
    },
    close: () => Promise.resolve(),
  };
}

const colourOf = (version: string, slimDegree: number) => 100 + 50 * slimDegree + Number(version);

/** Whether version 1 has painted at degree 1. */
function isPainted(pixels: Buffer): boolean {
  return pixels.subarray(0, pixels.length / 4).every((sample) => sample === colourOf('1', 1));
}

async function serve(ipx: IPX): Promise<string> {
  const server = createServer(createIPXNodeServer(ipx));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: Headers; body: Buffer }> {
  const answer = await fetch(url, { headers });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** The part with the face, and the part without, of a square picture of the portrait. */
const above = (image: Buffer) => part(image, 0, 0.58);
const below = (image: Buffer) => part(image, 0.64, 1);
async function part(image: Buffer, from: number, to: number): Promise<Buffer> {
  const { width, height } = await sharp(image).metadata();
  return sharp(image).extract({ left: 0, width, top: Math.round(height * from), height: Math.floor(height * (to - from)) }).raw().toBuffer();
}
