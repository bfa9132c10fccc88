import type { PixelBuffer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCarrier } from '../../src/carrier/carrier.ts';
import { slimFace, slimFaceInPlace } from '../../src/index.ts';
import { copies, difference, portrait, samples } from '../_setup.ts';

const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>Grüße</note></x:xmpmeta>';

describe.each(copies)('toCarrier, read by sharp $version', ({ sharp }) => {
  it.each([[1, 8], [2, 8], [3, 8], [4, 8], [1, 16], [2, 16], [3, 16], [4, 16]] as const)('carries every sample of %i channels at %i bit', async (channels, bits) => {
    const [width, height] = [37, 23];
    const data = bits === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels);
    for (let i = 0; i < data.length; i++) data[i] = i * 7919;
    const png = await toCarrier({ data, width, height, channels }, {});
    expect(png.buffer).toBeInstanceOf(SharedArrayBuffer);
    if (channels === 2 && bits === 8) {
      const rgba = await sharp(png).raw().toBuffer(); // as one channel, sharp would leave out the alpha
      expect(rgba.length).toBe(width * height * 4);
      expect([...rgba.filter((_, i) => i % 4 === 1 || i % 4 === 3)]).toEqual([...data]);
      return;
    }
    const colourspace = channels < 3 ? (bits === 8 ? 'b-w' : 'grey16') : bits === 8 ? 'srgb' : 'rgb16';
    const { data: read, info } = await sharp(png).toColourspace(colourspace).raw({ depth: bits === 8 ? 'uchar' : 'ushort' }).toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height, channels });
    expect(read.equals(Buffer.from(data.buffer))).toBe(true);
  });

  it('carries profile, EXIF, XMP and density', async () => {
    const p3 = await sharp(portrait).withIccProfile('p3').withExif({ IFD0: { Artist: 'NASA' } }).withMetadata({ icc: 'p3', density: 300, exif: { IFD0: { Artist: 'NASA' } } }).withXmp(xmp).jpeg().toBuffer();
    const source = await sharp(p3).metadata();
    const pixels: PixelBuffer = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };
    const carried = await sharp(await toCarrier(pixels, source)).metadata();
    expect(carried).toMatchObject({ density: 300, format: 'png' });
    expect(Buffer.from(carried.icc!).equals(source.icc!)).toBe(true);
    expect(carried.exif!.includes('NASA')).toBe(true);
    expect(carried.xmp!.toString()).toContain('Grüße');
  });
});

it('carries no XMP where nothing is left of it', async () => {
  const pixels: PixelBuffer = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };
  const file = Buffer.from(await toCarrier(pixels, { xmp: Buffer.alloc(2 ** 22 + 1, ' '), exif: Buffer.from('Exif\0\0') }));
  expect(file.includes('XML:com.adobe.xmp')).toBe(false);
  expect(file.includes('eXIf')).toBe(true);
});

describe.each(copies)('keepMetadata on sharp $version', ({ sharp }) => {
  let slimmer: LocalEngine;
  beforeAll(async () => {
    slimmer = await createLocalEngine();
  });
  afterAll(() => slimmer.close());

  it('keeps the metadata and the very pixels of a Display P3 photo that lies on its side', async () => {
    const p3 = await sharp(portrait).rotate(-90).withIccProfile('p3').withMetadata({ icc: 'p3', orientation: 6, density: 240, exif: { IFD0: { Artist: 'NASA' } } }).withXmp(xmp).png().toBuffer();
    const source = await sharp(p3).metadata();
    const result = await slimFace(sharp(p3), { slimmer, keepMetadata: true });
    const file = await result.clone().toBuffer();
    const written = await sharp(file).metadata();
    expect(written).toMatchObject({ format: 'png', density: 240, width: 512 });
    expect(written.orientation ?? 1).toBe(1);
    expect(Buffer.from(written.icc!).equals(source.icc!)).toBe(true);
    expect(written.exif!.includes('NASA')).toBe(true);
    expect(written.xmp!.toString()).toContain('Grüße');
    const stored = (bytes: Buffer) => sharp(bytes, { ignoreIcc: true }).autoOrient().raw().toBuffer();
    const [before, after] = await Promise.all([stored(p3), stored(file)]);
    const belowTheFace = 512 * 312 * 3;
    expect(after.subarray(belowTheFace).equals(before.subarray(belowTheFace))).toBe(true);
    expect(difference(after, before, 8)).toBeGreaterThan(0.002);
  });

  it.each([
    ['withMetadata()', (image: ReturnType<typeof sharp>) => image.withMetadata()],
    ["withIccProfile('p3')", (image: ReturnType<typeof sharp>) => image.withIccProfile('p3')],
  ])('gets the colours right when %s was queued, which sharp cannot take back', async (_, queue) => {
    const p3 = await sharp(portrait).withIccProfile('p3').withMetadata({ icc: 'p3', exif: { IFD0: { Artist: 'NASA' } } }).png().toBuffer();
    const file = await (await slimFace(queue(sharp(p3)), { slimmer, keepMetadata: true })).toBuffer();
    expect((await sharp(file).metadata()).exif!.includes('NASA')).toBe(true);
    expect(difference(await samples(file), await samples(await slimFace(sharp(p3), { slimmer })), 3)).toBeLessThan(0.001); // read through whatever profile is in it
    const image = queue(sharp(p3)).png();
    await slimFaceInPlace(image, { slimmer, keepMetadata: true });
    expect(difference(await samples(await image.toBuffer()), await samples(file), 3)).toBeLessThan(0.001);
  });

  it('keeps nothing unless asked', async () => {
    const source = await sharp(portrait).withMetadata({ density: 240, exif: { IFD0: { Artist: 'NASA' } } }).withIccProfile('p3').withXmp(xmp).jpeg().toBuffer();
    const { icc, exif, xmp: kept } = await sharp(await (await slimFace(sharp(source), { slimmer })).toBuffer()).metadata();
    expect({ icc, exif, kept }).toEqual({});
  });

  it('drops a profile that does not fit the pixels, and keeps the rest', async () => {
    const cmyk = await sharp(portrait).toColourspace('cmyk').withIccProfile('cmyk').withMetadata({ icc: 'cmyk', exif: { IFD0: { Artist: 'NASA' } } }).jpeg({ quality: 95 }).toBuffer();
    expect(await sharp(cmyk).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    const file = await (await slimFace(sharp(cmyk), { slimmer, keepMetadata: true })).png().toBuffer();
    const written = await sharp(file).metadata();
    expect(written).toMatchObject({ space: 'srgb', channels: 3 });
    expect(written.icc).toBeUndefined();
    expect(written.exif!.includes('NASA')).toBe(true);
    expect(difference(await samples(file), await samples(await (await slimFace(sharp(cmyk), { slimmer })).png().toBuffer()))).toBe(0);
  });

  it('shares its pixels with clones', async () => {
    const result = await slimFace(sharp(portrait), { slimmer, keepMetadata: true });
    const before = process.memoryUsage().arrayBuffers;
    const clones = Array.from({ length: 8 }, (_, i) => result.clone().resize(32 * (i + 1)));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(512 * 512 * 3);
    expect(await Promise.all(clones.map(async (clone) => (await clone.toBuffer({ resolveWithObject: true })).info.width))).toHaveLength(8);
  });
});
