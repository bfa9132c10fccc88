import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { apiRequirements, type ImageInput } from '@slimface/core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
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
    [{ faces: [null] }, 'Expected faces[] to be objects with index and slimDegree but received null'],
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
