import { describe, expect, it } from 'vitest';
import { createImageEnd } from '../../../src/ailab/result/image-end.ts';
import type { ImageMediaType } from '../../../src/requirements.ts';
import { chunk, exifSegment, frame, ihdr, insertAt, jpegHeader, pngSignature, seededRandom, segment, tiffBlock } from '../../_bytes.ts';
import { picture } from '../../_images.ts';

const EOI = Buffer.from([0xff, 0xd9]);
const withMetadata = { exif: { IFD0: { Copyright: 'nobody' } } };

const jpegs: [name: string, bytes: Buffer][] = [
  ['1 x 1 px', await picture(1, 1).jpeg().toBuffer()],
  ['8 x 8 px', await picture(8, 8).jpeg().toBuffer()],
  ['333 x 127 px', await picture(333, 127).jpeg({ quality: 100 }).toBuffer()],
  ['progressive', await picture(160, 120).jpeg({ progressive: true }).toBuffer()],
  ['optimised', await picture(160, 120).jpeg({ mozjpeg: true }).toBuffer()],
  ['grey', await picture(64, 64).greyscale().jpeg().toBuffer()],
  ['CMYK', await picture(64, 64).toColourspace('cmyk').jpeg().toBuffer()],
  ['with a profile and EXIF', await picture(64, 64).withMetadata(withMetadata).jpeg().toBuffer()],
];

const pngs: [name: string, bytes: Buffer][] = [
  ['1 x 1 px', await picture(1, 1).png().toBuffer()],
  ['333 x 127 px', await picture(333, 127).png().toBuffer()],
  ['interlaced', await picture(160, 120).png({ progressive: true }).toBuffer()],
  ['palette', await picture(160, 120).png({ palette: true }).toBuffer()],
  ['grey with alpha', await picture(64, 64).greyscale().ensureAlpha(0.5).png().toBuffer()],
  ['with a profile and EXIF', await picture(64, 64).withMetadata(withMetadata).png().toBuffer()],
];

/** Whether the end is reached when the bytes come in pieces. */
function reaches(mediaType: ImageMediaType, bytes: Uint8Array, sizeOfNext: () => number = () => bytes.length): boolean {
  const end = createImageEnd(mediaType);
  for (let at = 0; at < bytes.length; ) {
    const size = sizeOfNext();
    end.push(bytes.subarray(at, at + size));
    at += size;
  }
  return end.reached;
}

/** Offsets before the end of a file: all of a short one, and those near both ends of a long one. */
function cuts(length: number): number[] {
  return Array.from({ length }, (_, i) => i).filter((i) => length < 3000 || i < 1000 || i > length - 1000);
}

describe.each([...jpegs.map(([name, bytes]) => ['image/jpeg', name, bytes] as const), ...pngs.map(([name, bytes]) => ['image/png', name, bytes] as const)])(
  '%s, %s',
  (mediaType, _, bytes) => {
    it('is complete, however it is cut into pieces', () => {
      const random = seededRandom(7);
      for (const size of [() => bytes.length, () => 1, () => 2, () => 7, () => 1 + Math.floor(random() * 100)]) expect(reaches(mediaType, bytes, size)).toBe(true);
    });

    it('is complete with anything behind it', () => {
      for (const trailer of [Buffer.alloc(1), Buffer.alloc(300_000), Buffer.from('made by a camera'), EOI, Buffer.from([0xff])]) {
        expect(reaches(mediaType, Buffer.concat([bytes, trailer]), () => 1000)).toBe(true);
      }
    });

    it('is not complete before its last byte', () => {
      for (const length of cuts(bytes.length)) expect(reaches(mediaType, bytes.subarray(0, length)), `${length} of ${bytes.length} bytes`).toBe(false);
    });
  },
);

describe('a JPEG', () => {
  const scan = Buffer.from([1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4]);
  const thumbnail = Buffer.concat([jpegHeader(frame(8, 8)), scan, EOI]);

  it('does not end with its thumbnail', () => {
    const header = jpegHeader(exifSegment(Buffer.concat([tiffBlock(6, 'little-endian'), thumbnail])), segment(0xe2, EOI), frame(16, 16));
    const whole = Buffer.concat([header, scan, EOI]);
    for (const size of [1, 3, whole.length]) {
      expect(reaches('image/jpeg', whole, () => size)).toBe(true);
      expect(reaches('image/jpeg', whole.subarray(0, -1), () => size)).toBe(false);
    }
  });

  it('may have fill bytes and markers without a length before its segments', () => {
    const filled = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0x01, 0xff, 0xff, 0xff]), jpegHeader(segment(0xe2, EOI), frame(16, 16)).subarray(2), scan]);
    for (const size of [1, 2, filled.length]) {
      expect(reaches('image/jpeg', filled, () => size)).toBe(false);
      expect(reaches('image/jpeg', Buffer.concat([filled, EOI]), () => size)).toBe(true);
    }
  });

  it('is searched when its header cannot be read', () => {
    const odd = insertAt(jpegHeader(frame(16, 16)), 2, Buffer.from([0, 0, 0]));
    expect(reaches('image/jpeg', Buffer.concat([odd, scan]))).toBe(false);
    expect(reaches('image/jpeg', Buffer.concat([odd, scan, EOI]))).toBe(true);
  });
});

describe('a PNG', () => {
  it('does not end with the letters of its end inside of a chunk', () => {
    const start = Buffer.concat([pngSignature, ihdr(8, 8), chunk('tEXt', chunk('IEND')), chunk('IDAT', chunk('IEND'))]);
    expect(reaches('image/png', start)).toBe(false);
    expect(reaches('image/png', Buffer.concat([start, chunk('IEND')]))).toBe(true);
  });

  it('waits for a chunk of whatever size', () => {
    const huge = Buffer.concat([pngSignature, ihdr(8, 8), Buffer.from('ffffffff49444154', 'hex')]);
    expect(reaches('image/png', Buffer.concat([huge, Buffer.alloc(100_000), chunk('IEND')]))).toBe(false);
  });
});
