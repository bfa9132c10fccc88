import { inspectImage, readTiffDirectory } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import { decode } from '../src/stages/decode.ts';
import { encode } from '../src/stages/encode.ts';
import { portrait } from './_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

describe('WebP, AVIF and TIFF', () => {
  const photo = () => sharp(portrait).removeAlpha().extract({ left: 60, top: 0, width: 340, height: 300 });
  const kinds = {
    'a lossy WebP': () => photo().webp({ quality: 95 }),
    'a lossless WebP': () => photo().webp({ lossless: true, effort: 1 }),
    'a WebP with alpha': () => photo().ensureAlpha(0.5).webp({ lossless: true, effort: 1 }),
    'an AVIF': () => photo().avif({ quality: 90, effort: 0 }),
    'an AVIF of 10 bits': () => photo().avif({ quality: 90, effort: 0, bitdepth: 10 }),
    'a TIFF': () => photo().tiff({ compression: 'lzw' }),
    'a TIFF of 16 bits': () => photo().toColourspace('rgb16').tiff({ compression: 'deflate' }),
    'a grey TIFF': () => photo().greyscale().toColourspace('b-w').tiff({ compression: 'packbits' }),
    'a CMYK TIFF': () => photo().toColourspace('cmyk').tiff({ compression: 'lzw' }),
    'a JPEG in TIFF': () => photo().tiff({ compression: 'jpeg', quality: 95 }),
  };

  it.each(Object.entries(kinds))('slims the face in %s and leaves the rest', async (name, make) => {
    const source = await make().toBuffer();
    const result = await engine.slim(source, { slimDegree: 2 });
    expect(result.faces).toHaveLength(1);
    expect(result.mediaType).toBe(inspectImage(source).mediaType);
    const slimmed = Buffer.from(await result.bytes());
    const { format, width, height, channels, depth, space, hasAlpha, bitsPerSample } = await sharp(source).metadata();
    expect(await sharp(slimmed, { failOn: 'warning' }).metadata()).toMatchObject({ format, width, height, channels, depth, space, hasAlpha, ...(bitsPerSample === undefined ? {} : { bitsPerSample }) });

    const decoded = await decode(source, inspectImage(source));
    const plain = await encode(decoded, { quality: 92 });
    const [before, after, same] = await Promise.all([source, slimmed, plain].map(async (bytes) => (await decode(bytes, inspectImage(bytes))).pixels));
    const row = 340 * before!.channels;
    const below = (data: Uint8Array | Uint16Array): Uint8Array | Uint16Array => data.subarray(270 * row);
    const isLossy = name === 'a lossy WebP' || name.includes('AVIF') || name.startsWith('a JPEG');
    if (!isLossy) expect(meanDifference(below(after!.data), below(before!.data)), 'below the face').toBe(0);
    else expect(meanDifference(below(after!.data), below(before!.data)), 'below the face').toBeLessThan(1.1 * meanDifference(below(same!.data), below(before!.data)));
    const [old, face] = [same!.data, after!.data].map((data) => data.subarray(60 * row, 200 * row));
    expect(meanDifference(face!, old!), 'at the face').toBeGreaterThan(depth === 'ushort' ? 100 : 0.4);
    expect(await (await engine.slim(source, { slimDegree: 0 })).bytes()).toBe(source);
  });

  it.each(['webp', 'tiff', 'avif'] as const)('finds the face in a %s that lies on its side, and keeps or applies its turn', async (format) => {
    const stored = await sharp(await photo().rotate(270).png().toBuffer()).withMetadata({ orientation: 6, icc: 'p3' }).toFormat(format, { effort: 0, quality: 90 }).toBuffer();
    const result = await engine.slim(stored);
    expect(result).toMatchObject({ width: 340, height: 300 });
    const [face] = result.faces;
    const [upright] = await engine.detectFaces(await photo().png().toBuffer());
    expect(Math.abs(face!.box.x - upright!.box.x)).toBeLessThan(5);
    expect(Math.abs(face!.box.y - upright!.box.y)).toBeLessThan(5);
    const shown = await sharp(Buffer.from(await result.bytes())).autoOrient().toBuffer({ resolveWithObject: true });
    expect(shown.info).toMatchObject({ width: 340, height: 300 });
    const [before, after] = await Promise.all([stored, Buffer.from(await result.bytes())].map(async (bytes) => sharp(bytes).metadata()));
    expect(after!.icc!.equals(before!.icc!)).toBe(true);
    expect(after!.orientation).toBe(before!.orientation);
  });
});

it('takes colours that are multiplied by alpha for what they are, and writes them plain', async () => {
  const samples = Buffer.alloc(64 * 64 * 4, Buffer.from([100, 50, 20, 128]));
  const associated = await sharp(samples, { raw: { width: 64, height: 64, channels: 4 } }).tiff({ compression: 'lzw' }).toBuffer();
  const extraSamples = (bytes: Buffer) => readTiffDirectory(bytes, bytes.readUInt32LE(4), true)!.entries.get(338)!.at;
  associated.writeUInt16LE(1, extraSamples(associated));
  const decoded = await decode(associated, inspectImage(associated));
  expect([...decoded.pixels.data.subarray(0, 4)]).toEqual([199, 99, 39, 128]);
  const written = Buffer.from(await encode(decoded, { quality: 92 }));
  expect(written.readUInt16LE(extraSamples(written))).toBe(2);
  expect([...(await sharp(written).raw().toBuffer()).subarray(0, 4)]).toEqual([199, 99, 39, 128]);
});

function meanDifference(a: Uint8Array | Uint16Array, b: Uint8Array | Uint16Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
