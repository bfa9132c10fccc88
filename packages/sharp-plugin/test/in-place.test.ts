import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slimFace, slimFaceInPlace } from '../src/index.ts';
import { animation, copies, deepPortrait, difference, lyingPortrait, portrait, samples } from './_setup.ts';

let slimmer: LocalEngine;
beforeAll(async () => {
  slimmer = await createLocalEngine();
});
afterAll(() => slimmer.close());

describe.each(copies)('slimFaceInPlace on sharp $version', ({ sharp }) => {
  it('slims the very instance, behind what was queued on it', async () => {
    const image = sharp(portrait).resize(400).png();
    const info = await slimFaceInPlace(image, { slimmer, slimDegree: 1.5 });
    expect(info).toMatchObject({ changed: true, width: 400, height: 400, cached: false });
    expect(info.faces).toHaveLength(1);
    const expected = await slimFace(sharp(portrait).resize(400), { slimmer, slimDegree: 1.5 });
    expect(difference(await image.clone().raw().toBuffer(), await samples(expected))).toBe(0);
  });

  it('keeps format, encoder options and metadata that were queued before', async () => {
    const source = await sharp(portrait).withExif({ IFD0: { Copyright: 'NASA' } }).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').jpeg().toBuffer();
    const queue = () => sharp(source).keepMetadata().webp({ quality: 30, effort: 1 });
    const image = queue();
    await slimFaceInPlace(image, { slimmer });
    const [slimmed, plain] = await Promise.all([image.toBuffer(), queue().toBuffer()]);
    const [after, before] = await Promise.all([slimmed, plain].map((file) => sharp(file).metadata()));
    expect(after).toMatchObject({ format: 'webp', width: 512, hasAlpha: false });
    expect(after!.exif).toEqual(before!.exif);
    expect(after!.xmp).toEqual(before!.xmp);
    expect(slimmed.byteLength / plain.byteLength).toBeCloseTo(1, 1);
    expect(difference(await samples(slimmed), await samples(plain), 24)).toBeGreaterThan(0.002);
  });

  it('keeps RGB without alpha, RGB with alpha, and greys', async () => {
    const slimmedPng = async (file: Buffer | string, queue = (image: ReturnType<typeof sharp>) => image) => {
      const image = queue(sharp(file)).png();
      await slimFaceInPlace(image, { slimmer });
      return image.toBuffer();
    };
    expect(await sharp(await slimmedPng(portrait)).metadata()).toMatchObject({ channels: 3, hasAlpha: false });

    const transparent = await sharp(portrait).ensureAlpha(0.2).png().toBuffer();
    const rgba = await samples(await slimmedPng(transparent));
    expect(rgba.length).toBe(512 * 512 * 4);
    expect(difference(rgba.filter((_, i) => i % 4 === 3), new Uint8Array(512 * 512).fill(51), 1)).toBe(0);
    const expected = await samples(await slimFace(sharp(transparent), { slimmer }));
    expect(difference(rgba, expected, 3)).toBe(0); // premultiplied and back at an alpha of 51

    const grey = await slimmedPng(portrait, (image) => image.greyscale());
    const expectedGrey = await (await slimFace(sharp(portrait).greyscale(), { slimmer })).png().toBuffer();
    expect(difference(await samples(grey), await samples(expectedGrey), 1)).toBe(0);
  });

  it('keeps all 16 bits for a chain that writes them', async () => {
    const deep = await deepPortrait();
    const read = async (file: Buffer) => {
      const bytes = await sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
      return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
    };
    const image = sharp(deep).toColourspace('rgb16').png();
    await slimFaceInPlace(image, { slimmer });
    const expected = await (await slimFace(sharp(deep), { slimmer })).toColourspace('rgb16').png().toBuffer();
    expect(difference(await read(await image.toBuffer()), await read(expected))).toBe(0);
  });

  it.each([
    ['plain', (image: ReturnType<typeof sharp>) => image],
    ['with its profile kept', (image: ReturnType<typeof sharp>) => image.keepIccProfile()],
    ['with metadata', (image: ReturnType<typeof sharp>) => image.withMetadata()],
  ])('gets the colours of a 16-bit file with a profile right, %s', async (_, queue) => {
    for (const profile of ['srgb', 'p3']) {
      const file = await sharp(await deepPortrait()).toColourspace('rgb16').withIccProfile(profile).png().toBuffer();
      for (const keepMetadata of [false, true]) {
        const image = queue(sharp(file)).png();
        await slimFaceInPlace(image, { slimmer, keepMetadata });
        const expected = await samples(await slimFace(sharp(file), { slimmer }));
        expect(difference(await samples(await image.toBuffer()), expected, 4)).toBeLessThan(0.001);
      }
    }
  });

  it('turns a lying photo upright', async () => {
    const image = sharp(await lyingPortrait()).resize(300, 400, { fit: 'fill' });
    await slimFaceInPlace(image, { slimmer });
    const expected = await slimFace(sharp(await lyingPortrait()).resize(300, 400, { fit: 'fill' }), { slimmer });
    expect(difference(await image.png().toBuffer().then(samples), await samples(expected))).toBe(0);
  });

  it.each([
    ['keeps no profile', {}, (image: ReturnType<typeof sharp>) => image],
    ['keeps the profile later', {}, (image: ReturnType<typeof sharp>) => image.keepIccProfile()],
    ['keeps all metadata later', { keepMetadata: true }, (image: ReturnType<typeof sharp>) => image],
  ])('gets the colours of a Display P3 photo right when the host %s', async (_, options, later) => {
    const p3 = await sharp(portrait).withIccProfile('p3').png().toBuffer();
    const image = sharp(p3);
    await slimFaceInPlace(image, { slimmer, ...options });
    const written = await later(image).png().toBuffer();
    const expected = await samples(await slimFace(sharp(p3), { slimmer }));
    expect(difference(await samples(written), expected, 3)).toBeLessThan(0.001); // read through whatever profile is in it
  });

  it('takes a CMYK photo as sharp does', async () => {
    const cmyk = await sharp(portrait).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    const image = sharp(cmyk).png();
    await slimFaceInPlace(image, { slimmer });
    expect(difference(await samples(await image.toBuffer()), await samples(await slimFace(sharp(cmyk), { slimmer })))).toBe(0);
  });

  it('refuses what sharp would run on the overlay once more, and takes it afterwards', async () => {
    const queued: [string, (image: ReturnType<typeof sharp>) => unknown][] = [
      ['gamma', (image) => image.gamma(2)],
      ['linear', (image) => image.linear(1.1, 3)],
      ['normalise', (image) => image.normalise()],
      ['clahe', (image) => image.clahe({ width: 8, height: 8 })],
      ['boolean', (image) => image.boolean(Buffer.from(portrait), 'and')],
      ['bandbool', (image) => image.bandbool('and')],
      ['tint', (image) => image.tint('#f80')],
      ['extractChannel', (image) => image.extractChannel(0)],
      ['negate', (image) => image.negate()],
      ['joinChannel', (image) => image.joinChannel(Buffer.alloc(512 * 512), { raw: { width: 512, height: 512, channels: 1 } })],
    ];
    for (const [operation, queue] of queued) {
      const image = sharp(portrait);
      queue(image);
      await expect(slimFaceInPlace(image, { slimmer })).rejects.toThrow(`Expected no ${operation}() to be queued before slimFaceInPlace but there is one`);
    }
    const image = sharp(portrait);
    await slimFaceInPlace(image, { slimmer });
    const expected = (await slimFace(sharp(portrait), { slimmer })).negate();
    expect(difference(await image.negate().raw().toBuffer(), await expected.raw().toBuffer())).toBe(0);
  });

  it('runs what comes before overlays once, overlays included', async () => {
    const badge = { create: { width: 64, height: 64, channels: 3, background: 'red' } } as const;
    const queue = () => sharp(portrait).flop().blur(1).modulate({ brightness: 1.1 }).composite([{ input: badge, gravity: 'northwest' }]);
    const image = queue();
    await slimFaceInPlace(image, { slimmer });
    expect(difference(await image.raw().toBuffer(), await (await slimFace(queue(), { slimmer })).raw().toBuffer())).toBe(0);
  });

  it('leaves an image alone that has no face, or frames', async () => {
    const faceless = () => sharp(portrait).extract({ left: 0, top: 312, width: 512, height: 200 }).webp();
    const image = faceless();
    expect(await slimFaceInPlace(image, { slimmer })).toEqual({ changed: false, reason: 'no-face', faces: [] });
    expect((await image.toBuffer()).equals(await faceless().toBuffer())).toBe(true);
    const frames = sharp(await animation(), { animated: true });
    expect(await slimFaceInPlace(frames, { slimmer })).toEqual({ changed: false, reason: 'animated', faces: [] });
    expect((await sharp(await frames.gif().toBuffer()).metadata()).pages).toBe(2);
  });
});
