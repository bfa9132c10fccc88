import { inspectImage } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode, type DecodedImage } from '../../src/stages/decode.ts';
import { encode } from '../../src/stages/encode.ts';

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
    // Grey with alpha passes through RGB; at 16 bits sharp rounds the way back by up to one of 65536 levels.
    expect(largestDifference(await decode(again, inspectImage(again)), before)).toBeLessThanOrEqual(deep && channels === 2 ? 1 : 0);
  });
});

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
