import { inspectImage, jpegSegments, SlimFaceError, UnreadableImageError, UnsupportedFormatError, type ImageInfo } from '@slimface/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chunk, exifSegment, frame, ihdr, insertAt, jpegHeader, pngSignature, seededRandom, tiffBlock } from './_bytes.ts';
import { picture } from './_images.ts';

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

describe('what inspectImage says of a real image', () => {
  const images = {
    'a baseline JPEG': picture(60, 40).jpeg(),
    'a progressive JPEG': picture(60, 40).jpeg({ progressive: true }),
    'a grey JPEG': picture(60, 40).greyscale().jpeg(),
    'a CMYK JPEG': picture(60, 40).toColourspace('cmyk').jpeg(),
    'a JPEG with profile, EXIF and XMP': picture(60, 40).withIccProfile('p3').withExif({ IFD0: { Copyright: 'nobody' } }).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').jpeg(),
    'a PNG': picture(60, 40).png(),
    'an interlaced PNG': picture(60, 40).png({ progressive: true }),
    'a PNG with a palette': picture(60, 40).png({ palette: true }),
    'a PNG with alpha': picture(60, 40).ensureAlpha(0.5).png(),
    'a 16-bit PNG': picture(60, 40).toColourspace('rgb16').png(),
    'a lossy WebP': picture(60, 40).webp(),
    'a lossless WebP': picture(60, 40).webp({ lossless: true }),
    'a WebP with alpha': picture(60, 40).ensureAlpha(0.5).webp(),
    'a WebP with profile, EXIF and XMP': picture(60, 40).withIccProfile('p3').withExif({ IFD0: { Copyright: 'nobody' } }).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').webp(),
    'a TIFF': picture(60, 40).tiff({ compression: 'none' }),
    'a 16-bit TIFF with alpha': picture(60, 40).ensureAlpha(0.5).toColourspace('rgb16').tiff({ compression: 'lzw' }),
    'a CMYK TIFF': picture(60, 40).toColourspace('cmyk').tiff({ compression: 'deflate' }),
    'a tiled TIFF': picture(60, 40).tiff({ tile: true, tileWidth: 16, tileHeight: 16 }),
  };

  it.each(Object.entries(images))('agrees with sharp on %s', async (_, image) => {
    const bytes = await image.toBuffer();
    const { format } = await sharp(bytes).metadata();
    expect(inspectImage(bytes)).toEqual({ mediaType: `image/${format}`, width: 60, height: 40, orientation: 1 });
  });

  it.each(orientations)('reads orientation %i as sharp writes it', async (orientation) => {
    for (const image of [picture(60, 40).jpeg(), picture(60, 40).jpeg({ progressive: true }), picture(60, 40).png()]) {
      const bytes = await image.withMetadata({ orientation }).toBuffer();
      expect(inspectImage(bytes)).toMatchObject({ width: 60, height: 40, orientation });
    }
  });

  it.each(orientations)('agrees with sharp on orientation %i in either byte order', async (orientation) => {
    const [jpeg, png] = await Promise.all([picture(60, 40).jpeg().toBuffer(), picture(60, 40).png().toBuffer()]);
    for (const byteOrder of ['big-endian', 'little-endian'] as const) {
      const tiff = tiffBlock(orientation, byteOrder);
      for (const bytes of [insertAt(jpeg, 2, exifSegment(tiff)), insertAt(png, 33, chunk('eXIf', tiff))]) {
        expect((await sharp(bytes).metadata()).orientation).toBe(orientation);
        expect(inspectImage(bytes)).toMatchObject({ width: 60, height: 40, orientation });
      }
    }
  });

  it.each(orientations)('agrees with sharp on orientation %i of a WebP, a TIFF and an AVIF, which its decoder turns', async (orientation) => {
    for (const format of ['webp', 'tiff', 'avif'] as const) {
      const bytes = await picture(60, 40).withMetadata({ orientation }).toFormat(format, { effort: 0 }).toBuffer();
      const { width, height, orientation: said = 1, mediaType } = await sharp(bytes).metadata();
      expect(inspectImage(bytes)).toEqual({ mediaType, width, height, orientation: said });
      if (format !== 'avif') expect(said).toBe(orientation);
      else expect({ width, height }).toEqual(orientation < 5 ? { width: 60, height: 40 } : { width: 40, height: 60 });
    }
  });

  it('agrees with sharp on AVIF with alpha, of 10 bits, and without loss', async () => {
    for (const image of [picture(60, 40).ensureAlpha(0.5).avif({ effort: 0 }), picture(60, 40).avif({ effort: 0, bitdepth: 10 }), picture(60, 40).avif({ effort: 0, lossless: true })]) {
      expect(inspectImage(await image.toBuffer())).toEqual({ mediaType: 'image/avif', width: 60, height: 40, orientation: 1 });
    }
  });

  it('takes an AVIF by its further brands, too', async () => {
    const avif = await picture(60, 40).avif({ effort: 0 }).toBuffer();
    avif.write('mif1', 8, 'latin1');
    expect(avif.toString('latin1', 16, 28)).toContain('avif');
    expect(inspectImage(avif)).toMatchObject({ mediaType: 'image/avif', width: 60 });
  });

  it('reads a view that starts in the middle of its buffer', async () => {
    const png = await picture(60, 40).png().toBuffer();
    const bytes = Buffer.concat([Buffer.alloc(7), png]).subarray(7);
    expect(inspectImage(bytes)).toMatchObject({ width: 60, height: 40 });
  });

  it('needs the header alone', async () => {
    const jpeg = await picture(600, 400).jpeg().toBuffer();
    const png = await picture(600, 400).png().toBuffer();
    expect(inspectImage(jpeg.subarray(0, 1000))).toMatchObject({ width: 600, height: 400 });
    expect(inspectImage(png.subarray(0, 1000))).toMatchObject({ width: 600, height: 400 });
  });

  it('believes a header that announces 65500 x 65500 px and decodes nothing', () => {
    expect(inspectImage(jpegHeader(frame(65500, 65500)))).toEqual({ mediaType: 'image/jpeg', width: 65500, height: 65500, orientation: 1 });
    expect(inspectImage(Buffer.concat([pngSignature, ihdr(65500, 65500), chunk('IDAT')]))).toMatchObject({ width: 65500, height: 65500 });
  });
});

describe('what inspectImage refuses', () => {
  const readable = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff'] as const;
  const text = (content: string) => Buffer.from(content);
  const others: Record<string, () => Buffer | Promise<Buffer>> = {
    'image/gif': () => picture(60, 40).gif().toBuffer(),
    'image/tiff (BigTIFF)': () => picture(60, 40).tiff({ bigtiff: true }).toBuffer(),
    'image/heic': () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
    'image/heif': () => Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'latin1'),
    'image/jxl': () => Buffer.from('\xff\x0a\xff\x07\x08\x83', 'latin1'),
    'image/jp2': () => Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'),
    'image/bmp': () => Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1'),
    'image/svg+xml': () => text('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"/>'),
    'application/pdf': () => text('%PDF-1.7\n1 0 obj\n'),
  };

  it.each(Object.entries(others))('names %s by its bytes', async (detected, bytes) => {
    const file = await bytes();
    expect(() => inspectImage(file)).toThrow(UnsupportedFormatError);
    expect(() => inspectImage(file)).toThrow(
      expect.objectContaining({ accepted: readable, detected, message: `Expected an image of type ${readable.join(' or ')} but received ${detected}` }),
    );
  });

  it('names what is not welcome, and does not look into it', async () => {
    const whole = await picture(60, 40).webp().toBuffer();
    for (const webp of [whole, whole.subarray(0, 20)]) {
      expect(() => inspectImage(webp, ['image/jpeg', 'image/png'])).toThrow(
        expect.objectContaining({ accepted: ['image/jpeg', 'image/png'], detected: 'image/webp', message: 'Expected an image of type image/jpeg or image/png but received image/webp' }),
      );
    }
  });

  it('refuses files of several pictures by name', async () => {
    const raw = { raw: { width: 60, height: 120, channels: 3 as const, pageHeight: 40 } };
    const data = Buffer.from(Array.from({ length: 60 * 120 * 3 }, (_, i) => (i * 7) % 256));
    const sequence = await picture(60, 40).avif({ effort: 0 }).toBuffer();
    sequence.write('avis', 8, 'latin1');
    const several = {
      'image/webp (animated)': await sharp(data, raw).webp({ loop: 0 }).toBuffer(),
      'image/tiff (3 pages)': await sharp(data, raw).tiff().toBuffer(),
      'image/avif (a sequence of images)': sequence,
    };
    for (const [detected, bytes] of Object.entries(several)) expect(() => inspectImage(bytes), detected).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT', detected }));
  });

  it('takes a TIFF whose further pages are smaller copies of the first, and refuses a raw photo', () => {
    const page = (subfile: number, next: number, tag = 254) =>
      Buffer.from([3, 0, ...entry(tag, subfile), ...entry(256, 60), ...entry(257, 40), next, 0, 0, 0]);
    const entry = (tag: number, value: number) => [tag & 255, tag >> 8, 4, 0, 1, 0, 0, 0, value, 0, 0, 0];
    const start = Buffer.from('II*\0\x08\0\0\0', 'latin1');
    expect(inspectImage(Buffer.concat([start, page(0, 50), page(1, 0)]))).toEqual({ mediaType: 'image/tiff', width: 60, height: 40, orientation: 1 });
    expect(() => inspectImage(Buffer.concat([start, page(0, 50), page(0, 0)]))).toThrow(expect.objectContaining({ detected: 'image/tiff (2 pages)' }));
    expect(() => inspectImage(Buffer.concat([start, page(1, 0, 50706)]))).toThrow(expect.objectContaining({ detected: 'image/x-adobe-dng' }));
  });

  it.each([
    ['a preview above the photo, as in NEF and ARW', { 254: 1 }, { 254: 0 }, 'image/tiff of a raw photo'],
    ['a larger page below it', {}, { 256: 61 }, 'image/tiff of a raw photo'],
    ['what the sensor has seen below it', {}, { 262: 32803 }, 'image/tiff of a raw photo'],
    ['a linear raw', { 262: 34892 }, { 254: 1 }, 'image/tiff of a raw photo'],
    ['a smaller copy below it', {}, { 254: 1, 256: 30, 257: 20 }, undefined],
  ])('tells a raw photo from a TIFF: %s', (_, above, below, detected) => {
    for (const type of [4, 13]) {
      const directory = (tags: Record<number, number>) => {
        const all = { 254: 0, 256: 60, 257: 40, 262: 2, ...tags };
        const entries = Object.entries(all).map(([tag, value]) => Buffer.from(new Uint16Array([Number(tag), tag === '330' ? type : 4, 1, 0, value, value >> 16]).buffer));
        return Buffer.concat([Buffer.from([entries.length, 0]), ...entries, Buffer.alloc(4)]);
      };
      const bytes = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), directory({ ...above, 330: 74 }), directory(below)]);
      if (detected === undefined) expect(inspectImage(bytes)).toMatchObject({ width: 60, height: 40 });
      else expect(() => inspectImage(bytes)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT', detected }));
    }
  });

  it('refuses a TIFF directory of more than 512 entries', () => {
    const file = (count: number) => {
      const entries = Array.from({ length: count }, (_, i) => Buffer.from(new Uint16Array([256 + i, 3, 1, 0, 40, 0]).buffer));
      return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), Buffer.from(new Uint16Array([count]).buffer), ...entries, Buffer.alloc(4)]);
    };
    expect(inspectImage(file(512 - 256))).toMatchObject({ width: 40, height: 40 });
    expect(() => inspectImage(file(513))).toThrow('Expected a complete image but a TIFF directory has 513 entries, more than 512');
  });

  it('refuses a TIFF whose values overlap, on one page or two', () => {
    const directory = (count: number, next = 0) => {
      const entries = [[256, 60, 1], [257, 40, 1], [50000, 8, count], [50001, 8, count]].map(([tag, value, many]) => Buffer.from(new Uint16Array([tag!, many === 1 ? 3 : 7, many!, 0, value!, 0]).buffer));
      return Buffer.concat([Buffer.from(new Uint16Array([entries.length]).buffer), ...entries, Buffer.from(new Uint16Array([next, 0]).buffer)]);
    };
    const file = (...directories: Buffer[]) => Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), ...directories, Buffer.alloc(1000)]);
    expect(inspectImage(file(directory(500)))).toMatchObject({ width: 60, height: 40 });
    const message = 'Expected a complete image but the values of the TIFF directories overlap';
    expect(() => inspectImage(file(directory(600)))).toThrow(message);
    expect(() => inspectImage(file(directory(400, 62), directory(400)))).toThrow(message);
  });

  it('takes a turn in a WebP only when its header announces it', async () => {
    const turned = await picture(60, 40).withMetadata({ orientation: 6 }).webp().toBuffer();
    expect(inspectImage(turned)).toMatchObject({ orientation: 6 });
    const [picturesAt, exifAt] = [turned.indexOf('VP8 '), turned.indexOf('EXIF')];
    const exifFirst = Buffer.concat([turned.subarray(0, picturesAt), turned.subarray(exifAt), turned.subarray(picturesAt, exifAt)]);
    for (const bytes of [turned, exifFirst]) {
      bytes[20]! &= ~0x08;
      expect((await sharp(bytes).metadata()).orientation).toBe(undefined);
      expect(inspectImage(bytes)).toMatchObject({ orientation: 1 });
    }
  });

  it('refuses an AVIF that is cut out of far more pixels', async () => {
    const avif = await picture(60, 40).avif({ effort: 0 }).toBuffer();
    const at = avif.indexOf('ispe');
    const ispe = avif.subarray(at - 4, at + 16);
    const words = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])));
    const clap = (width: number, height: number) => Buffer.concat([words(40), Buffer.from('clap'), words(width, 1, height, 1, 0, 1, 0, 1)]);
    const build = (property: Buffer) => {
      const ipco = Buffer.concat([words(8 + ispe.length + property.length), Buffer.from('ipco'), ispe, property]);
      const ipma = Buffer.concat([words(20), Buffer.from('ipma'), words(0, 1), Buffer.from([0, 1, 2, 1, 2])]);
      ipma.writeUInt32BE(ipma.length, 0);
      const iprp = Buffer.concat([words(8 + ipco.length + ipma.length), Buffer.from('iprp'), ipco, ipma]);
      const pitm = Buffer.concat([words(14), Buffer.from('pitm'), words(0), Buffer.from([0, 1])]);
      return Buffer.concat([avif.subarray(0, avif.readUInt32BE(0)), words(12 + pitm.length + iprp.length), Buffer.from('meta'), words(0), pitm, iprp]);
    };
    expect(inspectImage(build(clap(50, 30)))).toEqual({ mediaType: 'image/avif', width: 50, height: 30, orientation: 1 });
    expect(() => inspectImage(build(clap(10, 10)))).toThrow('the AVIF header cuts 10 x 10 px out of 2400 pixels');
    expect(() => inspectImage(build(clap(0, 10)))).toThrow('the AVIF header states 0 x 10 px');
  });

  it('says so when nobody knows what the bytes are', () => {
    for (const bytes of [text('I am a photo, honestly.'), text('x'), Buffer.from([0xff, 0xd8]), pngSignature.subarray(0, 7), Buffer.alloc(1000)]) {
      expect(() => inspectImage(bytes)).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED_FORMAT', detected: null, message: `Expected an image of type ${readable.join(' or ')} but received bytes of no known image format` }),
      );
    }
  });

  it('refuses an animated PNG by name', async () => {
    const still = await picture(60, 40).png().toBuffer();
    const animated = insertAt(still, 33, chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])));
    expect(inspectImage(still)).toMatchObject({ mediaType: 'image/png' });
    expect(() => inspectImage(animated)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT', detected: 'image/apng' }));
  });

  it('refuses no bytes at all', () => {
    expect(() => inspectImage(new Uint8Array())).toThrow(UnreadableImageError);
    expect(() => inspectImage(new Uint8Array())).toThrow('Expected a complete image but the file is empty (0 bytes)');
  });
});

/** The answer, or the error: anything but a `SlimFaceError` or a whole answer fails the test. */
function outcome(bytes: Uint8Array): ImageInfo | SlimFaceError {
  try {
    const info = inspectImage(bytes);
    const { width, height, orientation } = info;
    if (!(width >= 1 && height >= 1 && orientations.includes(orientation))) throw new Error(`answered ${JSON.stringify(info)}`);
    return info;
  } catch (error) {
    if (error instanceof UnreadableImageError || error instanceof UnsupportedFormatError) return error;
    throw new Error(`on ${Buffer.from(bytes).toString('hex').slice(0, 400)}`, { cause: error });
  }
}

describe('inspectImage at every cut', () => {
  it('refuses a JPEG that ends within its header and reads it from there on', async () => {
    for (const progressive of [false, true]) {
      const jpeg = await picture(60, 40).jpeg({ progressive }).withIccProfile('srgb').withMetadata({ orientation: 6 }).toBuffer();
      const headerEnd = [...jpegSegments(jpeg)].at(-1)!.end;
      const whole = inspectImage(jpeg);
      for (let length = 0; length < headerEnd; length++) {
        const expected = length === 1 || length === 2 ? UnsupportedFormatError : UnreadableImageError;
        expect(outcome(jpeg.subarray(0, length)), `cut at ${length}`).toBeInstanceOf(expected);
      }
      for (let length = headerEnd; length <= jpeg.length; length++) expect(outcome(jpeg.subarray(0, length))).toEqual(whole);
    }
  });

  it('refuses a PNG that ends within its header and reads it from its pixels on', async () => {
    for (const progressive of [false, true]) {
      const png = await picture(60, 40).png({ progressive }).withMetadata({ orientation: 6 }).toBuffer();
      const headerEnd = png.indexOf('IDAT') + 8;
      const whole = inspectImage(png);
      for (let length = 0; length < headerEnd; length++) {
        const expected = length >= 1 && length < 8 ? UnsupportedFormatError : UnreadableImageError;
        expect(outcome(png.subarray(0, length)), `cut at ${length}`).toBeInstanceOf(expected);
      }
      for (let length = headerEnd; length <= png.length; length++) expect(outcome(png.subarray(0, length))).toEqual(whole);
    }
  });
});

describe('inspectImage at every cut of a file with its header anywhere', () => {
  it.each(['webp', 'tiff', 'avif'] as const)('answers or refuses a %s', async (format) => {
    const file = await picture(60, 40).withMetadata({ orientation: 6 }).toFormat(format, { effort: 0 }).toBuffer();
    const whole = inspectImage(file);
    let answered = 0;
    for (let length = 0; length < file.length; length++) {
      const result = outcome(file.subarray(0, length));
      if (result instanceof SlimFaceError) continue;
      expect(result, `cut at ${length}`).toEqual(whole);
      answered++;
    }
    // EXIF is at the end of a WebP, the pixels are at the end of an AVIF.
    if (format === 'webp') expect(answered).toBe(0);
    if (format === 'avif') expect(answered).toBeGreaterThan(100);
  });
});

describe('inspectImage on rubbish', () => {
  const signatures = [Buffer.alloc(0), Buffer.from([0xff, 0xd8, 0xff]), pngSignature, Buffer.concat([pngSignature, ihdr(60, 40)])];
  const fragments = [
    Buffer.from([0xff]),
    Buffer.from([0xff, 0xff, 0xff, 0xd8]),
    Buffer.from([0xff, 0xd9]),
    Buffer.from([0xff, 0xc0, 0, 2]),
    Buffer.from([0xff, 0xe1, 0, 8, 0x45, 0x78, 0x69, 0x66, 0, 0]),
    Buffer.from([0xff, 0xda]),
    Buffer.from('II*\0', 'latin1'),
    Buffer.from([0x01, 0x12, 0, 3]),
    frame(60, 40),
    exifSegment(tiffBlock(6, 'big-endian')),
    chunk('eXIf', tiffBlock(6, 'little-endian')),
    chunk('acTL'),
    chunk('IDAT', Buffer.alloc(3)),
    chunk('IEND'),
  ];

  it('answers or refuses, whatever the bytes', () => {
    const random = seededRandom(20260);
    const below = (limit: number): number => Math.floor(random() * limit);
    const seen = new Set<string>();
    for (let i = 0; i < 6000; i++) {
      const parts = [signatures[below(signatures.length)]!];
      while (random() < 0.8) {
        const noise = Buffer.from(Array.from({ length: below(24) }, () => below(256)));
        parts.push(random() < 0.7 ? fragments[below(fragments.length)]! : noise);
      }
      const result = outcome(Buffer.concat(parts));
      seen.add(result instanceof SlimFaceError ? result.code : result.mediaType);
    }
    // The cases reach every way out.
    expect([...seen].sort()).toEqual(['UNREADABLE_IMAGE', 'UNSUPPORTED_FORMAT', 'image/jpeg', 'image/png']);
  });

  it('answers or refuses when any byte of a real header is another one', async () => {
    const random = seededRandom(8);
    const images = [picture(60, 40).jpeg(), picture(60, 40).png(), picture(60, 40).webp(), picture(60, 40).avif({ effort: 0 }), picture(60, 40).tiff({ compression: 'lzw' })];
    for (const image of images) {
      const original = await image.withMetadata({ orientation: 6 }).toBuffer();
      for (let i = 0; i < 3000; i++) {
        const bytes = Buffer.from(original);
        const from = original[0] === 0x49 ? original.readUInt32LE(4) - 8 : 0; // a TIFF has its directory at the end
        for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) bytes[from + Math.floor(random() * 400)] = Math.floor(random() * 256);
        outcome(bytes);
      }
    }
  });

  it('comes to an end on megabytes without a header in them', () => {
    const size = 6 * 2 ** 20;
    const start = Buffer.from([0xff, 0xd8]);
    const endless = {
      'fill bytes': Buffer.concat([start, Buffer.alloc(size, 0xff)]),
      'restart markers': Buffer.concat([start, Buffer.alloc(size, Buffer.from([0xff, 0xd0]))]),
      'empty segments': Buffer.concat([start, Buffer.alloc(size, Buffer.from([0xff, 0xe0, 0, 2]))]),
      'empty chunks': Buffer.concat([pngSignature, ihdr(60, 40), Buffer.alloc(size, chunk('tEXt'))]),
      'empty chunks of a WebP': Buffer.concat([Buffer.from('RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\0\0\0\x08\0\0\0\x3b\0\0\x27\0\0', 'latin1'), Buffer.alloc(size, Buffer.from('ABCD\0\0\0\0', 'latin1'))]),
      'empty boxes': Buffer.concat([Buffer.from('\0\0\0\x10ftypavif\0\0\0\0', 'latin1'), Buffer.alloc(size, Buffer.from('\0\0\0\x08free', 'latin1'))]),
      'a header of empty boxes': Buffer.concat([Buffer.from('\0\0\0\x10ftypavif\0\0\0\0\0\0\0\0meta\0\0\0\0', 'latin1'), Buffer.alloc(size, Buffer.from('\0\0\0\x08free', 'latin1'))]),
      'directories in a circle': Buffer.concat([tiffPage(8), Buffer.alloc(size)]),
      'directories without end': Buffer.concat([...Array.from({ length: 120 }, (_, i) => (i === 0 ? tiffPage(38) : tiffPage(38 + 30 * i).subarray(8))), Buffer.alloc(size)]),
    };
    for (const [what, bytes] of Object.entries(endless)) expect(outcome(bytes), what).toBeInstanceOf(what === 'directories without end' ? UnsupportedFormatError : UnreadableImageError);
    expect(outcome(endless['empty segments']), 'segments').toMatchObject({ message: 'Expected a complete image but the JPEG header has more than 4096 segments' });
    expect(outcome(endless['empty chunks']), 'chunks').toMatchObject({ message: 'Expected a complete image but the PNG file has more than 4096 chunks' });
    expect(outcome(endless['empty chunks of a WebP']), 'WebP').toMatchObject({ message: 'Expected a complete image but the WebP file has more than 1000 chunks' });
    expect(outcome(endless['empty boxes']), 'boxes').toMatchObject({ message: 'Expected a complete image but the AVIF file has more than 8192 boxes in a row' });
  });

  /** A TIFF file with one page of 60 x 40 px, and where the next is. */
  function tiffPage(next: number): Buffer {
    const page = Buffer.from('II*\0\x08\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0\x3c\0\0\0\x01\x01\x03\0\x01\0\0\0\x28\0\0\0\0\0\0\0', 'latin1');
    page.writeUInt32LE(next, 34);
    return page;
  }
});
