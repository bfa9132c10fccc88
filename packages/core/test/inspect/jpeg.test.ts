import { inspectImage, jpegSegments, UnreadableImageError } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { exifSegment, frame, insertAt, jpegHeader, segment, tiffBlock } from '../_bytes.ts';
import { picture } from '../_images.ts';

describe('jpegSegments', () => {
  it('lists the segments of a real file, back to back, from SOI to SOS', async () => {
    const jpeg = await picture(60, 40).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const segments = [...jpegSegments(jpeg)];
    expect(segments.map(({ marker }) => marker)).toEqual(expect.arrayContaining([0xe1, 0xdb, 0xc0, 0xc4]));
    expect(segments.at(-1)!.marker).toBe(0xda);
    let end = 2;
    for (const { marker, start, payload, end: next } of segments) {
      expect(start).toBe(end);
      expect([...jpeg.subarray(start, start + 2)]).toEqual([0xff, marker]);
      expect(payload).toBe(start + 4);
      end = next;
    }
  });

  it('stops at EOI', () => {
    expect([...jpegSegments(Buffer.from([0xff, 0xd8, 0xff, 0xd9, 1, 2, 3]))]).toEqual([]);
  });
});

describe('a JPEG header', () => {
  it('may have fill bytes before its markers', async () => {
    const jpeg = await picture(60, 40).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const fill = Buffer.alloc(3, 0xff);
    const filled = [...jpegSegments(jpeg)].toReversed().reduce<Buffer>((bytes, { start }) => insertAt(bytes, start, fill), jpeg);
    expect(await sharp(filled).metadata()).toMatchObject({ width: 60, height: 40, orientation: 6 });
    expect(inspectImage(filled)).toEqual({ mediaType: 'image/jpeg', width: 60, height: 40, orientation: 6 });
  });

  it.each([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])('has its size in frame header %i', (marker) => {
    expect(inspectImage(jpegHeader(frame(640, 480, marker)))).toMatchObject({ width: 640, height: 480 });
  });

  it.each([0xc4, 0xc8, 0xcc])('does not have its size in %i', (marker) => {
    expect(() => inspectImage(jpegHeader(frame(640, 480, marker)))).toThrow('Expected a complete image but the JPEG header has no frame');
  });

  it('takes the first valid orientation of several', () => {
    const xmp = segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>'));
    const exif = (orientation: number) => exifSegment(tiffBlock(orientation, 'big-endian'));
    expect(inspectImage(jpegHeader(xmp, exif(99), exif(6), exif(3), frame(640, 480)))).toMatchObject({ orientation: 6 });
  });

  it.each([
    [0, 480],
    [640, 0],
    [0, 0],
  ])('cannot state %i x %i px', (width, height) => {
    expect(() => inspectImage(jpegHeader(frame(width, height)))).toThrow(UnreadableImageError);
    expect(() => inspectImage(jpegHeader(frame(width, height)))).toThrow(`Expected a complete image but the JPEG header states ${width} x ${height} px`);
  });

  it('has at most 4096 segments', () => {
    const comments = (count: number) => Array.from({ length: count }, () => segment(0xfe, Buffer.alloc(0)));
    expect(inspectImage(jpegHeader(...comments(4094), frame(640, 480)))).toMatchObject({ width: 640 });
    expect(() => inspectImage(jpegHeader(...comments(4095), frame(640, 480)))).toThrow('Expected a complete image but the JPEG header has more than 4096 segments');
  });

  it('says where it is damaged', () => {
    const noMarker = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]), Buffer.alloc(10)]);
    const shortLength = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 1, 2, 3]);
    const shortFrame = jpegHeader(segment(0xc0, Buffer.from([8, 0, 1, 0, 1])));
    expect(() => inspectImage(noMarker)).toThrow('Expected a complete image but the JPEG header is damaged near byte 8');
    expect(() => inspectImage(shortLength)).toThrow('Expected a complete image but the JPEG header is damaged near byte 4');
    expect(() => inspectImage(shortFrame)).toThrow('Expected a complete image but the JPEG header is damaged near byte 6');
  });

  it('says where it is cut off, within a segment too', () => {
    const whole = jpegHeader(exifSegment(tiffBlock(6, 'big-endian')), frame(640, 480));
    for (let length = 3; length < whole.length; length++) {
      expect(() => inspectImage(whole.subarray(0, length))).toThrow(`Expected a complete image but the JPEG header is cut off after ${length} bytes`);
    }
  });
});
