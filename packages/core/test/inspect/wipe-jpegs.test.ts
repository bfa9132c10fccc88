import * as fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { wipeJpegs } from '../../src/inspect/wipe-jpegs.ts';

/** From SOI and tables on. */
let preview: Buffer;
beforeAll(async () => {
  preview = await sharp({ create: { width: 24, height: 24, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).jpeg().toBuffer();
});

const segment = (marker: number, data: Uint8Array): Buffer => Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
const starting = (...segments: Buffer[]): Buffer => Buffer.concat([preview.subarray(0, 2), ...segments, preview.subarray(2)]);
const wiped = (block: Buffer, values?: [number, number][]): Buffer => (wipeJpegs(block, values), block);

describe('wipeJpegs', () => {
  it.each([
    ['JFIF', () => starting(segment(0xe0, Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\0\0', 'latin1')))],
    ['tables', () => starting()],
    ['a restart interval', () => starting(segment(0xdd, Buffer.from([0, 0])))],
    ['an EXIF block with a thumbnail of its own', () => starting(segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), preview])))],
    ['a byte that its camera altered', () => Buffer.concat([Buffer.from([0x12]), starting().subarray(1)])],
  ])('wipes a JPEG that starts with %s, all of it and nothing else', (_, make) => {
    const jpeg = make();
    const around = [Buffer.from('before'), Buffer.from('between'), Buffer.from('behind')] as const;
    const zeros = Buffer.alloc(jpeg.length);
    expect(wiped(Buffer.concat([around[0], jpeg, around[1], jpeg, around[2]])).equals(Buffer.concat([around[0], zeros, around[1], zeros, around[2]]))).toBe(true);
  });

  it('wipes what has no end as far as its value goes, or to the end', () => {
    for (const cut of [preview.subarray(0, 100), preview.subarray(0, -2)]) {
      const length = cut.length + 3;
      expect(wiped(Buffer.concat([Buffer.from('abc'), cut, Buffer.from('xyz')]), [[1, length]]).equals(Buffer.concat([Buffer.from('abc'), Buffer.alloc(cut.length), Buffer.from('xyz')]))).toBe(true);
      expect(wiped(Buffer.concat([Buffer.from('abc'), cut, Buffer.from('xyz')])).equals(Buffer.concat([Buffer.from('abc'), Buffer.alloc(length)]))).toBe(true);
    }
  });

  it('comes to an end on megabytes of beginnings', () => {
    for (const part of ['ffd8ff', 'd8ffdb', 'd8ffdb0002', 'ffdb0003d8', 'ffdb0002', 'ffd8ffda0002', 'd8ffdb0004ffda0002', 'ffd8ffd9']) {
      const block = Buffer.alloc(2 ** 20, Buffer.from(part, 'hex'));
      expect(wiped(block).length).toBe(2 ** 20);
    }
  });

  it('leaves no JPEG behind, wherever it starts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (before, behind) => {
        expect(wiped(Buffer.concat([before, preview, behind])).includes(preview.subarray(-40, -2))).toBe(false);
      }),
    );
  });
});
