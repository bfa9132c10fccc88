import { exec } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { fetch as undiciFetch, FormData as UndiciFormData } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, groupPhoto, groupPhotoPath, guardHeader, type RunningGateway, slimFace, slimFaceDocument, startGateway } from './_setup.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe('slimFace', () => {
  it('slims a portrait and serves the result under its signed URL', async () => {
    const portrait = fixture('astronaut.png');
    const { status, headers, body } = await slimFace(gateway, portrait);
    expect(status).toBe(200);
    const image = body.data.slimFace;
    expect(image).toMatchObject({ __typename: 'SlimmedImage', mediaType: 'image/png', width: 512, height: 512, slimDegree: 1, engine: 'local', requestId: headers.get('x-request-id'), faces: [{ slimDegree: 1 }] });
    expect(Math.round((Date.parse(image.expiresAt) - Date.parse(image.createdAt)) / 1000)).toBeCloseTo(86_400, -1);

    const result = await download(image.url);
    expect(result.byteLength).toBe(image.byteSize);
    const [{ box }] = image.faces;
    const changed = await changedPixels(portrait, result);
    const inFace = changed.filter(({ x, y }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height);
    expect(inFace.length).toBeGreaterThan(500);
  });

  it('logs the outcome and nothing of the photo', async () => {
    const { headers } = await slimFace(gateway, fixture('astronaut.png'), { slimDegree: 2 });
    const requestId = headers.get('x-request-id');
    const ms = expect.any(Number);
    await expect.poll(() => gateway.logged.filter(({ fields }) => fields['requestId'] === requestId), { timeout: 20_000 }).toEqual([
      { message: 'slimFace', fields: { requestId, key: 'anonymous', engine: 'local', outcome: 'OK', ms, stages: { receive: ms, check: ms, queue: ms, slim: ms, store: ms }, slimDegree: 2, faces: 1, byteSize: expect.any(Number) } },
      { message: 'request', fields: { requestId, key: 'anonymous', method: 'POST', route: '/graphql', status: 200, ms } },
    ]);
  });

  const operations = JSON.stringify({ query: slimFaceDocument, variables: { input: { image: null, slimDegree: 1.5 } } });
  const map = JSON.stringify({ 0: ['variables.input.image'] });
  const groupResult = { __typename: 'SlimmedImage', mediaType: 'image/jpeg', width: 1920, height: 1350, slimDegree: 1.5, faces: [{ slimDegree: 1.5 }, { slimDegree: 1.5 }, { slimDegree: 1.5 }] };

  it('takes a group photo from the platform\'s fetch', async () => {
    const { body } = await slimFace(gateway, groupPhoto(3), { slimDegree: 1.5 });
    await expectGroupResult(body);
  });

  it('takes a group photo from undici', async () => {
    const form = new UndiciFormData();
    form.set('operations', operations);
    form.set('map', map);
    form.set('0', new Blob([new Uint8Array(groupPhoto(3))]), 'photo.jpg');
    const response = await undiciFetch(`${gateway.url}/graphql`, { method: 'POST', headers: guardHeader, body: form });
    await expectGroupResult(await response.json());
  });

  it('takes a group photo from the curl line of the README', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const line = /^curl [^]*?(?=\n```)/m.exec(readme)![0].replace('http://127.0.0.1:4000', gateway.url).replace('photo.jpg', groupPhotoPath(3));
    const { stdout } = await promisify(exec)(`${line} --silent --show-error`);
    expect(JSON.parse(stdout)).toEqual({
      data: { slimFace: { url: expect.stringMatching(/\.jpg\?/), width: 1920, height: 1350, faces: [{ slimDegree: 1 }, { slimDegree: 1 }, { slimDegree: 1 }] } },
    });
  });

  async function expectGroupResult(body: unknown): Promise<void> {
    expect(body).toMatchObject({ data: { slimFace: groupResult } });
    const { url, faces } = (body as { data: { slimFace: { url: string; faces: { box: { x: number } }[] } } }).data.slimFace;
    const lefts = faces.map(({ box }) => box.x);
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
    expect(await sharp(await download(url)).metadata()).toMatchObject({ format: 'jpeg', width: 1920, height: 1350 });
  }
});

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function changedPixels(before: Buffer, after: Buffer): Promise<{ x: number; y: number }[]> {
  const [a, b] = await Promise.all([before, after].map((image) => sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true })));
  const { width, height, channels } = a!.info;
  const changed: { x: number; y: number }[] = [];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    if (!a!.data.subarray(at, at + channels).equals(b!.data.subarray(at, at + channels))) changed.push({ x: pixel % width, y: Math.floor(pixel / width) });
  }
  return changed;
}
