import { inspectImage, pngChunks, pngSignatureLength } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { chunk, ihdr, pngSignature, tiffBlock } from '../_bytes.ts';
import { picture } from '../_images.ts';

const png = (...chunks: Uint8Array[]) => Buffer.concat([pngSignature, ...chunks]);

describe('pngChunks', () => {
  it('lists the chunks of a real file, back to back, from IHDR to IEND', async () => {
    const bytes = await picture(60, 40).png().withMetadata({ orientation: 6 }).toBuffer();
    const chunks = [...pngChunks(bytes)];
    expect(chunks[0]!.type).toBe('IHDR');
    expect(chunks.map(({ type }) => type)).toEqual(expect.arrayContaining(['eXIf', 'IDAT']));
    expect(chunks.at(-1)!.type).toBe('IEND');
    expect(Buffer.concat([pngSignature, ...chunks.map(({ type, payload, end }) => chunk(type, bytes.subarray(payload, end - 4)))])).toEqual(bytes);
    let end = pngSignatureLength;
    for (const { start, payload, end: next } of chunks) {
      expect(start).toBe(end);
      expect(payload).toBe(start + 8);
      end = next;
    }
    expect(end).toBe(bytes.length);
  });

  it('gives pixels that are cut off before it reports the cut', () => {
    const bytes = png(ihdr(60, 40), chunk('IDAT', Buffer.alloc(100))).subarray(0, -50);
    const seen: string[] = [];
    expect(() => {
      for (const { type } of pngChunks(bytes)) seen.push(type);
    }).toThrow(`Expected a complete image but the PNG file is cut off after ${bytes.length} bytes`);
    expect(seen).toEqual(['IHDR', 'IDAT']);
  });

  it.each([
    ['tEXt', 4094, 'chunks'],
    ['IDAT', 65536, 'chunks of pixels'],
  ])('gives no more %s chunks than %i, beside IHDR and IEND', (type, most, what) => {
    const file = (count: number) => png(ihdr(60, 40), Buffer.alloc(12 * count, chunk(type)), chunk('IEND'));
    expect([...pngChunks(file(most))]).toHaveLength(most + 2);
    expect(() => [...pngChunks(file(most + 1))]).toThrow(`Expected a complete image but the PNG file has more than ${type === 'IDAT' ? most : 4096} ${what}`);
  });

  it('gives no other chunk that is cut off', () => {
    const bytes = png(ihdr(60, 40), chunk('tEXt', Buffer.alloc(100))).subarray(0, -50);
    const chunks = pngChunks(bytes);
    expect(chunks.next().value).toMatchObject({ type: 'IHDR' });
    expect(() => chunks.next()).toThrow(`Expected a complete image but the PNG file is cut off after ${bytes.length} bytes`);
  });
});

describe('a PNG header', () => {
  const pixels = chunk('IDAT', Buffer.alloc(4));

  it('starts with IHDR', () => {
    const message = 'Expected a complete image but the PNG file does not start with its header';
    expect(() => inspectImage(png(chunk('CgBI', Buffer.alloc(4)), ihdr(60, 40), pixels))).toThrow(message);
    expect(() => inspectImage(png(pixels))).toThrow(message);
    expect(() => inspectImage(png(chunk('IHDR', Buffer.alloc(12)), pixels))).toThrow(message);
  });

  it.each([
    [0, 40],
    [60, 0],
  ])('cannot state %i x %i px', (width, height) => {
    expect(() => inspectImage(png(ihdr(width, height), pixels))).toThrow(`Expected a complete image but the PNG header states ${width} x ${height} px`);
  });

  it('may state sides that a JPEG cannot have', () => {
    expect(inspectImage(png(ihdr(2 ** 31 - 1, 1), pixels))).toMatchObject({ width: 2 ** 31 - 1, height: 1 });
  });

  it('cannot have a chunk that reaches past the end of the file', () => {
    const bytes = png(ihdr(60, 40), chunk('tEXt', Buffer.alloc(8)), pixels);
    bytes.writeUInt32BE(0xffffffff, 33);
    expect(() => inspectImage(bytes)).toThrow(`Expected a complete image but the PNG file is cut off after ${bytes.length} bytes`);
  });

  it('says where it is cut off', () => {
    const whole = png(ihdr(60, 40), chunk('eXIf', tiffBlock(6, 'big-endian')), pixels);
    for (let length = pngSignatureLength; length < whole.length - pixels.length; length++) {
      expect(() => inspectImage(whole.subarray(0, length))).toThrow(`Expected a complete image but the PNG file is cut off after ${length} bytes`);
    }
  });

  it('is upright when its EXIF block is damaged', () => {
    expect(inspectImage(png(ihdr(60, 40), chunk('eXIf', tiffBlock(6, 'big-endian')), pixels))).toMatchObject({ orientation: 6 });
    expect(inspectImage(png(ihdr(60, 40), chunk('eXIf', tiffBlock(6, 'big-endian').subarray(0, 20)), pixels))).toMatchObject({ orientation: 1 });
  });
});
