import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import { exifBlock, resource, xmpThumbnail, xmpWith } from './_camera.ts';
import { portrait } from './_photos.ts';

let engine: LocalEngine;
let photos: Record<'jpeg' | 'png' | 'webp', Buffer>;
/** The portrait as a camera shows it in its list, and the same with a thumbnail of its own. */
let preview: Buffer;
let nested: Buffer;
beforeAll(async () => {
  engine = await createLocalEngine({ threads: 1 });
  const head = await sharp(portrait).extract({ left: 120, top: 0, width: 208, height: 240 }).png().toBuffer();
  photos = { jpeg: await sharp(head).jpeg().toBuffer(), png: head, webp: await sharp(head).webp().toBuffer() };
  preview = await sharp(head).resize(96).jpeg().toBuffer();
  nested = intoJpeg(await sharp(head).resize(120).jpeg().toBuffer(), segment(0xe1, 'Exif\0\0', exifBlock(await sharp(head).resize(32).jpeg().toBuffer())));
});
afterAll(() => engine.close());

/** The part of a preview that is still in the bytes, from 0 to 1. */
function survives(bytes: Buffer, picture: Buffer): number {
  const pieces = Array.from({ length: Math.floor(picture.length / 24) }, (_, i) => picture.subarray(24 * i, 24 * i + 24));
  return pieces.filter((piece) => bytes.includes(piece)).length / pieces.length;
}

type Part = string | Uint8Array;
const join = (parts: readonly Part[]): Buffer => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
const base64 = (picture: Buffer): Buffer => Buffer.from(picture.toString('base64'));

function segment(marker: number, ...parts: Part[]): Buffer {
  const payload = join(parts);
  return Buffer.concat([Buffer.from([0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 255]), payload]);
}

const intoJpeg = (jpeg: Buffer, ...segments: Buffer[]): Buffer => Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

function withChunk(type: string, ...parts: Part[]): Buffer {
  const body = join([type, ...parts]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([photos.png.subarray(0, 33), length, body, check, photos.png.subarray(33)]);
}

function withWebpChunk(type: string, flag: number, data: Buffer): Buffer {
  const chunk = (name: string, bytes: Buffer): Buffer => {
    const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes, Buffer.alloc(bytes.length & 1)]);
  };
  const extended = Buffer.from([flag, 0, 0, 0, 207, 0, 0, 239, 0, 0]); // 208 x 240
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', extended), photos.webp.subarray(12), chunk(type, data)]));
}

const [xmpName, photoshopName] = ['http://ns.adobe.com/xap/1.0/\0', 'Photoshop 3.0\0'];
const pages = (picture: Buffer): string => xmpWith(`<xmp:PageInfo><rdf:li><xmpGImg:image>${base64(picture).toString()}</xmpGImg:image></rdf:li></xmp:PageInfo>`, ' xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"');
const noted = (picture: Buffer): Buffer => Buffer.concat([exifBlock(Buffer.alloc(0)), Buffer.from('Maker'), picture, Buffer.alloc(2)]);
const dataset = (picture: Buffer): Buffer => join(['\x1c\x02\xca', Buffer.from([picture.length >> 8, picture.length & 255]), picture]);

/** A place of the preview, the photo with it there, and what to look for. */
const places: readonly (readonly [place: string, make: () => readonly [photo: Buffer, picture: Buffer]])[] = [
  ['EXIF, the thumbnail', () => [intoJpeg(photos.jpeg, segment(0xe1, 'Exif\0\0', exifBlock(preview))), preview]],
  ['EXIF, a maker note', () => [intoJpeg(photos.jpeg, segment(0xe1, 'Exif\0\0', noted(preview))), preview]],
  ['EXIF, a preview with its own thumbnail', () => [intoJpeg(photos.jpeg, segment(0xe1, 'Exif\0\0', noted(nested))), nested]],
  ['EXIF, an altered first byte', () => [intoJpeg(photos.jpeg, segment(0xe1, 'Exif\0\0', noted(join(['\0', preview.subarray(1)])))), preview.subarray(1)]],
  ['EXIF that cannot be read', () => [intoJpeg(photos.jpeg, segment(0xe1, 'Exif\0\0', 'II*\0\xff\xff\0\0', preview)), preview]],
  ['EXIF with another prefix', () => [intoJpeg(photos.jpeg, segment(0xe1, 'Exif\0\xff', exifBlock(preview))), preview]],
  ['APP3', () => [intoJpeg(photos.jpeg, segment(0xe3, preview)), preview]],
  ['APP0, CIFF', () => [intoJpeg(photos.jpeg, segment(0xe0, 'II\x1a\0\0\0HEAPJPGM', preview)), preview]],
  ['APP11, HDR', () => [intoJpeg(photos.jpeg, segment(0xeb, 'HDR_RI ver=11 \0', preview)), preview]],
  ['a comment', () => [intoJpeg(photos.jpeg, segment(0xfe, preview)), preview]],
  ['IPTC', () => [intoJpeg(photos.jpeg, segment(0xed, photoshopName, resource(1028, dataset(preview)))), preview]],
  ["Photoshop's thumbnail", () => [intoJpeg(photos.jpeg, segment(0xed, photoshopName, resource(1036, join([Buffer.alloc(28), preview])))), preview]],
  ["Photoshop's EXIF", () => [intoJpeg(photos.jpeg, segment(0xed, photoshopName, resource(1058, exifBlock(preview)))), preview]],
  ["Photoshop's XMP", () => [intoJpeg(photos.jpeg, segment(0xed, photoshopName, resource(1060, Buffer.from(xmpWith(xmpThumbnail(preview)))))), base64(preview)]],
  ['XMP, the thumbnails', () => [intoJpeg(photos.jpeg, segment(0xe1, xmpName, xmpWith(xmpThumbnail(preview)))), base64(preview)]],
  ['XMP, the pages', () => [intoJpeg(photos.jpeg, segment(0xe1, xmpName, pages(preview))), base64(preview)]],
  ['PNG, EXIF', () => [withChunk('eXIf', noted(nested)), nested]],
  ['PNG, XMP', () => [withChunk('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0', pages(preview)), base64(preview)]],
  ['WebP, EXIF', () => [withWebpChunk('EXIF', 8, noted(nested)), nested]],
  ['WebP, XMP', () => [withWebpChunk('XMP ', 4, Buffer.from(pages(preview))), base64(preview)]],
];

describe('no preview shows the old face', () => {
  it.each(places)('%s', async (_, make) => {
    const [photo, picture] = make();
    expect(survives(photo, picture)).toBe(1);
    const result = await engine.slim(photo);
    expect(result.faces).toHaveLength(1);
    const slimmed = Buffer.from(await result.bytes());
    expect(survives(slimmed, picture)).toBeLessThan(0.02); // tables may be those of the photo
    expect((await sharp(slimmed).metadata()).width).toBe(208);
  });
});
