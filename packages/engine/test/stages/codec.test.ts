import { crc32, deflateSync } from 'node:zlib';
import { inspectImage } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { toCmykTiff } from '../../src/image/cmyk.ts';
import { tiffCompression } from '../../src/metadata/tiff-tags.ts';
import { decode, type DecodedImage } from '../../src/stages/decode.ts';
import { encode } from '../../src/stages/encode.ts';
import { portrait } from '../_photos.ts';

const [width, height] = [96, 80];

/** Every kind of PNG, with samples that use the whole range. */
const kinds = [
  { name: 'grey', channels: 1, deep: false, space: 'b-w' },
  { name: 'grey + alpha', channels: 2, deep: false, space: 'b-w' },
  { name: 'RGB', channels: 3, deep: false, space: 'srgb' },
  { name: 'RGBA', channels: 4, deep: false, space: 'srgb' },
  { name: 'grey, 16 bit', channels: 1, deep: true, space: 'grey16' },
  { name: 'grey + alpha, 16 bit', channels: 2, deep: true, space: 'grey16' },
  { name: 'RGB, 16 bit', channels: 3, deep: true, space: 'rgb16' },
  { name: 'RGBA, 16 bit', channels: 4, deep: true, space: 'rgb16' },
] as const;

describe.each(kinds)('a PNG in $name', ({ channels, deep, space }) => {
  it('comes out of decoding and encoding with the same kind and the same samples', async () => {
    const png = await makePng(channels, deep, space);
    const before = await decode(png, inspectImage(png));
    expect(before.pixels.data).toBeInstanceOf(deep ? Uint16Array : Uint8Array);
    const again = Buffer.from(await encode(before, { quality: 92 }));
    expect(await sharp(again).metadata()).toMatchObject({ format: 'png', channels, depth: deep ? 'ushort' : 'uchar', space });
    expect(largestDifference(await decode(again, inspectImage(again)), before)).toBe(0);
  });

  it.each(['none', 'lzw', 'deflate', 'packbits'] as const)('does so as a TIFF compressed by %s', async (compression) => {
    const png = await makePng(channels, deep, space);
    const tiff = await sharp(png).toColourspace(space).tiff({ compression }).toBuffer();
    const before = await decode(tiff, inspectImage(tiff));
    const again = await encode(before, { quality: 92 });
    expect(largestDifference(await decode(again, inspectImage(again)), before)).toBe(0);
    expect(largestDifference(before, await decode(png, inspectImage(png)))).toBe(0);
    expect(await sharp(again).metadata()).toMatchObject({ format: 'tiff', channels, depth: deep ? 'ushort' : 'uchar', space });
    expect(tiffCompression(again)).toBe(tiffCompression(tiff));
  });
});

describe('without loss', () => {
  it.each([[3, 'webp'], [4, 'webp'], [3, 'avif']] as const)('every sample of %i channels comes back from %s, those that are hidden too', async (channels, format) => {
    const source = await sharp(await makePng(channels, false, 'srgb')).toFormat(format, { lossless: true, exact: true }).toBuffer();
    const before = await decode(source, inspectImage(source));
    const again = await encode(before, { quality: 20 });
    expect(largestDifference(await decode(again, inspectImage(again)), before)).toBe(0);
  });

  it('PNG of 1, 2 and 4 bits, with a palette and with one transparent colour', async () => {
    for (const colours of [2, 4, 16]) {
      const source = await sharp(portrait).resize(96).png({ palette: true, colours, dither: 0 }).toBuffer();
      expect((await sharp(source).metadata()).bitsPerSample).toBe(Math.log2(colours));
      await comesBack(source);
    }
    for (const depth of [1, 2, 4]) await comesBack(greyPng(depth));
    const [rgb] = [await makePng(3, false, 'srgb')];
    const [r, g, b] = await sharp(rgb).raw().toBuffer();
    const keyed = Buffer.concat([rgb.subarray(0, 33), pngChunk('tRNS', Buffer.from([0, r!, 0, g!, 0, b!])), rgb.subarray(33)]);
    const { pixels } = await comesBack(keyed);
    expect([...pixels.data.subarray(0, 4)]).toEqual([r, g, b, 0]);
  });

  it('CMYK of 8 and 16 bits in TIFF', async () => {
    for (const data of [new Uint8Array(width * height * 4), new Uint16Array(width * height * 4)]) {
      for (let i = 0; i < data.length; i++) data[i] = i * 40503;
      const source = Buffer.from(toCmykTiff({ data, width, height, channels: 4 }));
      const before = await comesBack(source);
      expect(before.pixels.data.every((value, i) => value === data[i])).toBe(true);
      expect(before.coding).toMatchObject({ colour: 'cmyk', alpha: false, deep: data instanceof Uint16Array });
    }
  });
});

async function comesBack(source: Uint8Array): Promise<DecodedImage> {
  const before = await decode(source, inspectImage(source));
  const again = await encode(before, { quality: 92 });
  const after = await decode(again, inspectImage(again));
  expect(largestDifference(after, before)).toBe(0);
  expect(after.coding).toMatchObject({ colour: before.coding.colour, alpha: before.coding.alpha, deep: before.coding.deep });
  return before;
}

/** A grey PNG whose samples have 1, 2 or 4 bits. */
function greyPng(depth: number): Buffer {
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, height, depth, 0, 0, 0, 0]);
  const row = 1 + (width * depth) / 8;
  const rows = Buffer.from(Array.from({ length: row * height }, (_, i) => (i % row === 0 ? 0 : (i * 97) % 256)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))]);
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
}

async function makePng(channels: 1 | 2 | 3 | 4, deep: boolean, space: string): Promise<Buffer> {
  const length = width * height * channels;
  const values = Array.from({ length }, (_, i) => (i * 40503) % (deep ? 65536 : 256));
  const plane = (channel: number, count: number): Uint8Array | Uint16Array => {
    const own = values.filter((_, i) => i % channels >= channel && i % channels < channel + count);
    return deep ? Uint16Array.from(own) : Uint8Array.from(own);
  };
  if (channels !== 2) return sharp(plane(0, channels), { raw: { width, height, channels } }).toColourspace(space).png().toBuffer();
  return sharp(plane(0, 1), { raw: { width, height, channels: 1 } })
    .joinChannel(plane(1, 1) as Buffer, { raw: { width, height, channels: 1 } })
    .toColourspace(space)
    .png()
    .toBuffer();
}

function largestDifference({ pixels: a }: DecodedImage, { pixels: b }: DecodedImage): number {
  expect(a.data.length).toBe(b.data.length);
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) largest = Math.max(largest, Math.abs(a.data[i]! - b.data[i]!));
  return largest;
}
