import { readFile } from 'node:fs/promises';
import { inspectImage, jpegSegments, pngChunks } from '@slimface/core';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCmykTiff } from '../src/image/cmyk.ts';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import { portrait } from './_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

/** How a camera lays an upright picture down, for orientations 1 to 8: the tag turns it up again. */
const lay: readonly ((upright: Sharp) => Sharp)[] = [
  (upright) => upright,
  (upright) => upright.flop(),
  (upright) => upright.rotate(180),
  (upright) => upright.flip(),
  (upright) => upright.rotate(270).flop(),
  (upright) => upright.rotate(270),
  (upright) => upright.rotate(90).flop(),
  (upright) => upright.rotate(90),
];

/** The portrait in a format, with everything that a photo carries along. */
async function makeJpeg(options: JpegOptions = {}, orientation = 1): Promise<Buffer> {
  return sharp(portrait)
    .withIccProfile('p3')
    .withExif({ IFD0: { Artist: 'somebody', Orientation: String(orientation) } })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
    .withDensity(300)
    .jpeg(options)
    .toBuffer();
}

async function slim(bytes: Uint8Array, options?: object): Promise<Buffer> {
  return Buffer.from(await (await engine.slim(bytes, options)).bytes());
}

const segments = (bytes: Uint8Array): string[] =>
  [...jpegSegments(bytes)].filter(({ marker }) => (marker >= 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe).map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString('hex'));

describe('JPEG', () => {
  it('keeps ICC, EXIF, XMP and JFIF segments byte for byte', async () => {
    const photo = await makeJpeg();
    const slimmed = await slim(photo);
    expect(segments(photo).length).toBeGreaterThanOrEqual(3);
    expect(segments(slimmed)).toEqual(segments(photo));
    const [before, after] = [await sharp(photo).metadata(), await sharp(slimmed).metadata()];
    expect(after).toMatchObject({ format: 'jpeg', width: 512, height: 512, density: before.density, hasProfile: true });
  });

  it('drops the list of further pictures behind the file, and keeps comments', async () => {
    const photo = await makeJpeg();
    const mpf = Buffer.from([0xff, 0xe2, 0, 8, 0x4d, 0x50, 0x46, 0, 1, 2]);
    const comment = Buffer.from([0xff, 0xfe, 0, 4, 0x68, 0x69]);
    const slimmed = await slim(Buffer.concat([photo.subarray(0, 2), mpf, comment, photo.subarray(2), Buffer.from('trailer')]));
    expect(segments(slimmed)).toContain(comment.toString('hex'));
    expect(segments(slimmed)).not.toContain(mpf.toString('hex'));
    expect(slimmed.subarray(-2).toString('hex')).toBe('ffd9');
  });

  it.each(['4:2:0', '4:4:4'])('keeps chroma subsampling %s', async (chromaSubsampling) => {
    const slimmed = await slim(await makeJpeg({ chromaSubsampling }));
    expect((await sharp(slimmed).metadata()).chromaSubsampling).toBe(chromaSubsampling);
  });

  it('writes quality 92 unless it is told another one', async () => {
    const photo = await makeJpeg({ quality: 100, chromaSubsampling: '4:2:0' });
    const tables = (bytes: Uint8Array): string[] => [...jpegSegments(bytes)].filter(({ marker }) => marker === 0xdb).map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString('hex'));
    const sharpTables = async (quality: number): Promise<string[]> => tables(await sharp(photo).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer());
    expect(tables(await slim(photo))).toEqual(await sharpTables(92));
    expect(tables(await slim(photo, { quality: 50 }))).toEqual(await sharpTables(50));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('finds and slims the face in orientation %i, and keeps it', async (orientation) => {
    const upright = await sharp(portrait).extract({ left: 60, top: 0, width: 400, height: 336 }).toBuffer();
    const stored = await lay[orientation - 1]!(sharp(upright)).png().toBuffer();
    const photo = await sharp(stored).withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    expect(inspectImage(photo).orientation).toBe(orientation);
    const reference = await sharp(photo).autoOrient().raw().toBuffer();
    expect(meanDifference(reference, await sharp(upright).removeAlpha().raw().toBuffer()), 'the test turns it the right way').toBeLessThan(3);

    const result = await engine.slim(photo, { slimDegree: 2, quality: 100 });
    const slimmed = Buffer.from(await result.bytes());
    expect(segments(slimmed)).toEqual(segments(photo));
    expect(result).toMatchObject({ width: 400, height: 336 });
    const [face] = result.faces;
    const [plain] = await engine.detectFaces(upright);
    expect(face!.box.x).toBeCloseTo(plain!.box.x, -0.7);
    expect(face!.box.y).toBeCloseTo(plain!.box.y, -0.7);
    const expected = await sharp(await slim(await sharp(upright).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(), { slimDegree: 2, quality: 100 })).raw().toBuffer();
    const turned = await sharp(slimmed).autoOrient().raw().toBuffer();
    expect(meanDifference(turned, expected)).toBeLessThan(0.4 * meanDifference(reference, expected));
    expect(meanDifference(turned, reference)).toBeGreaterThan(0.3);
  });

  it('keeps a grey photo grey', async () => {
    const slimmed = await slim(await sharp(portrait).greyscale().toColourspace('b-w').jpeg().toBuffer(), { slimDegree: 2 });
    expect(await sharp(slimmed).metadata()).toMatchObject({ channels: 1, space: 'b-w' });
  });

  it.each([true, false])('stays progressive or not: %s', async (progressive) => {
    expect((await sharp(await slim(await makeJpeg({ progressive }))).metadata()).isProgressive).toBe(progressive);
  });

  it.each([true, false])('slims CMYK, which stays CMYK with its profile; marked by Adobe: %s', async (marked) => {
    const rgb = await sharp(portrait).removeAlpha().toBuffer();
    const written = await sharp(rgb).withIccProfile('cmyk').jpeg({ quality: 100 }).toBuffer();
    // Without the marker the samples are inks: the same picture has them the other way round, which sharp does not look at.
    const photo = marked ? written : await withoutMarker(await negative(written));
    const result = await engine.slim(photo, { slimDegree: 2, quality: 100 });
    const slimmed = Buffer.from(await result.bytes());
    expect(result.faces).toHaveLength(1);
    expect(await sharp(slimmed).metadata()).toMatchObject({ space: 'cmyk', channels: 4, chromaSubsampling: '4:4:4:4' });
    expect([...jpegSegments(slimmed)].some((segment) => segment.marker === 0xee)).toBe(marked);
    expect(Buffer.from(segments(slimmed).join()).equals(Buffer.from(segments(photo).join()))).toBe(true);
    const [before, after] = [await inks(photo), await inks(slimmed)];
    const rows = (from: number, to: number): [Buffer, Buffer] => [before.subarray(from * 512 * 4, to * 512 * 4), after.subarray(from * 512 * 4, to * 512 * 4)];
    expect(meanDifference(...rows(400, 512)), 'below the face').toBeLessThan(0.5);
    expect(meanDifference(...rows(60, 200)), 'at the face').toBeGreaterThan(2 * meanDifference(...rows(400, 512)));
  });
});

/** The samples of a CMYK file as sharp reads them. */
function inks(file: Uint8Array): Promise<Buffer> {
  return sharp(file, { ignoreIcc: true }).pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer();
}

/** A CMYK file with its samples the other way round. */
async function negative(file: Uint8Array): Promise<Buffer> {
  const data = (await inks(file)).map((value) => 255 - value);
  return sharp(toCmykTiff({ data, width: 512, height: 512, channels: 4 }), { ignoreIcc: true }).pipelineColourspace('cmyk').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
}

async function withoutMarker(file: Buffer): Promise<Buffer> {
  const { start, end } = [...jpegSegments(file)].find(({ marker }) => marker === 0xee)!;
  return Buffer.concat([file.subarray(0, start), file.subarray(end)]);
}

describe('PNG', () => {
  it('keeps the metadata chunks byte for byte', async () => {
    const photo = await sharp(portrait).withIccProfile('p3').withExif({ IFD0: { Artist: 'somebody' } }).withDensity(300).png().toBuffer();
    const kept = (bytes: Uint8Array): string[] => [...pngChunks(bytes)].filter(({ type }) => ['iCCP', 'eXIf', 'pHYs', 'iTXt', 'tEXt'].includes(type)).map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString('hex'));
    const slimmed = await slim(photo);
    expect(kept(photo).length).toBeGreaterThanOrEqual(3);
    expect(kept(slimmed)).toEqual(kept(photo));
    expect(await sharp(slimmed).metadata()).toMatchObject({ format: 'png', hasProfile: true });
  });

  it('keeps alpha, and does not let hidden colours bleed into the edge', async () => {
    // The background is a hidden green behind alpha 0, cut along a soft ellipse around the head.
    const ellipse = Buffer.from('<svg width="512" height="512"><ellipse cx="224" cy="110" rx="58" ry="90" fill="#fff"/></svg>');
    const alpha = await sharp(ellipse).extractChannel('alpha').blur(2).toColourspace('b-w').raw().toBuffer();
    const colours = await sharp(portrait).removeAlpha().raw().toBuffer();
    for (let i = 0; i < alpha.length; i++) if (alpha[i] === 0) colours.set([0, 255, 0], 3 * i);
    const photo = await sharp(colours, { raw: { width: 512, height: 512, channels: 3 } }).joinChannel(alpha, { raw: { width: 512, height: 512, channels: 1 } }).png().toBuffer();
    const result = await engine.slim(photo, { slimDegree: 2 });
    const { data, info } = await sharp(Buffer.from(await result.bytes())).raw().toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(4);
    let moved = 0;
    for (let i = 0; i < alpha.length; i++) {
      if (data[4 * i + 3] !== alpha[i]) moved++;
      const [r, g, b, a] = data.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
      if (a > 16) expect(g - Math.max(r, b), `green at ${i % 512}, ${Math.floor(i / 512)}`).toBeLessThan(90);
    }
    expect(moved).toBeGreaterThan(50);
  });

  it('keeps 16 bits: pixels outside the region are exact, inside there are more than 8 bits', async () => {
    const { data, info } = await sharp(portrait).removeAlpha().toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
    const deep = new Uint16Array(data.buffer, data.byteOffset, data.length / 2).map((value, i) => Math.min(65535, value + ((i * 2654435761) % 251)));
    const photo = await sharp(deep, { raw: { width: info.width, height: info.height, channels: 3 } }).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(photo).metadata()).depth).toBe('ushort');
    const slimmed = await slim(photo, { slimDegree: 2 });
    expect((await sharp(slimmed).metadata()).depth).toBe('ushort');
    const raw = await sharp(slimmed).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const after = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
    const row = (y: number): [Uint16Array, Uint16Array] => [deep.subarray(y * 512 * 3, (y + 1) * 512 * 3), after.subarray(y * 512 * 3, (y + 1) * 512 * 3)];
    expect(row(400)[1]).toEqual(row(400)[0]);
    expect(row(140)[1]).not.toEqual(row(140)[0]);
    expect(new Set(row(140)[1].map((value) => value & 255)).size).toBeGreaterThan(100);
  });

  it('slims grey with alpha and palette images', async () => {
    const greyAlpha = await sharp(portrait).greyscale().ensureAlpha(1).toColourspace('b-w').png().toBuffer();
    expect(await sharp(await slim(greyAlpha)).metadata()).toMatchObject({ channels: 2 });
    const palette = await sharp(portrait).png({ palette: true, progressive: true }).toBuffer();
    expect(await sharp(await slim(palette)).metadata()).toMatchObject({ channels: 3, isProgressive: true });
  });
});

it('gives the same bytes for the same input, also from two engines', async () => {
  const other = await createLocalEngine();
  const photo = await readFile(portrait);
  expect(await slim(photo)).toEqual(Buffer.from(await (await other.slim(photo)).bytes()));
  await other.close();
});

function meanDifference(a: Uint8Array | Uint16Array, b: Uint8Array | Uint16Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
