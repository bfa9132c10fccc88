import { readTiffDirectory, tiffByteOrder, tiffNumber } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { keepTiffMetadata, tiffCompression } from '../../src/metadata/tiff-tags.ts';
import { oldFace, resource, xmpThumbnail, xmpWith } from '../_camera.ts';
import { portrait } from '../_photos.ts';

type Values = string | number[] | Buffer | Tags;
/** Values by tag: text, whole numbers as SHORT, bytes, or a directory of its own. */
interface Tags {
  readonly [tag: number]: Values;
}

/** A TIFF of 32 x 32 grey pixels in either byte order, with tags as a camera or Photoshop writes them. */
function makeTiff(little: boolean, tags: Tags): Buffer {
  const file: Buffer[] = [Buffer.alloc(8), Buffer.alloc(1024, 99)];
  let end = 8 + 1024;
  const add = (data: Buffer): number => {
    file.push(data, Buffer.alloc(data.length & 1));
    end += data.length + (data.length & 1);
    return end - data.length - (data.length & 1);
  };
  const numbers = (size: 2 | 4, values: readonly number[]): Buffer => {
    const data = Buffer.alloc(size * values.length);
    for (const [i, value] of values.entries()) data[little ? 'writeUIntLE' : 'writeUIntBE'](value, size * i, size);
    return data;
  };
  const directory = (content: Tags): number => {
    const entries = Object.entries(content).map(([tag, values]) => {
      const [type, count, data] =
        typeof values === 'string' ? [2, values.length + 1, Buffer.from(`${values}\0`, 'latin1')] : Buffer.isBuffer(values) ? [7, values.length, values] : Array.isArray(values) ? [3, values.length, numbers(2, values)] : [4, 1, numbers(4, [directory(values)])];
      const inPlace = data.length <= 4 ? Buffer.concat([data, Buffer.alloc(4 - data.length)]) : numbers(4, [add(data)]);
      return Buffer.concat([numbers(2, [Number(tag), type]), numbers(4, [count]), inPlace]);
    });
    return add(Buffer.concat([numbers(2, [entries.length]), ...entries, Buffer.alloc(4)]));
  };
  const start = directory({ 256: [32], 257: [32], 258: [8], 259: [1], 262: [1], 273: [8], 277: [1], 278: [32], 279: [1024], ...tags });
  file[0] = Buffer.concat([Buffer.from(little ? 'II*\0' : 'MM\0*', 'latin1'), numbers(4, [start])]);
  return Buffer.concat(file);
}

const encode = (): Promise<Buffer> => sharp(Buffer.alloc(1024, 7), { raw: { width: 32, height: 32, channels: 1 } }).toColourspace('b-w').tiff({ compression: 'lzw' }).toBuffer();

describe.each([true, false])('keepTiffMetadata from a TIFF that is little-endian: %s', (little) => {
  it('keeps texts, numbers, profile, XMP, IPTC, EXIF and GPS, and the new pixels', async () => {
    const profile = (await sharp(portrait).resize(8).withIccProfile('p3').jpeg().toBuffer().then((bytes) => sharp(bytes).metadata())).icc!;
    const source = makeTiff(little, {
      271: 'A long name of a camera',
      274: [6],
      315: 'NASA',
      700: Buffer.from(xmpWith('')),
      33723: Buffer.from('\x1c\x02\x78\0\x04Hi!!', 'latin1'),
      34665: { 34855: [400], 36867: '2026:01:01 00:00:00', 37510: Buffer.from('a comment'), 40965: { 1: 'R98' } },
      34675: profile,
      34853: { 1: 'N', 29: '2026:01:01' },
    });
    expect(await sharp(source).metadata()).toMatchObject({ orientation: 6, format: 'tiff' });
    const encoded = await encode();
    const kept = Buffer.from(keepTiffMetadata(source, encoded));
    const after = await sharp(kept, { failOn: 'warning' }).metadata();
    expect(after).toMatchObject({ orientation: 6, width: 32, height: 32, channels: 1 });
    expect(after.icc!.equals(profile)).toBe(true);
    expect(after.xmp!.toString()).toBe(xmpWith(''));
    expect((await sharp(kept).toColourspace('b-w').raw().toBuffer()).every((value) => value === 7)).toBe(true);

    const outLittle = tiffByteOrder(kept)!;
    const read = (start: number) => readTiffDirectory(kept, start, outLittle)!;
    const main = read(kept.readUInt32LE(4));
    const bytes = (directory: typeof main, tag: number): string => {
      const { at, size } = directory.entries.get(tag)!;
      return kept.toString('latin1', at, at + size);
    };
    expect(bytes(main, 271)).toBe('A long name of a camera\0');
    expect(bytes(main, 33723)).toBe('\x1c\x02\x78\0\x04Hi!!');
    const exif = read(tiffNumber(kept, main.entries.get(34665), outLittle)!);
    expect(tiffNumber(kept, exif.entries.get(34855), outLittle)).toBe(400);
    expect(bytes(exif, 36867)).toBe('2026:01:01 00:00:00\0');
    expect(bytes(exif, 37510)).toBe('a comment');
    expect(bytes(read(tiffNumber(kept, exif.entries.get(40965), outLittle)!), 1)).toBe('R98\0');
    expect(bytes(read(tiffNumber(kept, main.entries.get(34853), outLittle)!), 29)).toBe('2026:01:01\0');
    expect(tiffCompression(kept)).toBe(5);
    const tags = [...main.entries.keys()];
    expect(tags).toEqual(tags.toSorted((a, b) => a - b));
  });

  it('takes out the old face: thumbnails of Photoshop and XMP, layers, and pages below the page', async () => {
    const face = oldFace();
    const iptc = resource(1028, Buffer.from('Hi!!'));
    const source = makeTiff(little, { 330: { 256: [1] }, 700: Buffer.from(xmpWith(xmpThumbnail(face))), 34377: Buffer.concat([iptc, resource(1036, face)]), 37724: face });
    const kept = Buffer.from(keepTiffMetadata(source, await encode()));
    expect(kept.includes(face.subarray(3, 20))).toBe(false);
    expect(kept.includes(iptc)).toBe(true);
    expect(kept.includes(xmpWith(''))).toBe(true);
    expect(readTiffDirectory(kept, kept.readUInt32LE(4), true)!.entries.has(330)).toBe(false);
    expect((await sharp(kept).metadata()).pages).toBe(1);
  });

  it('takes out what may hold the old face: maker notes, private tags with a JPEG', async () => {
    const face = oldFace();
    const source = makeTiff(little, { 315: 'NASA', 50000: face, 34665: { 36867: '2026', 37500: Buffer.concat([Buffer.alloc(1), face.subarray(1)]), 50000: face } });
    const kept = Buffer.from(keepTiffMetadata(source, await encode()));
    expect(source.includes(face.subarray(3, 20))).toBe(true);
    expect(kept.includes(face.subarray(3, 20))).toBe(false);
    const { entries } = readTiffDirectory(kept, kept.readUInt32LE(4), true)!;
    expect([315, 34665, 50000].map((tag) => entries.has(tag))).toEqual([true, true, false]);
  });

  it.each([200, 201, 202])('takes a preview out of IPTC, or drops what it cannot read: dataset %i', async (dataset) => {
    const face = oldFace();
    const preview = (length: number) => Buffer.concat([Buffer.from([0x1c, 2, 5, 0, 1, 65, 0x1c, 2, dataset, length >> 8, length & 255]), face.subarray(3)]);
    const keep = async (source: Buffer) => Buffer.from(keepTiffMetadata(source, await encode()));
    const whole = await keep(makeTiff(little, { 33723: preview(400) }));
    const { at, size } = readTiffDirectory(whole, whole.readUInt32LE(4), true)!.entries.get(33723)!;
    expect(whole.toString('latin1', at, at + size)).toBe('\x1c\x02\x05\0\x01A');
    const damaged = makeTiff(little, { 33723: preview(9000) });
    const asNumbers = makeTiff(little, { 33723: preview(400) });
    const start = little ? asNumbers.readUInt32LE(4) : asNumbers.readUInt32BE(4);
    const entryAt = start + 2 + 12 * [...readTiffDirectory(asNumbers, start, little)!.entries.keys()].indexOf(33723);
    asNumbers[entryAt + (little ? 2 : 3)] = 4;
    if (little) asNumbers.writeUInt32LE(103, entryAt + 4);
    else asNumbers.writeUInt32BE(103, entryAt + 4);
    for (const source of [damaged, asNumbers]) {
      expect(source.includes(face.subarray(3, 20))).toBe(true);
      const kept = await keep(source);
      expect(readTiffDirectory(kept, kept.readUInt32LE(4), true)!.entries.has(33723)).toBe(false);
    }
  });

  it('refuses values that overlap, and directories of more than 512 entries', async () => {
    const encoded = await encode();
    const long = Buffer.alloc(2000, 1);
    const source = makeTiff(little, { 50000: long, 34665: { 50001: long, 50002: long } });
    expect(keepTiffMetadata(source, encoded).length).toBeGreaterThan(encoded.length + 6000);
    const swap = (at: number, value: number) => (little ? source.writeUInt32LE(value, at) : source.writeUInt32BE(value, at));
    const number = (at: number) => (little ? source.readUInt32LE(at) : source.readUInt32BE(at));
    const main = readTiffDirectory(source, number(4), little)!;
    const exifAt = tiffNumber(source, main.entries.get(34665), little)!;
    for (const entryAt of [exifAt + 2, exifAt + 14]) {
      swap(entryAt + 4, 5000);
      swap(entryAt + 8, 8);
    }
    expect(() => keepTiffMetadata(source, encoded)).toThrow(`Expected a complete image but the values of the TIFF directories overlap: they are more than the ${source.length} bytes of the file`);
    const many = makeTiff(little, { 34665: Object.fromEntries(Array.from({ length: 513 }, (_, i) => [50000 + i, [1]])) });
    expect(() => keepTiffMetadata(many, encoded)).toThrow('Expected a complete image but a TIFF directory has 513 entries, more than 512');
  });

  it('ends with directories that point at themselves', async () => {
    const source = makeTiff(little, { 34665: { 34665: [8] }, 34853: [8] });
    const start = little ? source.readUInt32LE(4) : source.readUInt32BE(4);
    const { entries } = readTiffDirectory(source, start, little)!;
    const exif = entries.get(34665)!;
    if (little) source.writeUInt32LE(start, exif.at);
    else source.writeUInt32BE(start, exif.at);
    const encoded = await encode();
    expect(keepTiffMetadata(source, encoded).length).toBeLessThan(encoded.length + 2000);
  });
});
