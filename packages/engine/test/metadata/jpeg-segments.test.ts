import { createHash } from 'node:crypto';
import { jpegSegments, withoutExifThumbnail } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepJpegMetadata } from '../../src/metadata/jpeg-segments.ts';
import { exifBlock, oldFace, resource, xmpThumbnail, xmpWith } from '../_camera.ts';
import { portrait } from '../_photos.ts';

let photo: Buffer;
let encoded: Buffer;
beforeAll(async () => {
  photo = await sharp(portrait).resize(96).jpeg().toBuffer();
  encoded = await sharp(portrait).resize(96).flop().jpeg().toBuffer();
});

const segment = (marker: number, ...parts: (string | Uint8Array)[]): Buffer => {
  const payload = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
};
const withSegments = (...segments: Buffer[]): Buffer => Buffer.concat([photo.subarray(0, 2), ...segments, photo.subarray(2)]);
const keep = (source: Uint8Array): Buffer => Buffer.from(keepJpegMetadata(source, encoded));
/** APPn and COM segments, the coding aside. */
const metadata = (bytes: Uint8Array): Buffer[] =>
  [...jpegSegments(bytes)].filter(({ marker }) => (marker >= 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe).map(({ start, end }) => Buffer.from(bytes.subarray(start, end)));

describe('keepJpegMetadata keeps byte for byte', () => {
  it.each(['srgb', 'p3', 'cmyk'])('the profile %s, however many segments it takes', async (name) => {
    const source = await sharp(portrait).resize(96).withIccProfile(name).jpeg().toBuffer();
    const kept = Buffer.from(keepJpegMetadata(source, encoded));
    const count = metadata(source).length;
    expect(count).toBeGreaterThan(name === 'cmyk' ? 14 : 0);
    expect(Buffer.concat(metadata(kept)).equals(Buffer.concat(metadata(source)))).toBe(true);
    expect((await sharp(kept).metadata()).icc!.equals((await sharp(source).metadata()).icc!)).toBe(true);
  });

  it('a grey profile and one of Adobe RGB, which it does not look into', () => {
    const profiles = ['GRAY', 'RGB '].map((space) => segment(0xe2, 'ICC_PROFILE\0\x01\x01', Buffer.from(`\0\0\x02\x0cADBE\x02\x10\0\0mntr${space}XYZ `, 'latin1'), Buffer.alloc(500, 7)));
    for (const profile of profiles) expect(metadata(keep(withSegments(profile)))).toEqual([profile]);
  });

  it('EXIF without a thumbnail, XMP, IPTC, comments, and segments that nobody knows', () => {
    const plain = Buffer.from(withoutExifThumbnail(exifBlock(Buffer.alloc(0), { orientation: 6 })));
    const segments = [
      segment(0xe0, 'JFIF\0\x01\x02\x01\x01\x2c\x01\x2c\0\0'),
      segment(0xe1, 'Exif\0\0', plain),
      segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWith('<photoshop:DateCreated>2026</photoshop:DateCreated>')),
      segment(0xed, 'Photoshop 3.0\0', resource(1028, Buffer.from('\x1c\x02\x78\0\x04Hi!!', 'latin1')), resource(1005, Buffer.alloc(16))),
      segment(0xe5, 'whatever this is'),
      segment(0xfe, 'a comment'),
    ];
    expect(metadata(keep(withSegments(...segments)))).toEqual(segments);
  });

  it('an extended XMP packet without pictures', () => {
    const data = xmpWith('<crs:Settings>'.padEnd(500, 'x'));
    const digest = createHash('md5').update(data, 'latin1').digest('hex').toUpperCase();
    const segments = [segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWith('', ` xmpNote:HasExtendedXMP="${digest}"`)), extended(digest, data)];
    expect(metadata(keep(withSegments(...segments)))).toEqual(segments);
  });
});

function extended(digest: string, data: string): Buffer {
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  return segment(0xe1, 'http://ns.adobe.com/xmp/extension/\0', digest, numbers, data);
}

describe('keepJpegMetadata takes out the old face', () => {
  it.each([true, false])('of EXIF, little-endian %s', async (little) => {
    const face = oldFace();
    const source = withSegments(segment(0xe1, 'Exif\0\0', exifBlock(face, { little, orientation: 8 })));
    expect(source.includes(face)).toBe(true);
    const kept = keep(source);
    expect(kept.includes(face.subarray(3, 20))).toBe(false);
    const { exif, orientation } = await sharp(kept).metadata();
    expect(orientation).toBe(8);
    expect(exif!.includes('NASA')).toBe(true);
    expect(metadata(kept)[0]!.length).toBe(metadata(source)[0]!.length);
  });

  it('of JFIF, its extension and FlashPix', () => {
    const face = oldFace(3 * 16);
    const source = withSegments(segment(0xe0, 'JFIF\0\x01\x02\0\0\x01\0\x01\x04\x04', face.subarray(3)), segment(0xe0, 'JFXX\0\x10', face), segment(0xe2, 'FPXR\0', face));
    expect(metadata(keep(source))).toEqual([segment(0xe0, 'JFIF\0\x01\x02\0\0\x01\0\x01\0\0')]);
  });

  it('of XMP, and keeps the rest of it', () => {
    const source = withSegments(segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWith(xmpThumbnail(oldFace()))));
    expect(metadata(keep(source))).toEqual([segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWith(''))]);
  });

  it('of an extended XMP packet, with all that refers to it', () => {
    const face = oldFace();
    const data = xmpWith(xmpThumbnail(face));
    const digest = createHash('md5').update(data, 'latin1').digest('hex').toUpperCase();
    const main = segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWith('', ` xmpNote:HasExtendedXMP="${digest}"`));
    const kept = keep(withSegments(main, extended(digest, data)));
    expect(metadata(kept)).toEqual([segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWith(''))]);
  });

  it.each([1036, 1033])('of the image resource %i, also when it takes several segments, and keeps IPTC', (id) => {
    const iptc = resource(1028, Buffer.from('\x1c\x02\x78\0\x04Hi!!', 'latin1'));
    const blocks = Buffer.concat([iptc, resource(id, oldFace(70_000)), iptc]);
    const source = withSegments(segment(0xed, 'Photoshop 3.0\0', blocks.subarray(0, 65_000)), segment(0xfe, 'between'), segment(0xed, 'Photoshop 3.0\0', blocks.subarray(65_000)));
    expect(metadata(keep(source))).toEqual([segment(0xed, 'Photoshop 3.0\0', iptc, iptc), segment(0xfe, 'between')]);
  });

  it('of segments that nobody knows, and of those right behind, into which a preview goes on', () => {
    const [first, rest] = [oldFace(), Buffer.alloc(300, 'old face')];
    for (const marker of [0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xeb, 0xed, 0xef]) expect(metadata(keep(withSegments(segment(marker, 'a name\0', first)))), marker.toString(16)).toEqual([]);
    const [plain, comment] = [segment(0xe5, 'whatever this is'), segment(0xfe, 'a comment')];
    expect(metadata(keep(withSegments(plain, segment(0xe3, first), segment(0xe4, rest), comment, plain, segment(0xfe, first))))).toEqual([plain, comment, plain]);
  });

  it('never of a profile, which may look like it', () => {
    const profile = segment(0xe2, 'ICC_PROFILE\0\x01\x01', oldFace());
    expect(metadata(keep(withSegments(profile)))).toEqual([profile]);
  });

  it('of EXIF with another prefix, and of EXIF and XMP among the image resources', () => {
    const face = oldFace();
    const source = withSegments(segment(0xe1, 'Exif\0\xff', exifBlock(face)), segment(0xed, 'Photoshop 3.0\0', resource(1058, exifBlock(face))));
    const kept = keep(source);
    expect(metadata(kept).map((bytes) => bytes.length)).toEqual(metadata(source).map((bytes) => bytes.length));
    expect(kept.includes(face.subarray(3, 20))).toBe(false);
    expect(metadata(kept)[0]!.subarray(4, 10).toString('latin1')).toBe('Exif\0\xff');
  });

  it('of an XMP packet that has it at an unknown place, with the packet', () => {
    expect(metadata(keep(withSegments(segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmpWith(`<my:face>${oldFace().toString('base64')}</my:face>`)))))).toEqual([]);
  });

  it('of signed manifests', () => {
    expect(metadata(keep(withSegments(segment(0xeb, 'JP\0\x01\0\0\0\x01', oldFace()))))).toEqual([]);
  });
});

describe('a photo with a gain map', () => {
  it('comes out as a plain photo that claims no further pictures', async () => {
    const source = await (sharp(portrait).removeAlpha().resize(256) as Sharp & { withGainMap(): Sharp }).withGainMap().jpeg().toBuffer(); // which its types leave out
    const { gainMap } = await sharp(source).metadata();
    expect(gainMap!.image.length).toBeGreaterThan(500);
    expect(source.toString('latin1')).toMatch(/MPF\0|urn:iso:std:iso:ts:21496/);
    const kept = keep(source);
    const after = await sharp(kept, { failOn: 'warning' }).metadata();
    expect(after.gainMap).toBeUndefined();
    const text = kept.toString('latin1');
    for (const trace of ['MPF\0', 'urn:iso:std:iso:ts:21496', 'hdrgm:Version', 'Container:Directory', 'GainMap']) expect(text, trace).not.toContain(trace);
    expect(kept.subarray(-2).toString('hex')).toBe('ffd9');
    expect([...text.matchAll(/\xff\xd8\xff/g)]).toHaveLength(1);
  });
});

describe("Adobe's marker", () => {
  it('is that of the new coding, and missing from CMYK that came without', async () => {
    const cmyk = await sharp(portrait).resize(96).toColourspace('cmyk').jpeg().toBuffer();
    const adobe = [...jpegSegments(cmyk)].find(({ marker }) => marker === 0xee)!;
    const without = Buffer.concat([cmyk.subarray(0, adobe.start), cmyk.subarray(adobe.end)]);
    const has = (bytes: Uint8Array): boolean => [...jpegSegments(bytes)].some(({ marker }) => marker === 0xee);
    expect(has(keepJpegMetadata(cmyk, cmyk))).toBe(true);
    expect(has(keepJpegMetadata(without, cmyk))).toBe(false);
    expect(has(keep(withSegments(segment(0xee, 'Adobe\0\x64\0\0\0\0\x01'))))).toBe(false);
  });
});
