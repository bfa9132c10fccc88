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
    const preview = Buffer.from('ffd8ffdb00070001020304ffd9', 'hex');
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

/** A little-endian block of directories one behind the other, whose entries of type LONG have the given values; data lies behind. */
function directories(list: readonly (readonly (readonly [tag: number, values: readonly number[] | Uint8Array])[])[], data: Uint8Array = new Uint8Array()): Buffer {
  const block = Buffer.alloc(1000);
  block.write('II*\0\x08\0\0\0', 'latin1');
  let [at, free] = [8, 600];
  list.forEach((entries, i) => {
    const next = at + 2 + 12 * entries.length;
    block.writeUInt16LE(entries.length, at);
    entries.forEach(([tag, values], k) => {
      const bytes = values instanceof Uint8Array ? values : Buffer.from(Uint32Array.from(values).buffer);
      const inline = bytes.length <= 4;
      const entry = at + 2 + 12 * k;
      block.writeUInt16LE(tag, entry);
      block.writeUInt16LE(values instanceof Uint8Array ? 7 : 4, entry + 2);
      block.writeUInt32LE(values.length, entry + 4);
      if (!inline) block.writeUInt32LE(free, entry + 8);
      block.set(bytes, inline ? entry + 8 : free);
      if (!inline) free += bytes.length;
    });
    if (i < list.length - 1) block.writeUInt32LE(next + 4, next);
    at = next + 4;
  });
  return Buffer.concat([block, data]);
}

describe('pixels that are not compressed', () => {
  const face = Buffer.alloc(400, 'old face');
  const place: readonly (readonly [number, readonly number[]])[] = [[0x0111, [1000, 1100, 1200, 1300]], [0x0117, [100, 100, 100, 100]]];
  const plain = [[0x0100, [1]]] as const;
  it.each([
    ['in strips of a thumbnail', directories([plain, place], face)],
    ['in tiles', directories([plain, [[0x0144, [1000, 1200]], [0x0145, [200, 200]]]], face)],
    ['in a third and a fifth directory', directories([plain, plain, place.map(([tag, values]) => [tag, values.slice(0, 2)] as const), plain, place.map(([tag, values]) => [tag, values.slice(2)] as const)], face)],
    ['in the first directory', directories([place], face)],
    ['in a directory below the first', directories([[[0x014a, [26]]], place], face)],
    ['in one of two directories below', directories([[[0x014a, [26, 44]]], plain, place], face)],
  ])('are wiped %s', (_, block) => {
    const kept = Buffer.from(withoutExifThumbnail(Buffer.concat([block, Buffer.from('behind')])));
    expect(kept.subarray(1000).equals(Buffer.concat([Buffer.alloc(400), Buffer.from('behind')]))).toBe(true);
  });

  it('are wiped once, and never the directories, whatever a block says', () => {
    const all = Array.from({ length: 40 }, () => 8);
    const kept = Buffer.from(withoutExifThumbnail(directories([[[0x0112, [6]], [0x0111, all], [0x0117, all.map(() => 0xffffffff)]]], face)));
    expect(exifOrientation(kept)).toBe(6);
    expect(kept.includes('old face')).toBe(false);
  });
});

describe('withoutExifThumbnail', () => {
  it('wipes a JPEG in a maker note without an end to the end of the note', () => {
    const note = Buffer.concat([Buffer.from('Maker'), Buffer.from('ffd8ffdb0004', 'hex'), Buffer.alloc(100, 'old face')]);
    const kept = Buffer.from(withoutExifThumbnail(directories([[[0x927c, note], [0x9286, Buffer.from('a comment')]]])));
    expect(kept.subarray(600, 600 + note.length + 9).equals(Buffer.concat([Buffer.from('Maker'), Buffer.alloc(note.length - 5), Buffer.from('a comment')]))).toBe(true);
  });

  it('wipes JPEGs in a block that cannot be read, and behind another prefix', async () => {
    const preview = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).jpeg().toBuffer();
    for (const start of ['II*\0\x01\0\0\0', 'nothing known', 'Exif\0\xffII*\0\xff\xff\0\0', '']) {
      const kept = Buffer.from(withoutExifThumbnail(Buffer.concat([Buffer.from(start, 'latin1'), preview, Buffer.from('behind')])));
      expect(kept.includes(preview.subarray(20, 40))).toBe(false);
      expect(kept.subarray(-8).toString('latin1')).toBe('\0\0behind');
    }
  });

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
