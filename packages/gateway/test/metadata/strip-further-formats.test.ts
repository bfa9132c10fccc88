import * as fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { type ImageMediaType, inspectImage } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { stripMetadata } from '../../src/metadata/strip-metadata.ts';
import { fixture } from '../_setup.ts';

const secret = 'Rue de la Lune 7';
const exif = { IFD0: { Artist: secret, ImageDescription: secret }, IFD3: { GPSLatitude: '48/1 51/1 24/1', GPSLatitudeRef: 'N' } };
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${secret}"/></rdf:RDF></x:xmpmeta>`;

/** A photo with what programs write into one. */
function photo(orientation = 1): Sharp {
  return sharp(fixture('astronaut.png')).resize(96, 64).withIccProfile('p3').withMetadata({ orientation, density: 300 }).withExifMerge(exif).withXmp(xmp);
}

const files: [name: string, mediaType: ImageMediaType, write: (image: Sharp) => Sharp][] = [
  ['WebP', 'image/webp', (image) => image.webp()],
  ['lossless WebP with alpha', 'image/webp', (image) => image.ensureAlpha(0.5).webp({ lossless: true })],
  ['lossy WebP with alpha', 'image/webp', (image) => image.ensureAlpha(0.5).webp()],
  ['AVIF', 'image/avif', (image) => image.avif({ effort: 0 })],
  ['AVIF with alpha', 'image/avif', (image) => image.ensureAlpha(0.5).avif({ effort: 0 })],
  ['TIFF of JPEG', 'image/tiff', (image) => image.tiff()],
  ['uncompressed TIFF', 'image/tiff', (image) => image.tiff({ compression: 'none' })],
  ['tiled TIFF', 'image/tiff', (image) => image.ensureAlpha(0.5).tiff({ compression: 'deflate', predictor: 'horizontal', tile: true, tileWidth: 32, tileHeight: 32 })],
  ['TIFF of 16 bits', 'image/tiff', (image) => image.toColourspace('rgb16').tiff({ compression: 'lzw' })],
];

const upright = (image: Uint8Array): Promise<Buffer> => sharp(image, { failOn: 'warning' }).autoOrient().raw().toBuffer();

describe.each(files)('a %s without its metadata', (_, mediaType, write) => {
  it.each([1, 3, 6])('looks the same with orientation %i, and tells nothing', async (orientation) => {
    const original = await write(photo(orientation)).toBuffer();
    expect(original.includes(secret)).toBe(true);
    const stripped = Buffer.from(stripMetadata(original, mediaType));
    expect(stripped.includes(secret)).toBe(false);
    expect((await upright(stripped)).equals(await upright(original))).toBe(true);
    const [before, after] = await Promise.all([original, stripped].map((image) => sharp(image).metadata()));
    expect(after).toMatchObject({ width: before!.width, height: before!.height, icc: before!.icc, depth: before!.depth, hasAlpha: before!.hasAlpha });
    for (const name of ['xmp', 'iptc', 'tifftagPhotoshop']) expect(after).not.toHaveProperty(name);
    expect(after!.exif?.includes('N\0\0\0') ?? false).toBe(false);
    expect(inspectImage(stripped)).toEqual(inspectImage(original));
    expect(Buffer.from(stripMetadata(stripped, mediaType)).equals(stripped)).toBe(true);
  });

  it('is a file of the same sides, or none, when it is damaged', async () => {
    const original = await write(photo(6)).toBuffer();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(original.length), (changes, length) => {
        const bytes = Buffer.from(original.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          expect(inspectImage(stripMetadata(bytes, mediaType))).toEqual(inspectImage(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: 'INTERNAL' });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what hides between the parts of a file', () => {
  const box = (type: string, text: string): Buffer => {
    const bytes = Buffer.from(`\0\0\0\0${type}${text}`, 'latin1');
    bytes.writeUInt32BE(bytes.length);
    return bytes;
  };
  const chunk = (type: string, data: Buffer): Buffer => {
    const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };

  it('goes from a WebP: chunks that nobody knows, a second picture, and what comes behind the end', async () => {
    for (const image of [photo().webp(), sharp(fixture('astronaut.png')).resize(96, 64).webp()]) {
      const clean = await image.toBuffer();
      const body = Buffer.concat([clean.subarray(8), chunk('prVt', Buffer.from(secret)), chunk('VP8 ', Buffer.from(secret))]);
      const original = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), body, Buffer.from(secret)]);
      original.writeUInt32LE(body.length, 4);
      const stripped = Buffer.from(stripMetadata(original, 'image/webp'));
      expect(stripped.equals(stripMetadata(clean, 'image/webp'))).toBe(true);
      expect((await upright(stripped)).equals(await upright(clean))).toBe(true);
    }
  });

  it('goes from an AVIF: boxes that nobody knows, names of items, and data that no picture needs', async () => {
    const clean = await photo().avif({ effort: 0 }).toBuffer();
    const original = Buffer.concat([clean, box('uuid', secret), box('free', secret), box('mdat', secret)]);
    const stripped = Buffer.from(stripMetadata(original, 'image/avif'));
    expect(stripped.includes(secret)).toBe(false);
    expect(stripped).toHaveLength(original.length);
    expect(stripped.includes('Exif')).toBe(false);
    expect((await upright(stripped)).equals(await upright(clean))).toBe(true);
    expect(await sharp(stripped).metadata()).not.toHaveProperty('exif');
  });

  it('goes from a TIFF of either byte order, also where a tag of the picture holds a text', async () => {
    for (const little of [true, false]) {
      const original = smallTiff(little);
      expect(original.includes(secret)).toBe(true);
      const stripped = Buffer.from(stripMetadata(original, 'image/tiff'));
      expect(stripped.includes(secret)).toBe(false);
      expect((await upright(stripped)).toString('hex')).toBe('0a0a0a1414141e1e1e');
      expect(stripped.toString('latin1', 0, 2)).toBe(little ? 'II' : 'MM');
    }
  });
});

describe('a file that is built to keep somebody busy', () => {
  const refuses = (bytes: Uint8Array, mediaType: ImageMediaType, reason: string) =>
    expect(() => stripMetadata(bytes, mediaType)).toThrow(expect.objectContaining({ code: 'INTERNAL', cause: expect.objectContaining({ message: expect.stringContaining(reason) }) }));

  it('is no TIFF whose values overlap', () => {
    const file = smallTiff(true);
    for (const at of [10 + 5 * 12, 10 + 10 * 12]) {
      file.writeUInt16LE(at === 70 ? 301 : 336, at);
      file.writeUInt16LE(7, at + 2);
      file.writeUInt32LE(100, at + 4);
      file.writeUInt32LE(8, at + 8);
    }
    expect(stripMetadata(file, 'image/tiff').length).toBeGreaterThan(300);
    for (const at of [10 + 5 * 12, 10 + 10 * 12]) file.writeUInt32LE(150, at + 4);
    refuses(file, 'image/tiff', 'the values of the TIFF directories overlap');
  });

  it('is no AVIF with references that leave their box', async () => {
    const file = await photo().avif({ effort: 0 }).toBuffer();
    const countAt = file.indexOf('cdsc') + 6;
    expect(file.readUInt16BE(countAt)).toBe(1);
    stripMetadata(file, 'image/avif');
    file.writeUInt16BE(40, countAt);
    refuses(file, 'image/avif', 'a reference that is cut off');
  });

  it('is no JPEG with thousands of segments between its scans', async () => {
    const file = await sharp(fixture('astronaut.png')).resize(96, 64).jpeg().toBuffer();
    const scan = file.indexOf(Buffer.from([0xff, 0xda]));
    const again = Buffer.concat([Buffer.alloc(4 * 4000, Buffer.from([0xff, 0xfe, 0, 2])), file.subarray(scan, -2)]);
    const repeated = (times: number) => Buffer.concat([file.subarray(0, -2), ...Array.from({ length: times }, () => again), file.subarray(-2)]);
    expect(stripMetadata(repeated(2), 'image/jpeg').length).toBeLessThan(3 * file.length);
    refuses(repeated(3), 'image/jpeg', 'too many segments');
  });
});

/** Three grey pixels, a description, a text where a number belongs, and bytes that nothing names. */
function smallTiff(little: boolean): Buffer {
  const [SHORT, LONG, ASCII] = [3, 4, 2];
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, SHORT, 1, 3], [257, SHORT, 1, 1], [258, SHORT, 1, 8], [259, SHORT, 1, 1], [262, SHORT, 1, 1],
    [270, ASCII, secret.length, 200], [273, LONG, 1, 216], [277, SHORT, 1, 1], [278, SHORT, 1, 1], [279, LONG, 1, 3], [336, ASCII, secret.length, 200],
  ];
  const file = Buffer.alloc(240);
  const write = (value: number, at: number, bytes: number): unknown => (little ? file.writeUIntLE(value, at, bytes) : file.writeUIntBE(value, at, bytes));
  file.write(little ? 'II' : 'MM', 'latin1');
  write(42, 2, 2);
  write(8, 4, 4);
  write(entries.length, 8, 2);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    write(tag, 10 + i * 12, 2);
    write(type, 12 + i * 12, 2);
    write(count, 14 + i * 12, 4);
    write(value, 18 + i * 12, type === SHORT ? 2 : 4);
  }
  file.write(secret, 200, 'latin1');
  Buffer.from([10, 20, 30]).copy(file, 216);
  file.write(secret, 222, 'latin1');
  return file;
}
