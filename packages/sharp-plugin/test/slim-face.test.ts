import { createReadStream, existsSync } from 'node:fs';
import { InvalidInputError, InvalidSlimDegreeError, NoFaceError, type FaceSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slimFace } from '../src/index.ts';
import { readPixels } from '../src/pixels.ts';
import { animation, copies, deepPortrait, difference, fixture, group, lyingPortrait, noFacePhotos, portrait, samples } from './_setup.ts';

let slimmer: LocalEngine;
beforeAll(async () => {
  slimmer = await createLocalEngine();
});
afterAll(() => slimmer.close());

describe.each(copies)('slimFace on sharp $version', ({ sharp }) => {
  const faceless = { left: 0, top: 312, width: 512, height: 200 };

  it('gives an instance of the same copy of sharp, with the face slimmed and the rest as it was', async () => {
    const result = await slimFace(sharp(portrait), { slimmer });
    expect(result.constructor).toBe(sharp);
    expect(difference(await samples(result), await samples(portrait), 8)).toBeGreaterThan(0.002);
    const belowTheFace = (image: typeof result) => image.clone().png().toBuffer().then((png) => sharp(png).extract(faceless).raw().toBuffer());
    expect(difference(await belowTheFace(result), await belowTheFace(sharp(portrait)))).toBe(0);
  });

  it('hands the degree on to the engine', async () => {
    const { pixels } = await slimmer.slimPixels(await readPixels(sharp(portrait), {}, { depth: 'uchar', colours: 'srgb' }), { slimDegree: 1.7 });
    const result = await slimFace(sharp(portrait), { slimmer, slimDegree: 1.7 });
    expect(difference(await samples(result), pixels.data)).toBe(0);
    expect(difference(await samples(await slimFace(sharp(portrait), { slimmer })), pixels.data)).toBeGreaterThan(0);
  });

  it('runs what is queued before the step and what is chained after it in that order', async () => {
    const small = await readPixels(sharp(portrait).resize(320), {}, { depth: 'uchar', colours: 'srgb' });
    const slimmedSmall = await slimmer.slimPixels(small);
    const resizedFirst = await slimFace(sharp(portrait).resize(320), { slimmer });
    expect(difference(await samples(resizedFirst), slimmedSmall.pixels.data)).toBe(0);

    const { pixels } = await slimmer.slimPixels(await readPixels(sharp(portrait), {}, { depth: 'uchar', colours: 'srgb' }));
    const slimmedFirst = (await slimFace(sharp(portrait), { slimmer })).resize(320);
    const expected = await sharp(pixels.data, { raw: { width: 512, height: 512, channels: 3 } }).resize(320).raw().toBuffer();
    expect(difference(await slimmedFirst.raw().toBuffer(), expected)).toBe(0);
    expect(difference(expected, slimmedSmall.pixels.data)).toBeGreaterThan(0);
  });

  it('turns a lying photo upright, and the file that is written stays so', async () => {
    const lying = await sharp(await lyingPortrait()).extract({ left: 0, top: 0, width: 400, height: 512 }).keepMetadata().toBuffer();
    expect(await sharp(lying).metadata()).toMatchObject({ width: 400, height: 512, orientation: 6 });
    const { image, info } = await slimFace(sharp(lying), { slimmer, resolveWithObject: true });
    expect(info).toMatchObject({ changed: true, width: 512, height: 400 });
    const written = await sharp(await image.toBuffer()).metadata();
    expect(written).toMatchObject({ format: 'jpeg', width: 512, height: 400 });
    expect(written.orientation ?? 1).toBe(1);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('writes %s when it was read, and another format when that is chained', async (format) => {
    const result = await slimFace(sharp(await sharp(portrait).toFormat(format).toBuffer()), { slimmer });
    expect((await result.clone().toBuffer({ resolveWithObject: true })).info.format).toBe(format);
    expect((await result.clone().tiff().toBuffer({ resolveWithObject: true })).info.format).toBe('tiff');
  });

  it('writes PNG, never raw pixels, when no format is known', async () => {
    const raw = { width: 512, height: 512, channels: 3 } as const;
    const result = await slimFace(sharp(await samples(portrait), { raw }), { slimmer });
    expect((await result.toBuffer({ resolveWithObject: true })).info.format).toBe('png');
  });

  it('takes a stream-fed instance, before and after its stream has ended', async () => {
    const expected = await samples(await slimFace(sharp(portrait), { slimmer }));
    const flowing = createReadStream(portrait).pipe(sharp());
    expect(difference(await samples(await slimFace(flowing, { slimmer })), expected)).toBe(0);

    const ended = createReadStream(portrait).pipe(sharp());
    await new Promise((resolve) => ended.once('finish', resolve));
    expect(difference(await samples(await slimFace(ended, { slimmer })), expected)).toBe(0);
  });

  it('leaves the instance that it was handed as it is', async () => {
    const image = sharp(await lyingPortrait()).resize(300, 400).jpeg({ quality: 60 });
    const before = await image.clone().toBuffer();
    await slimFace(image, { slimmer });
    expect((await image.toBuffer()).equals(before)).toBe(true);
  });

  it('keeps alpha', async () => {
    const transparent = await sharp(portrait).ensureAlpha(0.2).png().toBuffer();
    const { data, info } = await (await slimFace(sharp(transparent), { slimmer })).raw().toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(4);
    expect(new Set(data.filter((_, i) => i % 4 === 3))).toEqual(new Set([51]));
    expect(difference(data, await samples(transparent), 8)).toBeGreaterThan(0.002);
  });

  it('keeps 16 bits per sample for a chain that writes them', async () => {
    const deep = await deepPortrait();
    const image = await slimFace(sharp(deep), { slimmer });
    const file = await image.clone().toColourspace('rgb16').png().toBuffer();
    expect((await sharp(file).metadata()).depth).toBe('ushort');
    const [before, after] = await Promise.all([deep, file].map(async (png) => (await readPixels(sharp(png), {}, { depth: 'ushort', colours: 'srgb' })).data));
    expect(difference(after!, before!, 2048)).toBeGreaterThan(0.002);
    const lastRows = 512 * faceless.top * 3;
    expect(difference(after!.subarray(lastRows), before!.subarray(lastRows))).toBe(0);
    // Without that wish sharp writes 8 bits, as it does for every 16-bit file.
    expect((await sharp(await image.toBuffer()).metadata()).depth).toBe('uchar');
  });

  it('shares its pixels with clones instead of copying them', async () => {
    const result = await slimFace(sharp(group), { slimmer });
    const { width, height } = await result.metadata();
    const before = process.memoryUsage().arrayBuffers;
    const clones = Array.from({ length: 8 }, (_, i) => result.clone().resize(32 * (i + 1)));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(width * height * 3);
    const sizes = await Promise.all(clones.map(async (clone) => (await clone.toBuffer({ resolveWithObject: true })).info.width));
    expect(sizes).toEqual([32, 64, 96, 128, 160, 192, 224, 256]);
  });

  it('tells what was done, when asked', async () => {
    const { image, info } = await slimFace(sharp(group), { slimmer, slimDegree: 0.5, resolveWithObject: true });
    expect(image.constructor).toBe(sharp);
    const { width, height } = await sharp(group).metadata();
    expect(info).toMatchObject({ changed: true, width, height });
    expect(info.faces).toHaveLength(3);
    const lefts = info.faces.map(({ box }) => box.x);
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
    expect(info.faces.map((face) => face.slimDegree)).toEqual([0.5, 0.5, 0.5]);
  });

  // Compared by ===, since the report of a failed toBe() would print the pixels.
  describe('the same instance comes back', () => {
    it.for(noFacePhotos)('for a photo without a face: %s', async (name, { skip }) => {
      skip(!existsSync(fixture(name)), `fixtures/${name} is not there`);
      const image = sharp(fixture(name));
      expect((await slimFace(image, { slimmer })) === image).toBe(true);
    });

    it('for a crop without a face, with its encoder options in force', async () => {
      const image = sharp(portrait).extract(faceless).webp();
      const result = await slimFace(image, { slimmer, resolveWithObject: true });
      expect(result.image === image).toBe(true);
      expect(result.info).toEqual({ changed: false, reason: 'no-face', faces: [] });
      expect((await result.image.toBuffer({ resolveWithObject: true })).info).toMatchObject({ format: 'webp', width: 512, height: 200 });
    });

    it('for a stream-fed instance without a face, which can still be piped on', async () => {
      const image = createReadStream(portrait).pipe(sharp().extract(faceless));
      expect((await slimFace(image, { slimmer })) === image).toBe(true);
      const chunks: Buffer[] = [];
      for await (const chunk of image) chunks.push(chunk);
      expect(await sharp(Buffer.concat(chunks)).metadata()).toMatchObject({ format: 'png', width: 512, height: 200 });
    });

    it('for degree 0, of the call or of every face', async () => {
      const unread = sharp('missing.jpg');
      expect((await slimFace(unread, { slimmer, slimDegree: 0 })) === unread).toBe(true);
      const image = sharp(portrait);
      const faces = [{ index: 0, slimDegree: 0 }];
      const { image: same, info } = await slimFace(image, { slimmer, faces, resolveWithObject: true });
      expect(same === image).toBe(true);
      expect(info).toEqual({ changed: false, reason: 'zero-degree', faces: [] });
      expect((await slimFace(image, { slimmer, slimDegree: 0, faces: [{ index: 0, slimDegree: 1 }] })) === image).toBe(false);
    });

    it('for an animated input, whether or not the chain reads all of it', async () => {
      const gif = await animation();
      for (const image of [sharp(gif), sharp(gif, { animated: true })]) {
        const { image: same, info } = await slimFace(image, { slimmer, resolveWithObject: true });
        expect(same === image).toBe(true);
        expect(info).toEqual({ changed: false, reason: 'animated', faces: [] });
      }
    });
  });

  it('throws for an image without a face, when asked', async () => {
    const rejected = slimFace(sharp(portrait).extract(faceless), { slimmer, onNoFace: 'throw' });
    await expect(rejected).rejects.toThrow(NoFaceError);
  });

  it("passes sharp's own errors on", async () => {
    await expect(slimFace(sharp(Buffer.from('no image')), { slimmer })).rejects.toThrow('unsupported image format');
    await expect(slimFace(sharp(portrait).extract({ ...faceless, top: 500 }), { slimmer })).rejects.toThrow('bad extract area');
  });
});

describe('arguments', () => {
  const { sharp } = copies[0];

  it.each([-0.1, 2.1, NaN, '1'])('a degree of %s is refused before anything is read', async (slimDegree) => {
    const rejected = slimFace(sharp('missing.jpg'), { slimmer, slimDegree: slimDegree as number });
    await expect(rejected).rejects.toThrow(InvalidSlimDegreeError);
  });

  it('names what was received in place of an image, an engine or an option', async () => {
    await expect(slimFace(portrait as never, { slimmer })).rejects.toThrow(InvalidInputError);
    await expect(slimFace(Buffer.alloc(9) as never, { slimmer })).rejects.toThrow('Expected image to be an instance of sharp 0.34 or newer but received Buffer');
    await expect(slimFace(sharp(portrait), undefined as never)).rejects.toThrow('but received undefined');
    const forgottenAwait = createLocalEngine();
    await expect(slimFace(sharp(portrait), { slimmer: forgottenAwait as unknown as FaceSlimmer })).rejects.toThrow('but received Promise');
    await (await forgottenAwait).close();
    await expect(slimFace(sharp(portrait), { slimmer, onNoFace: 'ignore' as never })).rejects.toThrow("onNoFace to be 'pass-through' or 'throw' but received \"ignore\"");
  });
});
