import { crc32, deflateSync } from 'node:zlib';
import { pngChunks } from '@slimface/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepPngMetadata } from '../../src/metadata/png-chunks.ts';
import { exifBlock, oldFace, xmpThumbnail, xmpWith } from '../_camera.ts';
import { portrait } from '../_photos.ts';

let photo: Buffer;
let encoded: Buffer;
beforeAll(async () => {
  photo = await sharp(portrait).resize(64).png().toBuffer();
  encoded = await sharp(portrait).resize(64).flop().png().toBuffer();
});

const chunk = (type: string, data: string | Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type), Buffer.from(data as string, 'latin1')]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(body.length - 4, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
};
/** The photo with chunks behind its header, and others behind its pixels. */
const withChunks = (before: Buffer[], behind: Buffer[] = []): Buffer => Buffer.concat([photo.subarray(0, 33), ...before, photo.subarray(33, -12), ...behind, photo.subarray(-12)]);
const keep = (source: Uint8Array): Buffer => Buffer.from(keepPngMetadata(source, encoded));
const types = (bytes: Uint8Array): string[] => [...pngChunks(bytes)].map(({ type }) => type);
const xmpChunk = (packet: string): Buffer => chunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${Buffer.from(packet).toString('latin1')}`);

describe('keepPngMetadata', () => {
  it('takes the thumbnail out of EXIF, in front of the pixels and behind them, and keeps it readable where it was', async () => {
    const face = oldFace();
    const exif = chunk('eXIf', exifBlock(face, { orientation: 6 }));
    for (const source of [withChunks([exif]), withChunks([], [exif])]) {
      expect(source.includes(face)).toBe(true);
      const kept = keep(source);
      expect(types(kept)).toEqual(types(source));
      expect(kept.includes(face.subarray(3, 20))).toBe(false);
      expect(kept.includes('NASA')).toBe(true);
      expect(kept.length - source.length).toBe(encoded.length - photo.length);
      await sharp(kept, { failOn: 'warning' }).raw().toBuffer();
      expect((await sharp(kept).metadata()).orientation).toBe((await sharp(source).metadata()).orientation);
    }
  });

  it('takes the pictures out of XMP, packed or not', async () => {
    const packet = xmpWith(xmpThumbnail(oldFace()));
    const packed = chunk('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), deflateSync(packet)]));
    for (const source of [withChunks([xmpChunk(packet)]), withChunks([packed])]) {
      const kept = keep(source);
      expect(kept.includes(xmpChunk(xmpWith('')))).toBe(true);
      expect((await sharp(kept).metadata()).xmp!.toString()).toBe(xmpWith(''));
    }
  });

  it('keeps texts, XMP without pictures and unpacks nothing that is too much', () => {
    const chunks = [chunk('tEXt', 'Comment\0hello'), xmpChunk(xmpWith('')), chunk('zTXt', Buffer.concat([Buffer.from('Title\0\0'), deflateSync('hello')])), chunk('cICP', '\x0c\x0d\0\x01')];
    const kept = keep(withChunks(chunks));
    for (const each of chunks) expect(kept.includes(each)).toBe(true);
    const bomb = chunk('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), deflateSync(Buffer.alloc(2 ** 24))]));
    expect(keep(withChunks([bomb])).length).toBeLessThan(encoded.length + 100);
  });

  it('keeps the first of several XMP packets', () => {
    const [first, second] = [xmpWith('<a:b>1</a:b>'), xmpWith('<a:b>2</a:b>')];
    for (const source of [withChunks([xmpChunk(first), xmpChunk(second)]), withChunks([xmpChunk(first)], [xmpChunk(second)])]) expect([first, second].map((packet) => keep(source).includes(packet))).toEqual([true, false]);
  });

  it('leaves out what may hold the old face or a signature: raw profiles of EXIF, XMP where it has no place, C2PA', () => {
    const xmp = ['tEXt', 'zTXt'].map((type) => chunk(type, `XML:com.adobe.xmp\0${xmpWith(xmpThumbnail(oldFace()))}`));
    const source = withChunks([...xmp, chunk('tEXt', `Thumbnail\0${oldFace().toString('base64').replace(/^..../, '/9j/')}`), chunk('zTXt', 'Raw profile type exif\0\0abc'), chunk('tEXt', 'Raw profile type APP1\0abc'), chunk('caBX', 'manifest')]);
    expect(types(keep(source))).toEqual(types(encoded));
  });
});
