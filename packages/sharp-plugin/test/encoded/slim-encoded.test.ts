import { createSlimmedImage, FileTooLargeError, inspectImage, NoFaceError, ResolutionOutOfRangeError, readImageInput, UpstreamProtocolError, type FaceSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSlimFace, slimFace } from '../../src/index.ts';
import { copies, deepPortrait, difference, portrait, samples } from '../_setup.ts';

let engine: LocalEngine;
let encodedOnly: FaceSlimmer;
const sent: Uint8Array[] = [];
beforeAll(async () => {
  engine = await createLocalEngine();
});
beforeEach(() => {
  sent.length = 0;
  // The same engine without its pixel side: what a remote engine looks like.
  encodedOnly = {
    id: engine.id,
    version: engine.version,
    requirements: engine.requirements,
    slim: async (image, options) => {
      const bytes = await readImageInput(image, engine.requirements);
      sent.push(bytes);
      return engine.slim(bytes, options);
    },
    close: async () => {},
  };
});
afterAll(() => engine.close());

describe.each(copies)('slimFace with an engine for encoded images, on sharp $version', ({ sharp }) => {
  it('gives what the pixel side gives, since it sends PNG', async () => {
    const byPixels = await slimFace(sharp(portrait), { slimmer: engine, slimDegree: 1.5 });
    const { image, info } = await slimFace(sharp(portrait), { slimmer: encodedOnly, slimDegree: 1.5, resolveWithObject: true });
    expect(inspectImage(sent[0]!)).toMatchObject({ mediaType: 'image/png', width: 512, height: 512 });
    expect(image.constructor).toBe(sharp);
    expect(info).toMatchObject({ changed: true, width: 512, height: 512 });
    expect(info.faces).toHaveLength(1);
    expect(difference(await samples(image), await samples(byPixels))).toBe(0);
  });

  it('sends a JPEG where PNG does not fit, and refuses what does not fit at all', async () => {
    const withLimit = (maxBytes: number): FaceSlimmer => ({ ...encodedOnly, requirements: { ...engine.requirements, maxBytes } });
    const result = await slimFace(sharp(portrait), { slimmer: withLimit(300_000) });
    expect(inspectImage(sent[0]!).mediaType).toBe('image/jpeg');
    expect(sent[0]!.byteLength).toBeLessThanOrEqual(300_000);
    const byPixels = await slimFace(sharp(portrait), { slimmer: engine });
    expect(difference(await samples(result), await samples(byPixels), 24)).toBeLessThan(0.01);
    await expect(slimFace(sharp(portrait), { slimmer: withLimit(10_000) })).rejects.toThrow(FileTooLargeError);
    expect(sent).toHaveLength(1);
  });

  it('keeps alpha, which does not travel', async () => {
    const transparent = await sharp(portrait).ensureAlpha(0.2).png().toBuffer();
    const { data, info } = await (await slimFace(sharp(transparent), { slimmer: encodedOnly })).raw().toBuffer({ resolveWithObject: true });
    expect((await sharp(sent[0]!).metadata()).hasAlpha).toBe(false);
    expect(info.channels).toBe(4);
    expect(new Set(data.filter((_, i) => i % 4 === 3))).toEqual(new Set([51]));
  });

  it('slims greyscale and 16-bit input, at 8 bits', async () => {
    for (const image of [sharp(portrait).greyscale(), sharp(await deepPortrait())]) {
      const { info } = await slimFace(image, { slimmer: encodedOnly, resolveWithObject: true });
      expect(info.changed).toBe(true);
      expect((await sharp(sent.pop()!).metadata()).depth).toBe('uchar');
    }
  });

  it('gives the same instance back when the engine finds no face or changes nothing', async () => {
    const crop = sharp(portrait).extract({ left: 0, top: 312, width: 512, height: 200 });
    expect((await slimFace(crop, { slimmer: encodedOnly })) === crop).toBe(true);
    await expect(slimFace(crop, { slimmer: encodedOnly, onNoFace: 'throw' })).rejects.toThrow(NoFaceError);
    const image = sharp(portrait);
    const { image: same, info } = await slimFace(image, { slimmer: encodedOnly, faces: [{ index: 0, slimDegree: 0 }], resolveWithObject: true });
    expect(same === image).toBe(true);
    expect(info).toEqual({ changed: false, reason: 'zero-degree', faces: [] });
  });

  it('refuses a result of another size', async () => {
    const shrinking: FaceSlimmer = {
      ...encodedOnly,
      slim: async (image, options) => {
        const { bytes, stream: _, save: __, ...fields } = await encodedOnly.slim(image, options);
        return createSlimmedImage(fields, await sharp(await bytes()).resize(256, 300).toBuffer());
      },
    };
    const rejected = slimFace(sharp(portrait), { slimmer: shrinking });
    await expect(rejected).rejects.toThrow(UpstreamProtocolError);
    await expect(rejected).rejects.toThrow('Expected a result of 512 x 512 px but received 256 x 300 px');
  });

  it('refuses sides that the engine does not accept before anything is encoded, and scales when asked', async () => {
    const small: FaceSlimmer = { ...encodedOnly, requirements: { ...engine.requirements, maxSide: 400 } };
    await expect(slimFace(sharp(portrait), { slimmer: small })).rejects.toThrow(ResolutionOutOfRangeError);
    expect(sent).toHaveLength(0);
    const { image, info } = await slimFace(sharp(portrait), { slimmer: small, scaleToFit: true, resolveWithObject: true });
    expect(inspectImage(sent[0]!)).toMatchObject({ width: 400, height: 400 });
    expect(info).toMatchObject({ changed: true, width: 512, height: 512 });
    expect((await image.clone().toBuffer({ resolveWithObject: true })).info).toMatchObject({ width: 512, height: 512 });
    const byPixels = await slimFace(sharp(portrait), { slimmer: engine, resolveWithObject: true });
    const [scaled, direct] = [info, byPixels.info].map(({ faces }) => faces[0]!.box);
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(Math.abs(scaled![side] - direct![side])).toBeLessThan(8);
    expect(difference(await samples(image), await samples(byPixels.image), 48)).toBeLessThan(0.02);
  });

  it('gives greys for greys, so that a cache knows them again', async () => {
    const slimGrey = createSlimFace({ slimmer: encodedOnly });
    const { image, info } = await slimGrey(sharp(portrait).greyscale(), { resolveWithObject: true });
    expect(info).toMatchObject({ changed: true, cached: false });
    expect((await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })).info.channels).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await slimGrey(sharp(portrait).greyscale(), { resolveWithObject: true })).info).toMatchObject({ cached: true });
    expect(sent).toHaveLength(1);
  });

  it('says of a result that is no image that it may have been paid for', async () => {
    const damaging: FaceSlimmer = {
      ...encodedOnly,
      slim: async (image, options) => {
        const { bytes, stream: _, save: __, ...fields } = await encodedOnly.slim(image, options);
        return createSlimmedImage(fields, Buffer.from(await bytes()).fill(7, 9000, 12_000));
      },
    };
    await expect(slimFace(sharp(portrait), { slimmer: damaging })).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL', billed: 'unknown', message: 'Expected an image as the result but received bytes that sharp cannot read' });
  });

  it('scales what is too tall by a pixel', async () => {
    const strict: FaceSlimmer = { ...encodedOnly, requirements: { ...engine.requirements, maxSide: 511 } };
    await slimFace(sharp(portrait).extract({ left: 0, top: 0, width: 250, height: 512 }), { slimmer: strict, scaleToFit: true });
    expect(inspectImage(sent[0]!)).toMatchObject({ width: 250, height: 511 });
  });
});
