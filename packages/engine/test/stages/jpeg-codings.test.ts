import { inspectImage } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode, type DecodedImage } from '../../src/stages/decode.ts';
import { encode } from '../../src/stages/encode.ts';
import { codeJpeg } from '../_jpeg.ts';
import { portrait } from '../_photos.ts';

describe('a JPEG of any coding', () => {
  const photo = async () => {
    const { data, info } = await sharp(portrait).removeAlpha().extract({ left: 130, top: 30, width: 150, height: 130 }).raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, planes: [0, 1, 2].map((channel) => data.filter((_, i) => i % 3 === channel)), data };
  };
  /** What is stored as YCbCr (JFIF, section 7). */
  const toYcc = ([r, g, b]: readonly Uint8Array[]): Uint8Array[] =>
    [[0.299, 0.587, 0.114, 0], [-0.168736, -0.331264, 0.5, 128], [0.5, -0.418688, -0.081312, 128]].map(([kr, kg, kb, offset]) =>
      Uint8Array.from(r!, (value, i) => Math.min(255, Math.max(0, Math.round(offset! + kr! * value + kg! * g![i]! + kb! * b![i]!)))),
    );
  const again = async (source: Buffer): Promise<{ before: DecodedImage; after: DecodedImage; bytes: Buffer }> => {
    const before = await decode(source, inspectImage(source));
    const bytes = Buffer.from(await encode(before, { quality: 100 }));
    return { before, after: await decode(bytes, inspectImage(bytes)), bytes };
  };
  const samplings = [
    ['4:4:4', '4:4:4', [[1, 1], [1, 1], [1, 1]]],
    ['4:2:2', '4:4:4', [[2, 1], [1, 1], [1, 1]]],
    ['4:4:0', '4:4:4', [[1, 2], [1, 1], [1, 1]]],
    ['4:2:0', '4:2:0', [[2, 2], [1, 1], [1, 1]]],
    ['4:1:1', '4:4:4', [[4, 1], [1, 1], [1, 1]]],
    ['4:1:0', '4:4:4', [[4, 2], [1, 1], [1, 1]]],
  ] as const;

  it.each(samplings)('with chroma %s is written as %s, and looks the same', async (_stored, chroma, factors) => {
    const { width, height, planes } = await photo();
    const { before, after, bytes } = await again(codeJpeg({ width, height, planes: toYcc(planes) }, { factors }));
    expect((await sharp(bytes).metadata()).chromaSubsampling).toBe(chroma);
    expect(meanDifference(before, after)).toBeLessThan(chroma === '4:2:0' ? 1.5 : 0.7);
  });

  it('with restart markers', async () => {
    const { width, height, planes } = await photo();
    const { before, after } = await again(codeJpeg({ width, height, planes: toYcc(planes) }, { factors: [[1, 1], [1, 1], [1, 1]], restart: 7 }));
    expect(meanDifference(before, after)).toBeLessThan(0.7);
  });

  it('with RGB for its samples, as Adobe marks it', async () => {
    const { width, height, planes, data } = await photo();
    const { before, after } = await again(codeJpeg({ width, height, planes }, { factors: [[1, 1], [1, 1], [1, 1]], adobe: 0 }));
    expect(meanDifference(before, { pixels: { data } })).toBeLessThan(0.5);
    expect(meanDifference(before, after)).toBeLessThan(0.7);
  });

  const four = [[1, 1], [1, 1], [1, 1], [1, 1]] as const;
  it.each([['CMYK', 0], ['YCCK', 2], ['CMYK that is not inverted', undefined]] as const)('in %s keeps its inks and its look, and the detectors see the photo', async (_kind, adobe) => {
    const { width, height, planes, data } = await photo();
    const black = new Uint8Array(width * height).map((_, i) => (i % 40) + 10); // ink on top of what the other three make
    const light = [...planes, black.map((ink) => 255 - ink)]; // what Adobe stores: how much light there is
    const inks = light.map((plane) => plane.map((value) => 255 - value));
    // YCCK is made of the complements of what is stored otherwise, K aside (libjpeg, jccolor.c).
    const stored = adobe === 0 ? light : adobe === 2 ? [...toYcc(inks), light[3]!] : inks;
    const source = codeJpeg({ width, height, planes: stored }, { factors: four, ...(adobe === undefined ? {} : { adobe }) });
    const { before, after, bytes } = await again(source);
    expect(before.coding).toMatchObject({ colour: 'cmyk', alpha: false });
    expect(after.coding).toMatchObject({ colour: 'cmyk', adobe: adobe !== undefined });
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    expect(meanDifference(before, after)).toBeLessThan(0.3);
    const seen = Uint8Array.from(data, (value, i) => Math.round((value * (255 - black[Math.floor(i / 3)]!)) / 255));
    expect(meanDifference({ pixels: before.visible }, { pixels: { data: seen } })).toBeLessThan(1);
  });
});

function meanDifference({ pixels: { data: a } }: { pixels: { data: ArrayLike<number> } }, { pixels: { data: b } }: { pixels: { data: ArrayLike<number> } }): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
