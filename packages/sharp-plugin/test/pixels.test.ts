import { InvalidInputError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { fromPixels, readPixels, toSharedMemory } from '../src/pixels.ts';
import type { SampleDepth, SharpLike } from '../src/sharp-like.ts';
import { copies, difference, lyingPortrait, portrait, samples } from './_setup.ts';

const read = async (image: SharpLike, depth: SampleDepth = 'uchar') => readPixels(image, await image.metadata(), { depth, colours: 'srgb' });

describe.each(copies)('readPixels of sharp $version', ({ sharp }) => {
  it('gives the pixels as they are when nothing is queued', async () => {
    const pixels = await read(sharp(portrait));
    expect(pixels).toMatchObject({ width: 512, height: 512, channels: 3 });
    expect(difference(pixels.data, await samples(portrait))).toBe(0);
  });

  it('runs what is queued and turns the outcome upright', async () => {
    const leftOfLying = { left: 0, top: 0, width: 300, height: 512 }; // the upper part of what a viewer shows
    const pixels = await read(sharp(await lyingPortrait()).extract(leftOfLying));
    expect(pixels).toMatchObject({ width: 512, height: 300 });
    const upright = await samples(sharp(portrait).extract({ left: 0, top: 0, width: 512, height: 300 }));
    expect(difference(pixels.data, upright, 32)).toBeLessThan(0.01);
  });

  it('leaves the image that it reads as it is', async () => {
    const image = sharp(await lyingPortrait()).resize(100, 80).webp({ lossless: true });
    const before = await image.clone().toBuffer();
    await read(image);
    expect((await image.toBuffer()).equals(before)).toBe(true);
  });

  it('converts to sRGB, whatever the chain keeps', async () => {
    const displayP3 = await sharp(portrait).withIccProfile('p3').png().toBuffer();
    const original = await samples(portrait);
    for (const image of [sharp(displayP3), sharp(displayP3).keepIccProfile(), sharp(displayP3).keepMetadata(), sharp(displayP3).withIccProfile('p3')]) {
      expect(difference((await read(image)).data, original, 2)).toBe(0);
    }
  });

  it('converts to sRGB at 16 bit too, where sharp by itself gives Display P3', async () => {
    const file = await sharp(portrait).toColourspace('rgb16').withIccProfile('srgb').png().toBuffer();
    const stored = await sharp(file, { ignoreIcc: true }).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const expected = new Uint16Array(stored.buffer, stored.byteOffset, stored.length / 2);
    const pixels = await read(sharp(file), 'ushort');
    expect(pixels.data).toBeInstanceOf(Uint16Array);
    expect(difference(pixels.data, expected, 1000)).toBe(0);
    const unconverted = await sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    expect(difference(new Uint16Array(unconverted.buffer, unconverted.byteOffset, unconverted.length / 2), expected, 1000)).toBeGreaterThan(0.1);
  });

  it('does not take CMYK for RGB with alpha', async () => {
    const pixels = await read(sharp(portrait).toColourspace('cmyk'));
    expect(pixels.channels).toBe(3);
    expect(difference(pixels.data, await samples(portrait))).toBe(0);
  });

  it('keeps alpha, also where sharp drops it from raw pixels', async () => {
    const alpha = Buffer.from(Array.from({ length: 512 * 512 }, (_, i) => i % 251));
    const transparent = await sharp(portrait).joinChannel(alpha, { raw: { width: 512, height: 512, channels: 1 } }).png().toBuffer();
    const grey = await samples(sharp(await sharp(transparent).greyscale().png().toBuffer()));
    for (const image of [sharp(transparent).greyscale(), sharp(transparent).greyscale().png({ colours: 16 })]) {
      const pixels = await read(image);
      expect(pixels.channels).toBe(4);
      expect(difference(pixels.data, grey)).toBe(0);
      expect(difference(pixels.data.filter((_, i) => i % 4 === 3), alpha)).toBe(0);
    }
    expect(difference((await read(sharp(transparent))).data, await samples(transparent))).toBe(0);
  });

  it('keeps the alpha that an operation brings to a greyscale chain', async () => {
    const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
    for (const image of [sharp(portrait).greyscale().resize(200, 300, { fit: 'contain', background: transparent }), sharp(portrait).greyscale().rotate(33, { background: transparent })]) {
      const pixels = await read(image);
      expect(pixels.channels).toBe(4);
      expect(pixels.data[3]).toBe(0);
      expect(pixels.data[pixels.data.length / 2 + pixels.width * 2 + 3]).toBe(255);
    }
  });

  it('stays in sRGB when a profile for the output is queued, also without one in the file', async () => {
    const original = await samples(portrait);
    for (const image of [sharp(portrait).withIccProfile('p3'), sharp(portrait).withMetadata()]) {
      expect(difference((await read(image)).data, original, 2)).toBe(0);
    }
  });

  it('converts a chain that works at 16 bit to sRGB', async () => {
    const displayP3 = await sharp(portrait).withIccProfile('p3').png().toBuffer();
    expect(difference((await read(sharp(displayP3).pipelineColourspace('rgb16'))).data, await samples(portrait), 3)).toBeLessThan(0.001);
  });

  it('gives a greyscale chain as one channel', async () => {
    expect(await read(sharp(portrait).greyscale())).toMatchObject({ width: 512, height: 512, channels: 1 });
  });

  it('refuses more than 4 channels', async () => {
    const pixels = { create: { width: 8, height: 8, channels: 4, background: 'red' } } as const;
    const image = sharp(pixels).joinChannel(await sharp(pixels).extractChannel(0).png().toBuffer());
    await expect(read(image)).rejects.toThrow(new InvalidInputError('an image of 1 to 4 channels', 5));
  });
});

describe.each(copies)('fromPixels of sharp $version', ({ sharp }) => {
  it.each([3, 4] as const)('keeps all 16 bits of %i channels', async (channels) => {
    const data = Uint16Array.from({ length: 64 * 64 * channels }, (_, i) => (i * 7919) % 65_536);
    const image = fromPixels(sharp, toSharedMemory({ data, width: 64, height: 64, channels }));
    const file = await image.toColourspace('rgb16').png().toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ depth: 'ushort', channels });
    expect(difference((await read(sharp(file), 'ushort')).data, data)).toBe(0);
  });

  it('shares its pixels with every clone', async () => {
    const pixels = toSharedMemory(await read(sharp(portrait)));
    const clone = fromPixels(sharp, pixels).clone();
    pixels.data.fill(7); // seen by the clone only if the memory is the same
    expect(new Set(await clone.raw().toBuffer())).toEqual(new Set([7]));
  });

  it('is not held back by a limit on pixels that are in memory already', async () => {
    const side = 0x3fff + 1;
    const pixels = toSharedMemory({ data: new Uint8Array(side * side), width: side, height: side, channels: 1 });
    const { info } = await fromPixels(sharp, pixels).resize(8).png().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 8, height: 8 });
  });
});
