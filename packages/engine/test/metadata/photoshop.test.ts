import { withoutExifThumbnail } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { withoutThumbnailResources } from '../../src/metadata/photoshop.ts';
import { exifBlock, oldFace, resource, xmpThumbnail, xmpWith } from '../_camera.ts';

const other = resource(1005, Buffer.alloc(15, 1));
const clean = (...blocks: Buffer[]): Buffer => Buffer.from(withoutThumbnailResources(Buffer.concat([other, ...blocks, other])));
const around = (...blocks: Buffer[]): Buffer => Buffer.concat([other, ...blocks, other]);

describe('withoutThumbnailResources', () => {
  it('cleans EXIF, with its prefix or without, XMP and IPTC, and pads them', () => {
    const [exif, prefix] = [exifBlock(oldFace()), Buffer.from('Exif\0\0')];
    expect(clean(resource(1058, exif)).equals(around(resource(1058, withoutExifThumbnail(exif))))).toBe(true);
    expect(clean(resource(1058, Buffer.concat([prefix, exif]))).equals(around(resource(1058, Buffer.concat([prefix, withoutExifThumbnail(exif)]))))).toBe(true);
    expect(clean(resource(1060, Buffer.from(xmpWith(xmpThumbnail(oldFace()))))).equals(around(resource(1060, Buffer.from(xmpWith('')))))).toBe(true);
    const title = Buffer.from('\x1c\x02\x05\0\x04Hi!!', 'latin1');
    const preview = Buffer.concat([Buffer.from('\x1c\x02\xca\x01\x93', 'latin1'), oldFace()]);
    expect(clean(resource(1028, Buffer.concat([title, preview]))).equals(around(resource(1028, title)))).toBe(true);
    expect(clean(resource(1028, preview)).equals(around())).toBe(true);
  });

  it('drops a resource that holds a JPEG which nobody knows of, and keeps empty ones', () => {
    expect(clean(resource(4000, oldFace()), resource(4001, Buffer.alloc(0))).equals(around(resource(4001, Buffer.alloc(0))))).toBe(true);
  });

  it('drops what follows a damaged block, and blocks without number', () => {
    expect(Buffer.from(withoutThumbnailResources(Buffer.concat([other, other.subarray(0, 20)]))).equals(other)).toBe(true);
    expect(withoutThumbnailResources(Buffer.alloc(2 ** 20, resource(1, Buffer.alloc(0)))).length).toBe(12_000);
  });
});
