import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { apiRequirements, checkRequirements, SlimFaceError, type ImageInput } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import { engineRequirements } from '../src/requirements.ts';
import { decode } from '../src/stages/decode.ts';
import { encode } from '../src/stages/encode.ts';
import { faceless, fixture, groups, portrait } from './_photos.ts';

/** With the API's limits, as the gateway runs it. */
let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine({ requirements: apiRequirements });
});
afterAll(() => engine.close());

const refuses = (input: unknown, options?: object) => ({
  toMatchObject: (expected: object) => expect(engine.slim(input as ImageInput, options)).rejects.toMatchObject(expected),
});
const blank = (width: number, height: number): Sharp => sharp({ create: { width, height, channels: 3, background: '#a87' } });

describe('bytes', () => {
  it('refuses an empty file', async () => {
    await refuses(Buffer.alloc(0)).toMatchObject({ code: 'UNREADABLE_IMAGE', message: 'Expected a complete image but the file is empty (0 bytes)' });
  });

  it('refuses text, whatever its name was', async () => {
    await refuses(new File(['just some words'], 'face.jpg', { type: 'image/jpeg' })).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      accepted: ['image/jpeg', 'image/png'],
      detected: null,
      message: 'Expected an image of type image/jpeg or image/png but received bytes of no known image format',
    });
  });

  it.each(['gif', 'webp', 'avif', 'tiff'] as const)('refuses %s and names it', async (format) => {
    await refuses(await blank(200, 200).toFormat(format).toBuffer()).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      detected: `image/${format}`,
      message: `Expected an image of type image/jpeg or image/png but received image/${format}`,
    });
  });

  it.each([
    ['JPEG', async () => sharp(portrait).jpeg().toBuffer()],
    ['progressive JPEG', async () => sharp(portrait).jpeg({ progressive: true }).toBuffer()],
    ['PNG', async () => readFile(portrait)],
  ])('refuses a truncated %s, wherever it is cut', async (_, make) => {
    const whole = await make();
    for (const share of [0.001, 0.01, 0.3, 0.6, 0.95]) {
      await refuses(whole.subarray(0, Math.ceil(share * whole.length)), { slimDegree: share === 0.3 ? 0 : 1 }).toMatchObject({
        code: expect.stringMatching(/^(UNREADABLE_IMAGE|UNSUPPORTED_FORMAT)$/),
        message: expect.stringMatching(/cut off|damaged|no known image format|no frame/),
      });
    }
    await refuses(whole.subarray(0, Math.ceil(0.6 * whole.length))).toMatchObject({ code: 'UNREADABLE_IMAGE' });
  });

  it('refuses a JPEG that was cut and closed again, or whose middle is gone', async () => {
    const whole = await sharp(portrait).jpeg({ quality: 90 }).toBuffer();
    const closed = Buffer.concat([whole.subarray(0, Math.ceil(0.6 * whole.length)), Buffer.from([0xff, 0xd9])]);
    const holed = Buffer.from(whole).fill(0, whole.length / 3, (2 * whole.length) / 3);
    for (const damaged of [closed, holed]) {
      await refuses(damaged).toMatchObject({ code: 'UNREADABLE_IMAGE', message: 'Expected a complete image but the JPEG data is cut off or damaged' });
    }
  });

  it('refuses a header that announces 65500 x 65500 before anything is allocated', async () => {
    const photo = await sharp(portrait).jpeg().toBuffer();
    const frame = photo.indexOf(Buffer.from([0xff, 0xc0]));
    photo.writeUInt16BE(65500, frame + 5);
    photo.writeUInt16BE(65500, frame + 7);
    const before = process.memoryUsage().rss;
    for (const target of [engine, await createLocalEngine()]) {
      await expect(target.slim(photo)).rejects.toMatchObject({ code: 'RESOLUTION_OUT_OF_RANGE', width: 65500, height: 65500 });
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
  });

  it.each([
    [127, 400],
    [400, 127],
    [5001, 200],
    [200, 5001],
  ])('refuses %i x %i px', async (width, height) => {
    await refuses(await blank(width, height).jpeg().toBuffer()).toMatchObject({
      code: 'RESOLUTION_OUT_OF_RANGE',
      width,
      height,
      minSide: 128,
      maxSide: 5000,
      message: `Expected sides of 128 to 5000 px but received ${width} x ${height} px`,
    });
  });

  it('refuses 6 MiB and one byte, and takes 6 MiB', async () => {
    const photo = await sharp(portrait).jpeg().toBuffer();
    const padded = Buffer.concat([photo, Buffer.alloc(6 * 2 ** 20 - photo.length)]);
    expect((await engine.slim(padded)).faces).toHaveLength(1);
    await refuses(Buffer.concat([padded, Buffer.alloc(1)])).toMatchObject({
      code: 'FILE_TOO_LARGE',
      maxBytes: 6291456,
      byteSize: 6291457,
      message: 'Expected an image of at most 6291456 bytes but received 6291457 bytes',
    });
  });
});

describe('files of further formats', () => {
  const photo = () => sharp(portrait).resize(64).removeAlpha().withIccProfile('p3').withExif({ IFD0: { Artist: 'somebody', Orientation: '6' } }).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
  const makers: Readonly<Record<string, () => Promise<Buffer>>> = {
    JPEG: () => photo().jpeg().toBuffer(),
    PNG: () => photo().png().toBuffer(),
    WebP: () => photo().webp().toBuffer(),
    'lossless WebP': () => photo().webp({ lossless: true }).toBuffer(),
    AVIF: () => photo().avif({ effort: 0 }).toBuffer(),
    TIFF: () => photo().tiff({ compression: 'lzw' }).toBuffer(),
    'JPEG in TIFF': () => photo().tiff({ compression: 'jpeg' }).toBuffer(),
  };
  const requirements = { ...engineRequirements, minSide: 1, maxSide: 1000 };

  /** All that a call does with a file but for the faces; anything but a typed error or a whole file fails the test. */
  async function outcome(bytes: Buffer): Promise<string> {
    try {
      const again = await encode(await decode(bytes, checkRequirements(bytes, requirements)), { quality: 80 });
      checkRequirements(again, requirements);
      return 'written';
    } catch (error) {
      if (error instanceof SlimFaceError && /^(UNREADABLE_IMAGE|UNSUPPORTED_FORMAT|RESOLUTION_OUT_OF_RANGE)$/.test(error.code)) return error.code;
      throw new Error(`on ${bytes.toString('hex')}`, { cause: error });
    }
  }

  it.each(Object.entries(makers))('refuses a truncated %s, wherever it is cut', async (_, make) => {
    const whole = await make();
    expect(await outcome(whole)).toBe('written');
    for (let share = 0.02; share < 0.95; share += 0.06) expect(await outcome(whole.subarray(0, Math.ceil(share * whole.length))), `${share}`).toBe('UNREADABLE_IMAGE');
  });

  it.each(Object.entries(makers))('answers or refuses when bytes of a %s are others', async (name, make) => {
    const original = await make();
    const random = mulberry32(name.length);
    const from = name.includes('TIFF') ? Math.max(0, original.readUInt32LE(4) - 16) : 0; // where the directory is
    const end = Math.min(original.length, from + 1200);
    const seen = new Set<string>();
    for (let i = 0; i < 150; i++) {
      const bytes = Buffer.from(original);
      for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) bytes[from + Math.floor(random() * (end - from))] = random() < 0.3 ? 255 : Math.floor(random() * 256);
      seen.add(await outcome(bytes));
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  it('refuses what announces 65500 px a side before anything is allocated', async () => {
    const webp = await makers['WebP']!();
    webp.writeUIntLE(65499, 24, 3);
    webp.writeUIntLE(65499, 27, 3);
    const avif = await makers['AVIF']!();
    const ispe = avif.indexOf('ispe') + 8;
    avif.writeUInt32BE(65500, ispe);
    avif.writeUInt32BE(65500, ispe + 4);
    const tiff = await makers['TIFF']!();
    const sides = tiff.readUInt32LE(4) + 2 + (tiff.readUInt16LE(tiff.readUInt32LE(4) + 2) === 254 ? 12 : 0);
    tiff.writeUInt16LE(65500, sides + 8);
    tiff.writeUInt16LE(65500, sides + 20);
    const generous = await createLocalEngine();
    for (const bytes of [webp, avif, tiff]) await expect(generous.slim(bytes)).rejects.toMatchObject({ code: 'RESOLUTION_OUT_OF_RANGE', width: 65500, height: 65500 });
    await generous.close();
  });

  it.each([
    ['with samples of type float', { bits: 32, samples: 1, photometric: 1, format: 3 }],
    ['with samples of type uint', { bits: 32, samples: 1, photometric: 1, format: 1 }],
    ['with 5 channels', { bits: 8, samples: 5, photometric: 5, format: 1 }],
    ['in the colour space lab', { bits: 8, samples: 3, photometric: 8, format: 1 }],
    ['in the colour space lab', { bits: 16, samples: 3, photometric: 9, format: 1 }],
  ])('refuses a TIFF %s by name', async (kind, coding) => {
    const file = stripTiff(coding);
    await expect(decode(file, checkRequirements(file, requirements))).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      accepted: engineRequirements.mediaTypes,
      detected: expect.stringContaining(`image/tiff ${kind}`),
    });
  });
});

it('refuses a JPEG of 12 bits by name', async () => {
  const photo = await sharp(portrait).jpeg().toBuffer();
  photo[photo.indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12;
  await refuses(photo).toMatchObject({ code: 'UNSUPPORTED_FORMAT', detected: 'image/jpeg with more than 8 bits a sample' });
});

it.each([
  ['lossless', 0xc3],
  ['hierarchical', 0xc5],
  ['hierarchical', 0xc6],
  ['lossless', 0xc7],
  ['lossless', 0xcb],
  ['hierarchical', 0xcd],
  ['hierarchical', 0xce],
  ['lossless', 0xcf],
])('refuses a JPEG with %s coding by name: %i', async (coding, marker) => {
  const photo = await sharp(portrait).resize(200).jpeg().toBuffer();
  photo[photo.indexOf(Buffer.from([0xff, 0xc0])) + 1] = marker;
  await refuses(photo).toMatchObject({ code: 'UNSUPPORTED_FORMAT', detected: `image/jpeg with ${coding} coding` });
});

/** A TIFF of 8 x 8 px with samples of any kind. */
function stripTiff({ bits, samples, photometric, format }: { bits: number; samples: number; photometric: number; format: number }): Buffer {
  const data = Buffer.alloc((64 * bits * samples) / 8);
  const entries = [[256, 8], [257, 8], [258, bits], [259, 1], [262, photometric], [273, 0], [277, samples], [278, 8], [279, data.length], [338, 2], [339, format]].filter(([tag]) => tag !== 338 || samples === 5);
  const lists = 10 + 12 * entries.length + 4;
  const head = Buffer.alloc(lists + 4 * samples);
  head.write('II*\0\x08\0\0\0', 'latin1');
  head.writeUInt16LE(entries.length, 8);
  for (const [i, [tag, value]] of entries.entries()) {
    const perSample = (tag === 258 || tag === 339) && samples > 1;
    head.writeUInt16LE(tag!, 10 + 12 * i);
    head.writeUInt16LE(3, 12 + 12 * i);
    head.writeUInt32LE(perSample ? samples : 1, 14 + 12 * i);
    const list = lists + (tag === 258 ? 0 : 2 * samples);
    head.writeUInt32LE(tag === 273 ? head.length : perSample && samples > 2 ? list : value!, 18 + 12 * i);
    if (perSample) for (let sample = 0; sample < samples; sample++) head.writeUInt16LE(value!, list + 2 * sample);
  }
  return Buffer.concat([head, data]);
}

/** Numbers in [0, 1) that are the same in every run. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('faces', () => {
  it.for(faceless)('refuses a photo without one: %s', async (name, { skip }) => {
    skip(!existsSync(fixture(name)), `fixtures/${name} is not there`);
    await refuses(await readFile(fixture(name))).toMatchObject({ code: 'NO_FACE', message: 'Expected a photo with at least 1 face but found 0' });
  });

  it.each([
    ['a space suit', { left: 150, top: 230, width: 280, height: 280 }],
    ['a shuttle model', { left: 370, top: 130, width: 142, height: 200 }],
    ['a flag', { left: 0, top: 0, width: 150, height: 300 }],
  ])('refuses a photo without one: %s', async (_, crop) => {
    const photo = await sharp(portrait).extract(crop).jpeg().toBuffer();
    await refuses(photo).toMatchObject({ code: 'NO_FACE' });
    const through = await engine.slim(photo, { onNoFace: 'pass-through' });
    expect(await through.bytes()).toBe(photo);
    expect(through.faces).toEqual([]);
  });

  it('refuses 4 faces where 3 are allowed', async () => {
    await refuses(await readFile(groups[3]!.path)).toMatchObject({
      code: 'TOO_MANY_FACES',
      found: 4,
      max: 3,
      message: 'Expected at most 3 faces but found 4',
    });
  });

  it('refuses a face under 64 px, with its size', async () => {
    const small = await sharp(portrait).resize(280).jpeg().toBuffer();
    await refuses(small).toMatchObject({
      code: 'FACE_TOO_SMALL',
      minFaceSide: 64,
      message: expect.stringMatching(/^Expected a face of at least 64 x 64 px but the largest found is 5\d x 5\d px$/),
    });
  });

  it('leaves a small face beside a large one alone and does not count it', async () => {
    const passerBy = await sharp(portrait).extract({ left: 110, top: 0, width: 230, height: 230 }).resize(115).toBuffer();
    const photo = await sharp(portrait).composite([{ input: passerBy, left: 0, top: 390 }]).jpeg({ quality: 95 }).toBuffer();
    const generous = await createLocalEngine();
    expect(await generous.detectFaces(photo)).toHaveLength(2);
    expect((await engine.slim(photo)).faces).toHaveLength(1);
    await generous.close();
  });
});

describe('options', () => {
  it.each([
    [-0.1, '-0.1'],
    [2.1, '2.1'],
    [Number.NaN, 'NaN'],
    ['abc', '"abc"'],
    ['1', '"1"'],
  ])('refuses slimDegree %s', async (slimDegree, received) => {
    await refuses(await readFile(portrait), { slimDegree }).toMatchObject({
      code: 'INVALID_SLIM_DEGREE',
      min: 0,
      max: 2,
      message: `Expected slimDegree between 0 and 2 but received ${received}`,
    });
  });

  it.each([0, 101, 50.5, Number.NaN])('refuses quality %s', async (quality) => {
    await refuses(await readFile(portrait), { quality }).toMatchObject({
      code: 'INVALID_INPUT',
      message: `Expected quality to be a whole number from 1 to 100 but received ${quality}`,
    });
  });

  it.each([['portrait.jpg'], [undefined], [null], [42], [{}]])('refuses %s in place of an image', async (input) => {
    await refuses(input).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/^Expected image to be bytes/) });
  });

  it.each([
    [{ onNoFace: 'passThrough' }, `Expected onNoFace to be 'throw' or 'pass-through' but received "passThrough"`],
    [{ signal: {} }, 'Expected signal to be an AbortSignal but received Object'],
    [{ faces: 5 }, 'Expected faces to be a list but received 5'],
    [{ faces: [null] }, 'Expected faces[] to be objects with index or at, and slimDegree but received null'],
    [null, 'Expected options to be an object but received null'],
    ['strong', 'Expected options to be an object but received "strong"'],
  ])('refuses options %j', async (options, message) => {
    await refuses(await readFile(portrait), options as object).toMatchObject({ code: 'INVALID_INPUT', message });
  });

  it('refuses a degree for a face that is not there', async () => {
    await refuses(await readFile(portrait), { faces: [{ index: 1, slimDegree: 1 }] }).toMatchObject({
      code: 'INVALID_INPUT',
      message: 'Expected faces[].index below the number of faces (1) but received 1',
    });
  });
});

it('gives its memory back after many refusals', async () => {
  const photo = await readFile(groups[0]!.path);
  const cut = photo.subarray(0, photo.length / 2);
  const refuse = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await refuses(cut).toMatchObject({ code: 'UNREADABLE_IMAGE' });
  };
  await refuse(10);
  const before = process.memoryUsage();
  await refuse(40);
  const after = process.memoryUsage();
  // Each would decode to 7 MB.
  expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(60e6);
});
