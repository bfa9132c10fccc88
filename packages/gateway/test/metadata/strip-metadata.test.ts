import * as fc from 'fast-check';
import sharp from 'sharp';
import { inspectImage, pngChunks } from '@slimface/core';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { stripMetadata } from '../../src/metadata/strip-metadata.ts';
import { fixture, groupPhoto, localEngine } from '../_setup.ts';

const secret = 'Rue de la Lune 7';
const exif = { IFD0: { Artist: secret, ImageDescription: secret }, IFD3: { GPSLatitude: '48/1 51/1 24/1', GPSLatitudeRef: 'N' } };
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${secret}"/></rdf:RDF></x:xmpmeta>`;

/** A photo with all that cameras and programs write into one. */
async function photo(mediaType: 'image/jpeg' | 'image/png', orientation: number): Promise<Buffer> {
  const image = sharp(fixture('astronaut.png')).resize(96, 64).withIccProfile('p3').withMetadata({ orientation, density: 300 }).withExifMerge(exif).withXmp(xmp);
  const encoded = await (mediaType === 'image/jpeg' ? image.jpeg({ progressive: orientation % 2 === 0 }) : image.png()).toBuffer();
  return mediaType === 'image/jpeg' ? withSegments(encoded, jpegSecrets) : withChunks(encoded, pngSecrets);
}

const segment = (marker: number, payload: string | Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, Buffer.from(payload as string, 'latin1')]);
};
const chunk = (type: string, data: string): Buffer => {
  const body = Buffer.from(type + data, 'latin1');
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
};

const jpegSecrets = [
  segment(0xe0, `JFXX\0\x10${secret}`), // a thumbnail
  segment(0xed, `Photoshop 3.0\0${secret}`),
  segment(0xe2, `MPF\0${secret}`),
  segment(0xe2, `urn:iso:std:iso:ts:21496:-1\0${secret}`), // a gain map
  segment(0xeb, `JP\0\0${secret}`), // content credentials
  segment(0xef, secret),
  segment(0xfe, secret),
];
const pngSecrets = [chunk('tEXt', `Comment\0${secret}`), chunk('iTXt', `Comment\0\0\0\0\0${secret}`), chunk('tIME', '\x07\xd0\x01\x01\0\0\0'), chunk('prVt', secret)];

function withSegments(jpeg: Buffer, segments: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2), fixture('no-face-rocket.jpg')]); // a second picture, as an MPF photo has it
}
function withChunks(png: Buffer, chunks: readonly Buffer[]): Buffer {
  const firstData = [...pngChunks(png)].find(({ type }) => type === 'IDAT')!.start;
  return Buffer.concat([png.subarray(0, firstData), ...chunks, png.subarray(firstData), Buffer.from(secret)]);
}

const stored = (image: Uint8Array): Promise<Buffer> => sharp(image, { failOn: 'warning', ignoreIcc: true }).raw().toBuffer();
const upright = (image: Uint8Array): Promise<Buffer> => sharp(image, { failOn: 'warning' }).autoOrient().raw().toBuffer();

for (const mediaType of ['image/jpeg', 'image/png'] as const) {
  describe(`an ${mediaType} without its metadata`, () => {
    it.each([1, 2, 3, 4, 5, 6, 7, 8])('looks the same with orientation %i, and tells nothing', async (orientation) => {
      const original = await photo(mediaType, orientation);
      expect(original.includes(secret)).toBe(true);
      const stripped = stripMetadata(original, mediaType);
      expect(Buffer.from(stripped).includes(secret)).toBe(false);
      expect((await stored(stripped)).equals(await stored(original))).toBe(true);
      expect((await upright(stripped)).equals(await upright(original))).toBe(true);

      const before = await sharp(original).metadata();
      const after = await sharp(stripped).metadata();
      expect(before).toMatchObject({ orientation, exif: expect.any(Buffer), xmp: expect.any(Buffer) });
      expect(after).toMatchObject({ width: before.width, height: before.height, icc: before.icc });
      if (mediaType === 'image/png') expect(after.density).toBe(300); // sharp notes that of a JPEG in EXIF alone
      expect(after).not.toHaveProperty('xmp');
      expect(after).not.toHaveProperty('iptc');
      expect(after.orientation ?? 1).toBe(orientation);
      expect(after.exif?.length).toBe(orientation === 1 ? undefined : after.format === 'jpeg' ? 32 : 26);
      expect(Buffer.from(stripMetadata(stripped, mediaType)).equals(stripped)).toBe(true);
    });
  });
}

describe('a JPEG without its metadata', () => {
  let progressive: Buffer;
  beforeAll(async () => {
    progressive = await sharp(fixture('astronaut.png')).resize(96).jpeg({ progressive: true }).toBuffer();
  });

  it('has lost the thumbnail in its JFIF segment too', async () => {
    const pixels = Buffer.alloc(3 * 4 * 4, secret);
    const jfif = segment(0xe0, Buffer.concat([Buffer.from('JFIF\0\x01\x02\x01\x01\x2c\x01\x2c\x04\x04', 'latin1'), pixels]));
    const bare = stripMetadata(progressive, 'image/jpeg');
    const stripped = stripMetadata(Buffer.concat([bare.subarray(0, 2), jfif, bare.subarray(2)]), 'image/jpeg');
    expect(stripped).toHaveLength(bare.length + 18);
    expect((await sharp(stripped).metadata()).density).toBe(300);
    expect(Buffer.from(stripped).includes(secret)).toBe(false);
  });

  it('keeps the colours of CMYK, which Adobe\'s segment tells', async () => {
    const cmyk = await sharp(fixture('astronaut.png')).resize(64).toColourspace('cmyk').jpeg().toBuffer();
    expect(cmyk.includes('Adobe')).toBe(true);
    expect((await stored(stripMetadata(cmyk, 'image/jpeg'))).equals(await stored(cmyk))).toBe(true);
  });

  it('has no comments between its scans either', async () => {
    // Behind the first scan, in front of the tables of the second.
    const second = progressive.indexOf(Buffer.from([0xff, 0xc4]), progressive.indexOf(Buffer.from([0xff, 0xda])));
    const original = Buffer.concat([progressive.subarray(0, second), segment(0xfe, secret), segment(0xe1, `Exif\0\0${secret}`), progressive.subarray(second)]);
    const stripped = stripMetadata(original, 'image/jpeg');
    expect(Buffer.from(stripped).equals(stripMetadata(progressive, 'image/jpeg'))).toBe(true);
    expect((await stored(stripped)).equals(await stored(progressive))).toBe(true);
  });

  it('has its end also when the original is cut off within a scan', async () => {
    const cut = groupPhoto(1).subarray(0, -2000);
    const stripped = stripMetadata(cut, 'image/jpeg');
    expect(Buffer.from(stripped.subarray(-2))).toEqual(Buffer.from([0xff, 0xd9]));
    const lenient = (image: Uint8Array): Promise<Buffer> => sharp(image, { failOn: 'none', ignoreIcc: true }).raw().toBuffer();
    expect((await lenient(stripped)).equals(await lenient(cut))).toBe(true);
  });
});

describe('a PNG without its metadata', () => {
  it('stays as it is turned when its EXIF comes too late to count', async () => {
    const turned = await photo('image/png', 6);
    const chunks = [...pngChunks(turned)];
    const exifChunk = chunks.find(({ type }) => type === 'eXIf')!;
    const end = chunks.at(-1)!;
    const late = Buffer.concat([turned.subarray(0, exifChunk.start), turned.subarray(exifChunk.end, end.start), turned.subarray(exifChunk.start, exifChunk.end), turned.subarray(end.start, end.end)]);
    const stripped = stripMetadata(late, 'image/png');
    expect(Buffer.from(stripped).includes('eXIf')).toBe(false);
    expect((await upright(stripped)).equals(await upright(late))).toBe(true);
  });

  it('keeps 16 bits, a palette and transparency', async () => {
    for (const options of [{ palette: true }, { compressionLevel: 9 }]) {
      const original = await sharp(fixture('astronaut.png')).resize(64).ensureAlpha(0.5).toColourspace('rgb16').png(options).toBuffer();
      const stripped = stripMetadata(withChunks(original, pngSecrets), 'image/png');
      expect((await stored(stripped)).equals(await stored(original))).toBe(true);
    }
  });
});

describe('stripMetadata', () => {
  it('takes out whatever is put in, keeps the picture, and finds nothing the second time', async () => {
    const clean = { 'image/jpeg': stripMetadata(await sharp(fixture('astronaut.png')).resize(48).jpeg().toBuffer(), 'image/jpeg'), 'image/png': stripMetadata(await sharp(fixture('astronaut.png')).resize(48).png().toBuffer(), 'image/png') };
    const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    const marker = fc.constantFrom(0xe0, 0xe1, 0xe2, 0xe3, 0xed, 0xef, 0xfe);
    const type = fc.stringMatching(/^[a-z][A-Za-z]{3}$/).filter((name) => !['tRNS', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP', 'mDCV', 'cLLI', 'sBIT', 'bKGD', 'pHYs', 'acTL'].includes(name));
    fc.assert(
      fc.property(fc.array(fc.tuple(marker, payload), { maxLength: 6 }), fc.uint8Array({ maxLength: 50 }), (inserted, tail) => {
        const jpeg = Buffer.from(clean['image/jpeg']);
        const original = Buffer.concat([jpeg.subarray(0, 2), ...inserted.map(([byte, text]) => segment(byte, text)), jpeg.subarray(2), tail]);
        expect(Buffer.from(stripMetadata(original, 'image/jpeg')).equals(jpeg)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(type, payload), { maxLength: 6 }), fc.uint8Array({ maxLength: 50 }), (inserted, tail) => {
        const png = Buffer.from(clean['image/png']);
        const original = Buffer.concat([withChunks(png, inserted.map(([name, text]) => chunk(name, text))), tail]);
        expect(Buffer.from(stripMetadata(original, 'image/png')).equals(png)).toBe(true);
      }),
    );
  });

  it('hands on no image that it cannot read, and none of another kind', async () => {
    const jpeg = await photo('image/jpeg', 6);
    const png = await photo('image/png', 6);
    for (const [bytes, mediaType] of [
      [jpeg.subarray(0, 300), 'image/jpeg'],
      [png.subarray(0, -60), 'image/png'],
      [png, 'image/jpeg'],
      [jpeg, 'image/png'],
    ] as const) {
      expect(() => stripMetadata(bytes, mediaType)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    }
  });

  it('never fails in any other way, whatever bytes it is given', async () => {
    const photos = [await photo('image/jpeg', 4), await photo('image/png', 4)] as const;
    fc.assert(
      fc.property(fc.constantFrom(0, 1), fc.array(fc.tuple(fc.nat(9000), fc.nat(255)), { maxLength: 20 }), fc.nat(9000), (which, changes, length) => {
        const bytes = Buffer.from(photos[which]!).subarray(0, length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const mediaType = which === 0 ? 'image/jpeg' : 'image/png';
        try {
          const stripped = stripMetadata(bytes, mediaType);
          expect(inspectImage(stripped)).toMatchObject({ mediaType });
          expect(Buffer.from(stripMetadata(stripped, mediaType)).equals(stripped)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INTERNAL' });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('works on what the engine writes and what it passes through', async () => {
    const engine = await localEngine();
    for (const portrait of [await sharp(fixture('astronaut.png')).withExifMerge(exif).jpeg().toBuffer(), withChunks(fixture('astronaut.png'), pngSecrets)]) {
      for (const slimDegree of [0, 1]) {
        const slimmed = await engine.slim(portrait, { slimDegree });
        const bytes = Buffer.from(await slimmed.bytes());
        expect(bytes.includes(secret)).toBe(true);
        const stripped = stripMetadata(bytes, slimmed.mediaType);
        expect(Buffer.from(stripped).includes(secret)).toBe(false);
        expect((await stored(stripped)).equals(await stored(bytes))).toBe(true);
      }
    }
  });
});
