import { avifPrimary } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { keepAvifMetadata, readAvifCoding } from '../../src/metadata/avif-boxes.ts';
import { extendAvif } from '../../src/metadata/avif-extend.ts';
import { exifBlock, oldFace, xmpThumbnail, xmpWith } from '../_camera.ts';
import { portrait } from '../_photos.ts';

const photo = (): Sharp => sharp(portrait).resize(64).removeAlpha();
const avif = (image: Sharp, options: object = {}): Promise<Buffer> => image.avif({ effort: 0, ...options }).toBuffer();
const pixels = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes, { ignoreIcc: true, failOn: 'warning' }).raw().toBuffer();

describe('keepAvifMetadata', () => {
  it('keeps profile, EXIF and XMP, and every pixel, with alpha or without', async () => {
    const source = await avif(photo().withIccProfile('p3').withExif({ IFD0: { Artist: 'NASA' } }).withXmp(xmpWith('')));
    const before = await sharp(source).metadata();
    for (const encoded of [await avif(photo().flop()), await avif(photo().ensureAlpha(0.5)), await avif(photo().flop(), { lossless: true }), await avif(photo(), { bitdepth: 10 })]) {
      const kept = keepAvifMetadata(source, encoded);
      const after = await sharp(kept).metadata();
      for (const kind of ['icc', 'exif', 'xmp'] as const) expect(after[kind]!.equals(before[kind]!), kind).toBe(true);
      expect((await pixels(kept)).equals(await pixels(encoded))).toBe(true);
      const { hasAlpha, bitsPerSample } = await sharp(encoded).metadata();
      expect(after).toMatchObject({ width: 64, height: 64, hasAlpha, bitsPerSample });
    }
  });

  it('keeps each by itself, and a file without any as it is encoded', async () => {
    const encoded = await avif(photo().flop());
    for (const [kind, image] of [['icc', photo().withIccProfile('p3')], ['exif', photo().withExif({ IFD0: { Artist: 'NASA' } })], ['xmp', photo().withXmp(xmpWith(''))]] as const) {
      const source = await avif(image);
      const after = await sharp(keepAvifMetadata(source, encoded)).metadata();
      expect(after[kind]!.equals((await sharp(source).metadata())[kind]!), kind).toBe(true);
      expect((await pixels(keepAvifMetadata(source, encoded))).equals(await pixels(encoded))).toBe(true);
    }
    expect(keepAvifMetadata(await avif(photo()), encoded)).toEqual(encoded);
  });

  it('takes pictures out of XMP, and the turn out of EXIF, since the pixels have it', async () => {
    const source = await avif(photo().withMetadata({ orientation: 6 }).withXmp(xmpWith(xmpThumbnail(Buffer.alloc(90, 1)))));
    expect((await sharp(source).metadata()).xmp!.toString()).toContain('Thumbnails');
    const kept = Buffer.from(keepAvifMetadata(source, await avif(photo())));
    const { xmp, exif } = await sharp(kept).metadata();
    expect(xmp!.toString()).toBe(xmpWith(''));
    const at = exif!.indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0]));
    expect(exif!.readUInt16LE(at + 8)).toBe(1);
    expect(avifPrimary(kept).properties.map(({ type }) => type)).not.toContain('irot');
  });

  it('takes the thumbnail out of EXIF, whatever is between its offset and its block', async () => {
    const face = oldFace();
    for (const prefix of ['', 'Exif\0\0']) {
      const item = Buffer.concat([Buffer.from([0, 0, 0, prefix.length]), Buffer.from(prefix, 'latin1'), exifBlock(face, { orientation: 8 })]);
      const source = Buffer.from(extendAvif(await avif(photo()), [{ entry: 'Exif\0', data: item }], []));
      expect(source.includes(face)).toBe(true);
      expect((await sharp(source).metadata()).exif!.includes('NASA')).toBe(true);
      const kept = Buffer.from(keepAvifMetadata(source, await avif(photo().flop())));
      expect(kept.includes(face.subarray(3, 20))).toBe(false);
      const { exif } = await sharp(kept).metadata();
      expect(exif!.includes('NASA')).toBe(true);
      expect(exif!.length).toBe((await sharp(source).metadata()).exif!.length);
    }
  });

  it('keeps primaries and transfer function, and not how the samples were coded', async () => {
    const source = await avif(photo(), { lossless: true });
    const nclx = (bytes: Buffer): Buffer => {
      const { payload, end } = avifPrimary(bytes).properties.find(({ type }) => type === 'colr')!;
      return bytes.subarray(payload, end);
    };
    nclx(source).set([0, 9, 0, 16, 0, 0], 4); // BT.2020, PQ, and no matrix
    for (const [encoded, coding] of [[await avif(photo()), '000680'], [await avif(photo(), { bitdepth: 10 }), '000680'], [await avif(photo(), { lossless: true }), '000080']] as const) {
      const kept = Buffer.from(keepAvifMetadata(source, encoded));
      expect(nclx(kept).toString('hex')).toBe(`${Buffer.from('nclx').toString('hex')}00090010${coding}`);
      expect((await pixels(kept)).equals(await pixels(encoded))).toBe(true);
    }
  });
});

it('readAvifCoding tells chroma and loss', async () => {
  expect(readAvifCoding(await avif(photo(), { chromaSubsampling: '4:2:0' }))).toEqual({ chroma: '4:2:0', lossless: false });
  expect(readAvifCoding(await avif(photo(), { chromaSubsampling: '4:4:4' }))).toEqual({ chroma: '4:4:4', lossless: false });
  expect(readAvifCoding(await avif(photo(), { lossless: true }))).toEqual({ chroma: '4:4:4', lossless: true });
});
