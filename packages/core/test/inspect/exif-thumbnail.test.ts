import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { exifOrientation } from '../../src/inspect/exif.ts';
import { withoutExifThumbnail } from '../../src/inspect/exif-thumbnail.ts';

const toUprightExif = (exif: Uint8Array): Uint8Array => withoutExifThumbnail(exif, { upright: true });

/** An EXIF block with an orientation, an artist, and a thumbnail in a second directory. */
function exifBlock(little: boolean, [offsetTag, lengthTag]: readonly [number, number] = [0x0201, 0x0202]): { block: Buffer; thumbnail: Buffer } {
  const thumbnail = Buffer.from('ffd8ffe0 the old face ffd9');
  const block = Buffer.alloc(100 + thumbnail.length);
  const write16 = (value: number, at: number) => (little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at));
  const write32 = (value: number, at: number) => (little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at));
  const entry = (at: number, tag: number, type: number, count: number) => (write16(tag, at), write16(type, at + 2), write32(count, at + 4));
  block.write(little ? 'II' : 'MM', 0, 'latin1');
  write16(42, 2);
  write32(8, 4);
  write16(2, 8);
  entry(10, 0x0112, 3, 1);
  write16(6, 18);
  entry(22, 0x013b, 2, 4);
  block.write('NASA', 30, 'latin1');
  write32(40, 34);
  write16(2, 40);
  entry(42, offsetTag, 4, 1);
  write32(100, 50);
  entry(54, lengthTag, lengthTag === 0x0117 ? 3 : 4, 1); // a strip's length may be a SHORT
  if (lengthTag === 0x0117) write16(thumbnail.length, 62);
  else write32(thumbnail.length, 62);
  thumbnail.copy(block, 100);
  return { block, thumbnail };
}

describe.each([['little', true], ['big', false]] as const)('withoutExifThumbnail, upright, of a %s-endian block', (_, little) => {
  it('sets the orientation to 1, unlinks the thumbnail and wipes it, and keeps the rest', () => {
    const { block, thumbnail } = exifBlock(little);
    const source = Buffer.concat([Buffer.from('Exif\0\0'), block]);
    const before = Buffer.from(source);
    const upright = Buffer.from(toUprightExif(source));
    expect(source.equals(before)).toBe(true);
    expect(upright.length).toBe(block.length);
    expect(upright.subarray(18, 20)).toEqual(Buffer.from(little ? [1, 0] : [0, 1]));
    expect(upright.readUInt32LE(34)).toBe(0);
    expect(upright.includes(thumbnail)).toBe(false);
    expect(upright.includes('NASA')).toBe(true);
    expect(Buffer.from(toUprightExif(block)).equals(upright)).toBe(true); // also without the prefix
  });

  it('wipes previews in maker notes, and nothing that only starts like one', () => {
    const { block } = exifBlock(little);
    const preview = Buffer.from('ffd8ffdb00430001020304ffd9', 'hex');
    const other = Buffer.from('ffd8ff0102ffd9', 'hex');
    const note = Buffer.concat([Buffer.from('maker'), other, preview, Buffer.from('between'), preview, Buffer.from('note')]);
    const upright = Buffer.from(toUprightExif(Buffer.concat([block, note])));
    expect(upright.subarray(block.length).equals(Buffer.concat([Buffer.from('maker'), other, Buffer.alloc(preview.length), Buffer.from('between'), Buffer.alloc(preview.length), Buffer.from('note')]))).toBe(true);
    const cut = Buffer.from(toUprightExif(Buffer.concat([block, preview.subarray(0, 10)])));
    expect(cut.subarray(block.length).equals(Buffer.alloc(10))).toBe(true);
  });

  it('keeps the orientation unless told otherwise', () => {
    const { block, thumbnail } = exifBlock(little);
    const kept = Buffer.from(withoutExifThumbnail(block));
    expect(exifOrientation(kept)).toBe(6);
    expect(kept.includes(thumbnail)).toBe(false);
  });

  it('wipes a thumbnail that is not compressed', () => {
    const { block, thumbnail } = exifBlock(little, [0x0111, 0x0117]);
    const upright = Buffer.from(toUprightExif(Buffer.concat([block, Buffer.from('maker note')])));
    expect(upright.includes(thumbnail)).toBe(false);
    expect(upright.includes('maker note')).toBe(true);
  });

  it('goes as far as a block can be read', () => {
    const { block } = exifBlock(little);
    for (let length = 0; length < block.length; length++) expect(toUprightExif(block.subarray(0, length)).byteLength).toBe(length);
  });
});

describe('withoutExifThumbnail', () => {
  it('takes what cameras and sharp write', async () => {
    const photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const { exif, orientation } = await sharp(photo).metadata();
    expect(orientation).toBe(8);
    const again = await sharp(photo).withExif({}).jpeg().toBuffer();
    expect(toUprightExif(exif!).byteLength).toBe(exif!.byteLength - 6);
    expect(again.byteLength).toBeGreaterThan(0);
  });

  it('throws for nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom('', 'II*\0', 'MM\0*'), (bytes, start) => {
        const block = Buffer.concat([Buffer.from(start, 'latin1'), bytes]);
        expect(toUprightExif(block).byteLength).toBe(block.byteLength);
      }),
    );
  });
});
