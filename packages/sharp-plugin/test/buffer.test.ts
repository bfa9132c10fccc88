import { InvalidInputError, UnreadableImageError } from '@slimface/core';
import { readFile } from 'node:fs/promises';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slimFace, slimFaceBuffer } from '../src/index.ts';
import { animatedPng, animation, copies, deepPortrait, difference, lyingPortrait, portrait, samples } from './_setup.ts';

let slimmer: LocalEngine;
beforeAll(async () => {
  slimmer = await createLocalEngine();
});
afterAll(() => slimmer.close());

describe('slimFaceBuffer', () => {
  it.each([
    ['jpeg', { format: 'jpeg', chromaSubsampling: '4:2:0' }],
    ['png', { format: 'png' }],
    ['webp', { format: 'webp' }],
    ['tiff', { format: 'tiff' }],
    ['avif', { format: 'heif', compression: 'av1' }],
  ] as const)('gives %s for %s, at a quality that takes the place of the source', async (format, expected) => {
    const source = await sharp(portrait).toFormat(format).toBuffer();
    const { data, info } = await slimFaceBuffer(source, { slimmer, resolveWithObject: true });
    expect(info).toMatchObject({ changed: true, width: 512, height: 512 });
    expect(await sharp(data).metadata()).toMatchObject({ ...expected, width: 512, height: 512 });
    const [before, after] = await Promise.all([samples(source), samples(Buffer.from(data))]);
    const belowTheFace = 512 * 312 * 3;
    expect(difference(after.subarray(0, belowTheFace), before.subarray(0, belowTheFace), 24)).toBeGreaterThan(0.002);
    expect(difference(after.subarray(belowTheFace), before.subarray(belowTheFace), 24)).toBeLessThan(0.001);
  });

  it('keeps chroma, scan order, greys, bits and alpha of the source', async () => {
    const described = async (image: Sharp) => sharp(await slimFaceBuffer(await image.toBuffer(), { slimmer })).metadata();
    expect(await described(sharp(portrait).jpeg({ chromaSubsampling: '4:4:4', progressive: true }))).toMatchObject({ chromaSubsampling: '4:4:4', isProgressive: true });
    expect(await described(sharp(portrait).toColourspace('b-w').jpeg())).toMatchObject({ format: 'jpeg', channels: 1 });
    expect(await described(sharp(portrait).toColourspace('b-w').png())).toMatchObject({ format: 'png', channels: 1, depth: 'uchar' });
    expect(await described(sharp(await deepPortrait()).toColourspace('rgb16').png())).toMatchObject({ channels: 3, depth: 'ushort' });
    expect(await described(sharp(portrait).ensureAlpha(0.5).png())).toMatchObject({ channels: 4, hasAlpha: true });
    expect(await described(sharp(portrait).ensureAlpha(0.5).webp())).toMatchObject({ format: 'webp', hasAlpha: true });
    expect(await described(sharp(portrait).toColourspace('cmyk').jpeg())).toMatchObject({ format: 'jpeg', space: 'srgb', channels: 3 });
  });

  it('loses nothing where the source loses nothing', async () => {
    const belowTheFace = 512 * 312 * 3;
    for (const source of [await sharp(portrait).webp({ lossless: true }).toBuffer(), await sharp(portrait).tiff({ compression: 'lzw' }).toBuffer()]) {
      const slimmed = await samples(Buffer.from(await slimFaceBuffer(source, { slimmer })));
      expect(difference(slimmed.subarray(belowTheFace), (await samples(portrait)).subarray(belowTheFace))).toBe(0);
    }
  });

  it('refuses samples that no engine takes, by name', async () => {
    const float = await sharp(portrait).toColourspace('scrgb').tiff({ compression: 'none' }).toBuffer();
    const { depth } = await sharp(float).metadata();
    expect(depth).toBe('float');
    await expect(slimFaceBuffer(float, { slimmer })).rejects.toThrow('Expected an image of 8 or 16 bits a sample but received "float"');
  });

  it('keeps every bit of a 16-bit PNG below the face', async () => {
    const source = await deepPortrait();
    const slimmed = await slimFaceBuffer(source, { slimmer });
    const read = async (file: Uint8Array) => sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const [before, after] = await Promise.all([read(source), read(slimmed)]);
    expect(after.equals(before)).toBe(false);
    expect(after.subarray(512 * 312 * 6).equals(before.subarray(512 * 312 * 6))).toBe(true);
  });

  it('turns a lying photo upright', async () => {
    const { width, height, orientation } = await sharp(await slimFaceBuffer(await lyingPortrait(), { slimmer })).metadata();
    expect({ width, height, orientation: orientation ?? 1 }).toEqual({ width: 512, height: 512, orientation: 1 });
    const upright = await samples(portrait);
    expect(difference(await samples(Buffer.from(await slimFaceBuffer(await lyingPortrait(), { slimmer }))), upright, 48)).toBeLessThan(0.03);
  });

  it.each(copies)('decodes and encodes with the sharp $version that it is given', async (copy) => {
    let asked = 0;
    const factory = (...args: Parameters<typeof sharp>) => {
      asked++;
      return copy.sharp(...args);
    };
    const slimmed = await slimFaceBuffer(await sharp(portrait).png().toBuffer(), { slimmer, sharp: factory });
    expect(asked).toBeGreaterThan(0);
    expect(difference(await samples(Buffer.from(slimmed)), await samples(await slimFace(copy.sharp(portrait), { slimmer })))).toBe(0);
  });

  // Compared by ===, since the report of a failed toBe() would print the bytes.
  it('gives the very bytes back when nothing changes', async () => {
    const faceless = await sharp(portrait).extract({ left: 0, top: 312, width: 512, height: 200 }).jpeg().toBuffer();
    const cases = [
      [faceless, 'no-face'],
      [await animation(), 'animated'],
      [await animatedPng(), 'animated'],
      [Buffer.from(`\n<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><image width="512" height="512" href="data:image/png;base64,${(await readFile(portrait)).toString('base64')}"/></svg>`), 'vector'],
      [await sharp(portrait).resize(40).png().toBuffer(), 'too-small'],
      [await sharp(await animation(), { animated: true }).webp().toBuffer(), 'animated'],
    ] as const;
    for (const [bytes, reason] of cases) {
      const { data, info } = await slimFaceBuffer(bytes, { slimmer, resolveWithObject: true });
      expect(data === bytes).toBe(true);
      expect(info).toEqual({ changed: false, reason, faces: [] });
    }
    const unread = Buffer.from('never looked at');
    expect((await slimFaceBuffer(unread, { slimmer, slimDegree: 0 })) === unread).toBe(true);
  });

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['text', Buffer.from('no image')],
    ['a web page, with an SVG in it', Buffer.from('<!doctype html><html><body><h1>404</h1><svg width="9" height="9"></svg></body></html>')],
    ['a JPEG that is cut off', async () => (await sharp(portrait).jpeg().toBuffer()).subarray(0, 900)],
    ['a PNG whose pixels are damaged', async () => (await sharp(portrait).png().toBuffer()).fill(7, 9000, 12_000)],
  ])('refuses %s as unreadable, with the error of sharp as its cause', async (_, bytes) => {
    const error = await slimFaceBuffer(typeof bytes === 'function' ? await bytes() : bytes, { slimmer }).catch((rejected: unknown) => rejected);
    expect(error).toBeInstanceOf(UnreadableImageError);
    expect(error).toHaveProperty('cause.message', expect.stringMatching(/./));
    expect((error as Error).message).toMatch(/^Expected a complete image but sharp cannot read it \(.+\)$/);
  });

  it('names what was received in place of bytes or of sharp', async () => {
    await expect(slimFaceBuffer('a.jpg' as never, { slimmer })).rejects.toThrow('Expected bytes as a Buffer or Uint8Array but received "a.jpg"');
    await expect(slimFaceBuffer(Buffer.alloc(9), { slimmer, sharp: {} as never })).rejects.toThrow(InvalidInputError);
  });
});
