import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutIptcPreviews } from '../../src/metadata/iptc.ts';
import { oldFace } from '../_camera.ts';

function dataset(record: number, number: number, data: Uint8Array, extended = false): Buffer {
  const head = Buffer.from([0x1c, record, number, 0, 0, ...(extended ? [0, 0, 0, 0] : [])]);
  head.writeUInt16BE(extended ? 0x8004 : data.length, 3);
  if (extended) head.writeUInt32BE(data.length, 5);
  return Buffer.concat([head, data]);
}

const [title, city] = [dataset(2, 5, Buffer.from('A title')), dataset(2, 90, Buffer.from('A city'), true)];

describe('withoutIptcPreviews', () => {
  it.each([false, true])('cuts the preview and what describes it; long form %s', (extended) => {
    const preview = [dataset(2, 200, Buffer.from([0, 11])), dataset(2, 201, Buffer.from([0, 1])), dataset(2, 202, Buffer.alloc(400, 'old face'), extended)];
    expect(Buffer.from(withoutIptcPreviews(Buffer.concat([title, ...preview, city, Buffer.alloc(3)]))).equals(Buffer.concat([title, city, Buffer.alloc(3)]))).toBe(true);
  });

  it('cuts JPEGs out of other datasets, and from what follows a damaged one', () => {
    expect(Buffer.from(withoutIptcPreviews(Buffer.concat([title, dataset(8, 10, oldFace()), city]))).equals(Buffer.concat([title, city]))).toBe(true);
    expect(Buffer.from(withoutIptcPreviews(Buffer.concat([title, dataset(2, 202, oldFace()).subarray(0, 300)]))).equals(title)).toBe(true);
    expect(Buffer.from(withoutIptcPreviews(Buffer.concat([title, Buffer.from('text'), oldFace()]))).equals(title)).toBe(true);
  });

  it('keeps every byte of whatever else there is', () => {
    const bytes = fc.array(fc.constantFrom(0x1c, 0, 1, 2, 4, 0x80, 0xff), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, (behind) => {
        const iptc = Buffer.concat([title, Buffer.from(behind)]);
        expect(Buffer.from(withoutIptcPreviews(iptc)).equals(iptc)).toBe(true);
      }),
    );
  });
});
