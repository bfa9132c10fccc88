import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, query, type RunningGateway, slimFace, startGateway } from './_setup.ts';
import { detectFaces } from './schema/_operations.ts';

const secret = 'Rue de la Lune 7';
const formats: [mediaType: string, extension: string, write: (image: Sharp) => Sharp][] = [
  ['image/webp', 'webp', (image) => image.webp({ quality: 90 })],
  ['image/avif', 'avif', (image) => image.avif({ effort: 0 })],
  ['image/tiff', 'tif', (image) => image.tiff({ compression: 'lzw' })],
];
const portrait = (write: (image: Sharp) => Sharp): Promise<Buffer> =>
  write(sharp(fixture('astronaut.png')).withExif({ IFD0: { Artist: secret } }).withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${secret}</x:xmpmeta>`)).toBuffer();

describe("the API's limits", () => {
  it.for(formats)('refuse %s and name what they accept', async ([mediaType, , write]) => {
    const gateway = await startGateway();
    const image = await portrait(write);
    for (const answer of [(await slimFace(gateway, image)).body.data.slimFace, (await detectFaces(gateway, image)).body.data.detectFaces]) {
      expect(answer).toMatchObject({ __typename: 'UnsupportedFormatError', code: 'UNSUPPORTED_FORMAT', message: `Expected an image of type image/jpeg or image/png but received ${mediaType}` });
    }
    expect((await slimFace(gateway, image)).body.data.slimFace).toMatchObject({ accepted: ['image/jpeg', 'image/png'], detected: mediaType });
    await gateway.stop();
  });
});

describe("the engine's own limits", () => {
  let engine: LocalEngine;
  let gateway: RunningGateway;
  beforeAll(async () => {
    engine = await createLocalEngine();
    gateway = await startGateway({ slimmer: engine, stripMetadata: true });
  });
  afterAll(async () => {
    await gateway.stop();
    await engine.close();
  });

  it.for(formats)('let %s through, and its result tells nothing of who took it', async ([mediaType, extension, write]) => {
    const image = await portrait(write);
    expect(image.includes(secret)).toBe(true);
    for (const slimDegree of [0, 1]) {
      const answer = (await slimFace(gateway, image, { slimDegree })).body.data.slimFace;
      expect(answer).toMatchObject({ __typename: 'SlimmedImage', mediaType, width: 512, height: 512, faces: [{ slimDegree }] });
      expect(new URL(answer.url).pathname).toMatch(new RegExp(`\\.${extension}$`));
      const response = await fetch(answer.url);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({ 'content-type': mediaType, 'content-disposition': `inline; filename="slimmed.${extension}"`, 'x-content-type-options': 'nosniff' });
      const result = Buffer.from(await response.arrayBuffer());
      expect(result.includes(secret)).toBe(false);
      expect(result.byteLength).toBe(answer.byteSize);
      const changed = await difference(image, result);
      if (slimDegree === 0) expect(changed).toBe(0);
      else expect(changed).toBeGreaterThan(0.001);
      expect((await fetch(answer.url.replace(`.${extension}`, '.png'))).status).toBe(403);
    }
  });

  it('are told in words, and in what the file dialog offers', async () => {
    const mediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff'];
    expect((await query(gateway, '{ imageRequirements { mediaTypes } }')).body.data).toEqual({ imageRequirements: { mediaTypes } });
    expect(await (await fetch(gateway.url)).text()).toContain('JPEG, PNG, WebP, AVIF, or TIFF');
    expect(await (await fetch(`${gateway.url}/graphiql`)).text()).toContain(`accept="${mediaTypes.join()}"`);
  });
});

/** Share of samples that differ by more than an encoder makes them. */
async function difference(before: Buffer, after: Buffer): Promise<number> {
  const [a, b] = await Promise.all([before, after].map((image) => sharp(image).removeAlpha().raw().toBuffer()));
  return a!.filter((sample, i) => Math.abs(sample - b![i]!) > 16).length / a!.length;
}
