import { webpChunks, withoutExifThumbnail } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isLosslessWebp, keepWebpMetadata } from '../../src/metadata/webp-chunks.ts';
import { exifBlock, oldFace, xmpThumbnail, xmpWith } from '../_camera.ts';
import { portrait } from '../_photos.ts';

const size = { width: 64, height: 64, alpha: false };
const photo = () => sharp(portrait).resize(64).removeAlpha();
const types = (bytes: Uint8Array): string[] => [...webpChunks(bytes)].map(({ type }) => type);

describe('keepWebpMetadata', () => {
  it('keeps profile, EXIF and XMP byte for byte, whatever the pixels are', async () => {
    const source = await photo().withIccProfile('p3').withExif({ IFD0: { Artist: 'NASA' } }).withXmp(xmpWith('')).webp().toBuffer();
    const before = await sharp(source).metadata();
    for (const [alpha, encoded] of [[false, photo().flop().webp()], [false, photo().flop().webp({ lossless: true })], [true, photo().ensureAlpha(0.5).webp()], [true, photo().ensureAlpha(0.5).webp({ lossless: true })]] as const) {
      const bytes = await encoded.toBuffer();
      const kept = keepWebpMetadata(source, bytes, { ...size, alpha });
      const after = await sharp(kept, { failOn: 'warning' }).metadata();
      expect(after).toMatchObject({ width: 64, height: 64, hasAlpha: alpha, hasProfile: true });
      for (const kind of ['icc', 'exif', 'xmp'] as const) expect(after[kind]!.equals(before[kind]!), kind).toBe(true);
      expect((await sharp(kept, { ignoreIcc: true }).raw().toBuffer()).equals(await sharp(bytes).raw().toBuffer())).toBe(true);
      expect(isLosslessWebp(kept)).toBe(isLosslessWebp(bytes));
    }
  });

  it('takes nothing along that the header does not announce', async () => {
    const source = await photo().withIccProfile('p3').withMetadata({ orientation: 6 }).withXmp(xmpWith('')).webp().toBuffer();
    const encoded = await photo().flop().webp().toBuffer();
    for (const [flag, dropped] of [[0x20, 'ICCP'], [0x08, 'EXIF'], [0x04, 'XMP ']] as const) {
      const bytes = Buffer.from(source);
      bytes[20]! ^= flag;
      const kept = Buffer.from(keepWebpMetadata(bytes, encoded, size));
      expect(types(kept)).toEqual(['VP8X', 'ICCP', 'VP8 ', 'EXIF', 'XMP '].filter((type) => type !== dropped));
      expect((await sharp(kept).metadata()).orientation).toBe((await sharp(bytes).metadata()).orientation);
    }
  });

  it('leaves a file without metadata as it is encoded', async () => {
    const encoded = await photo().webp().toBuffer();
    expect(keepWebpMetadata(await photo().flop().webp().toBuffer(), encoded, size)).toBe(encoded);
  });

  it.each([0, 1])('takes out the old face, also from chunks of odd length: %i', async (odd) => {
    const face = oldFace(400 + odd);
    const exif = exifBlock(face, { orientation: 5 });
    const chunk = (type: string, data: Buffer): Buffer => {
      const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
      head.writeUInt32LE(data.length, 4);
      return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
    };
    const plain = await photo().webp().toBuffer();
    const header = Buffer.from('\x0c\0\0\0\x3f\0\0\x3f\0\0', 'latin1');
    const body = Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', header), plain.subarray(12), chunk('EXIF', exif), chunk('XMP ', Buffer.from(xmpWith(xmpThumbnail(face)))), chunk('C2PA', face)]);
    const riff = Buffer.from('RIFF\0\0\0\0', 'latin1');
    riff.writeUInt32LE(body.length, 4);
    const source = Buffer.concat([riff, body]);
    const kept = Buffer.from(keepWebpMetadata(source, plain, size));
    expect(types(kept)).toEqual(['VP8X', 'VP8 ', 'EXIF', 'XMP ']);
    expect(source.includes(face.subarray(3, 20))).toBe(true);
    expect(kept.includes(face.subarray(3, 20))).toBe(false);
    const after = await sharp(kept).metadata();
    expect(after.orientation).toBe(5);
    expect(kept.includes(Buffer.from(withoutExifThumbnail(exif)))).toBe(true);
    expect(after.xmp!.toString()).toBe(xmpWith(''));
  });
});
