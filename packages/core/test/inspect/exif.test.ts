import { describe, expect, it } from 'vitest';
import { exifOrientation } from '../../src/inspect/exif.ts';
import { seededRandom, tiffBlock, type ByteOrder } from '../_bytes.ts';

const byteOrders: ByteOrder[] = ['big-endian', 'little-endian'];

describe.each(byteOrders)('exifOrientation of a %s block', (byteOrder) => {
  const little = byteOrder === 'little-endian';
  const altered = (alter: (view: DataView) => void): Buffer => {
    const block = tiffBlock(6, byteOrder);
    alter(new DataView(block.buffer, block.byteOffset, block.length));
    return block;
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads %i, as SHORT and as LONG', (orientation) => {
    expect(exifOrientation(tiffBlock(orientation, byteOrder))).toBe(orientation);
    expect(exifOrientation(tiffBlock(orientation, byteOrder, 4))).toBe(orientation);
  });

  it.each([0, 9, 65535])('takes %i for no orientation', (orientation) => {
    expect(exifOrientation(tiffBlock(orientation, byteOrder))).toBeUndefined();
  });

  it('takes a damaged directory for no orientation', () => {
    const damaged = {
      'the directory is behind the end': altered((view) => view.setUint32(4, 0xfffffff0, little)),
      'the directory is at the last byte': altered((view) => view.setUint32(4, view.byteLength - 1, little)),
      'the directory has no entries': altered((view) => view.setUint16(8, 0, little)),
      'the entry has another type': altered((view) => view.setUint16(24, 7, little)),
      'the tag is another one': altered((view) => view.setUint16(22, 0x0113, little)),
      'there are more entries than bytes': altered((view) => {
        view.setUint16(8, 65535, little);
        view.setUint16(22, 0x0113, little);
      }),
      'the byte order mark is none': altered((view) => view.setUint16(0, 0x4d49)),
    };
    for (const [what, block] of Object.entries(damaged)) expect(exifOrientation(block), what).toBeUndefined();
  });

  it('takes a block that is cut off before the orientation for no orientation', () => {
    const block = tiffBlock(6, byteOrder);
    for (let length = 0; length < 34; length++) expect(exifOrientation(block.subarray(0, length)), `cut at ${length}`).toBeUndefined();
    expect(exifOrientation(block.subarray(0, 34))).toBe(6);
  });

  it('gives a valid orientation or none, whatever the bytes', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 3000; i++) {
      const block = tiffBlock(6, byteOrder);
      for (let changes = 0; changes < 3; changes++) block[2 + Math.floor(random() * (block.length - 2))] = Math.floor(random() * 256);
      expect([1, 2, 3, 4, 5, 6, 7, 8, undefined]).toContain(exifOrientation(block));
    }
  });
});
