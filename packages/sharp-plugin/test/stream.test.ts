import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { AbortedError, FileTooLargeError, UnreadableImageError, type PixelSlimmer } from '@slimface/core';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slimFace, slimFaceStream } from '../src/index.ts';
import { animation, deepPortrait, difference, portrait } from './_setup.ts';

let slimmer: LocalEngine;
beforeAll(async () => {
  slimmer = await createLocalEngine();
});
afterAll(() => slimmer.close());

describe('slimFaceStream', () => {
  it('stands between a source and sharp()', async () => {
    const resized = createReadStream(portrait, { highWaterMark: 10_000 }).pipe(slimFaceStream({ slimmer, slimDegree: 1.5 })).pipe(sharp().resize(200).raw());
    const expected = (await slimFace(sharp(portrait), { slimmer, slimDegree: 1.5 })).resize(200);
    expect(difference(await buffer(resized), await expected.raw().toBuffer())).toBe(0);
  });

  it('loses no bit of a 16-bit image, and no metadata when asked', async () => {
    const source = await sharp(await deepPortrait()).toColourspace('rgb16').withExif({ IFD0: { Artist: 'NASA' } }).png().toBuffer();
    const png = await buffer(Readable.from([source]).pipe(slimFaceStream({ slimmer, keepMetadata: true })));
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', depth: 'ushort', width: 512 });
    expect((await sharp(png).metadata()).exif!.includes('NASA')).toBe(true);
    const read = (file: Buffer) => sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const [before, after] = await Promise.all([read(source), read(png)]);
    expect(after.subarray(512 * 312 * 6).equals(before.subarray(512 * 312 * 6))).toBe(true);
    expect((await sharp(await buffer(Readable.from([source]).pipe(slimFaceStream({ slimmer })))).metadata()).exif).toBeUndefined();
  });

  it('gives the bytes that came in when nothing changes', async () => {
    const faceless = await sharp(portrait).extract({ left: 0, top: 312, width: 512, height: 200 }).jpeg().toBuffer();
    for (const bytes of [faceless, await animation()]) {
      const chunks = [bytes.subarray(0, 100), bytes.subarray(100)];
      expect((await buffer(Readable.from(chunks).pipe(slimFaceStream({ slimmer })))).equals(bytes)).toBe(true);
    }
  });

  it('is destroyed with a typed error for what is no image or too much of one, and frees its source', async () => {
    const tooLong = new PassThrough();
    tooLong.write(Buffer.alloc(60_000));
    await expect(pipeline(tooLong, slimFaceStream({ slimmer, maxBytes: 50_000 }), new PassThrough())).rejects.toThrow(FileTooLargeError);
    expect(tooLong.destroyed).toBe(true);
    await expect(pipeline(Readable.from([Buffer.from('no image')]), slimFaceStream({ slimmer }), new PassThrough())).rejects.toThrow(UnreadableImageError);
    await expect(pipeline(Readable.from([]), slimFaceStream({ slimmer }), new PassThrough())).rejects.toThrow(UnreadableImageError);
  });

  it('refuses unknown option values at once', () => {
    expect(() => slimFaceStream({ slimmer, slimDegree: 3 })).toThrow('Expected slimDegree between 0 and 2 but received 3');
    expect(() => slimFaceStream({ slimmer, maxBytes: 0 })).toThrow('Expected maxBytes to be a whole number from 1 up but received 0');
    expect(() => slimFaceStream(undefined as never)).toThrow('but received undefined');
  });

  it('ends with an AbortedError while bytes are coming', async () => {
    const controller = new AbortController();
    const reason = new Error('the client left');
    const source = new PassThrough();
    const stream = slimFaceStream({ slimmer, signal: controller.signal });
    const done = pipeline(source, stream, new PassThrough());
    source.write('some bytes');
    setImmediate(() => controller.abort(reason));
    await expect(done).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    expect(source.destroyed).toBe(true);
    const late = slimFaceStream({ slimmer, signal: controller.signal });
    const [error] = await once(late, 'error');
    expect(error).toBeInstanceOf(AbortedError);
  });

  it('aborts the engine when whoever reads it goes away', async () => {
    const aborted = new Promise((resolve) => {
      const patient: PixelSlimmer = { ...slimmer, slimPixels: (_, options) => new Promise((_resolve, reject) => {
        options!.signal!.addEventListener('abort', () => reject(new AbortedError({ cause: options!.signal!.reason })));
        options!.signal!.addEventListener('abort', resolve);
        reader.destroy();
      }) };
      const reader = new PassThrough();
      pipeline(createReadStream(portrait), slimFaceStream({ slimmer: patient }), reader).catch(() => {});
    });
    await aborted;
  });
});
