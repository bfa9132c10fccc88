import { describe, expect, it } from 'vitest';
import { avifItemData, avifItems } from '../../src/metadata/avif-items.ts';

const box = (type: string, ...parts: Buffer[]): Buffer => {
  const data = Buffer.concat(parts);
  const head = Buffer.from(`\0\0\0\0${type}`, 'latin1');
  head.writeUInt32BE(data.length + 8);
  return Buffer.concat([head, data]);
};
const words = (size: 2 | 4, ...values: number[]): Buffer => {
  const data = Buffer.alloc(size * values.length);
  for (const [i, value] of values.entries()) data.writeUIntBE(value, size * i, size);
  return data;
};

/** A file with an item, listed once or more often, which has parts of a given length, each from the start of the file. */
function fileWith(parts: number, length: number, items = 1, listed = 1): Buffer {
  const entry = box('infe', Buffer.from([2, 0, 0, 0]), words(2, 1, 0), Buffer.from('Exif\0'));
  const places = Buffer.concat([words(2, 1, 0, parts), ...Array.from({ length: parts }, () => words(4, 0, length))]);
  const iloc = box('iloc', words(4, 0), words(2, 0x4400, items), places);
  return Buffer.concat([box('ftyp', Buffer.from('avif\0\0\0\0')), box('meta', words(4, 0), box('iinf', words(4, 0), words(2, listed), ...Array.from({ length: listed }, () => entry)), iloc), box('mdat', Buffer.alloc(4000))]);
}

describe('avifItems', () => {
  it('finds the parts of an item as long as they are no more than the file', () => {
    const file = fileWith(10, 400);
    expect(avifItemData(file, avifItems(file)[0]!)).toHaveLength(4000);
    const blown = fileWith(10, 450);
    expect(blown.length).toBeLessThan(4500);
    expect(() => avifItems(blown)).toThrow(`Expected a complete image but the items of the AVIF file overlap: they are more than its ${blown.length} bytes`);
    const twice = fileWith(5, 500, 1, 2);
    expect(() => avifItems(twice)).toThrow('overlap');
  });

  it('looks for no more than 4096 items', () => {
    expect(avifItems(fileWith(1, 400, 4096))[0]!.extents).toHaveLength(1);
    expect(avifItems(fileWith(1, 400, 4097))[0]!.extents).toEqual([]);
  });
});
