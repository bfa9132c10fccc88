import { apiRequirements, checkRequirements, type ImageRequirements } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { chunk, frame, ihdr, jpegHeader, pngSignature } from './_bytes.ts';
import { picture } from './_images.ts';

const check = (bytes: Uint8Array, requirements: Partial<ImageRequirements> = {}) => checkRequirements(bytes, { ...apiRequirements, ...requirements });
const headers = {
  JPEG: (width: number, height: number) => jpegHeader(frame(width, height)),
  PNG: (width: number, height: number) => Buffer.concat([pngSignature, ihdr(width, height), chunk('IDAT', Buffer.alloc(4))]),
};

describe.each(Object.entries(headers))('checkRequirements on the sides of a %s', (_, header) => {
  it.each([
    [128, 128],
    [128, 5000],
    [5000, 128],
    [5000, 5000],
  ])('takes %i x %i px', (width, height) => {
    expect(check(header(width, height))).toMatchObject({ width, height });
  });

  it.each([
    [127, 128],
    [128, 127],
    [5001, 5000],
    [5000, 5001],
    [127, 5001],
    [65500, 65500],
  ])('refuses %i x %i px', (width, height) => {
    expect(() => check(header(width, height))).toThrow(
      expect.objectContaining({
        code: 'RESOLUTION_OUT_OF_RANGE',
        width,
        height,
        minSide: 128,
        maxSide: 5000,
        message: `Expected sides of 128 to 5000 px but received ${width} x ${height} px`,
      }),
    );
  });
});

describe('checkRequirements on the bytes', () => {
  const padded = (size: number) => Buffer.concat([jpegHeader(frame(640, 480)), Buffer.alloc(size)]).subarray(0, size);

  it('takes 6 MiB and no byte more', () => {
    const limit = 6 * 1024 * 1024;
    expect(check(padded(limit))).toMatchObject({ width: 640 });
    expect(() => check(padded(limit + 1))).toThrow(
      expect.objectContaining({
        code: 'FILE_TOO_LARGE',
        maxBytes: limit,
        byteSize: limit + 1,
        message: 'Expected an image of at most 6291456 bytes but received 6291457 bytes',
      }),
    );
  });

  it('looks at the size before it looks at the bytes', () => {
    expect(() => check(Buffer.from('not an image'), { maxBytes: 5 })).toThrow(expect.objectContaining({ code: 'FILE_TOO_LARGE' }));
  });

  it('calls no bytes an unreadable image, whatever the limit', () => {
    expect(() => check(new Uint8Array(), { maxBytes: 0 })).toThrow('Expected a complete image but the file is empty (0 bytes)');
  });

  it('describes a real photo', async () => {
    const photo = await picture(200, 150).jpeg().withMetadata({ orientation: 8 }).toBuffer();
    expect(check(photo)).toEqual({ mediaType: 'image/jpeg', width: 200, height: 150, orientation: 8 });
  });

  it('refuses a type that the engine does not take', async () => {
    const photo = await picture(200, 150).png().toBuffer();
    expect(() => check(photo, { mediaTypes: ['image/jpeg'] })).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_FORMAT',
        accepted: ['image/jpeg'],
        detected: 'image/png',
        message: 'Expected an image of type image/jpeg but received image/png',
      }),
    );
  });
});

describe('apiRequirements', () => {
  it('are those of the API', () => {
    expect(apiRequirements).toEqual({
      mediaTypes: ['image/jpeg', 'image/png'],
      maxBytes: 6291456,
      minSide: 128,
      maxSide: 5000,
      minFaces: 1,
      maxFaces: 3,
      minFaceSide: 64,
      minSlimDegree: 0,
      maxSlimDegree: 2,
    });
  });

  it('cannot be changed for everybody else in the process', () => {
    expect(() => Object.assign(apiRequirements, { maxFaces: 100 })).toThrow(TypeError);
    expect(() => (apiRequirements.mediaTypes as string[]).push('image/gif')).toThrow(TypeError);
  });
});
