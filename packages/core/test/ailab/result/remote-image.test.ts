import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { AbortedError, ResultUnavailableError } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLifetime } from '../../../src/ailab/lifetime.ts';
import { createRemoteImage } from '../../../src/ailab/result/remote-image.ts';
import { picture } from '../../_images.ts';
import { rejection } from '../../_rejection.ts';
import { fetchContext, slimmingAt } from './_fetch-context.ts';
import { hangsUp, inTurn, refuses, serves } from './_result-server.ts';
import { imageFrom, jpeg, ways } from './_served-image.ts';

describe('an image of a result', () => {
  const { url, ...shown } = slimmingAt('https://example.com');

  it('has the fields of a SlimmedImage', () => {
    const image = createRemoteImage({ ...shown, url }, fetchContext());
    const { bytes: _bytes, stream: _stream, save: _save, ...fields } = image;
    expect(fields).toStrictEqual({ ...shown, faces: [], engine: 'ailab' });
    expect(image.url).toBe(url);
  });

  it('has no ids when there were none', () => {
    const { requestId: _requestId, logId: _logId, ...rest } = shown;
    expect(Object.keys(createRemoteImage({ ...rest, url }, fetchContext()))).not.toEqual(expect.arrayContaining([expect.stringMatching(/Id$/)]));
  });

  it('shows its address to nobody but who asks for it', () => {
    const image = createRemoteImage({ ...shown, url }, fetchContext());
    expect(image.url).toMatch(/pr1vate.*s1gned/);
    for (const text of [inspect(image, { depth: 9, getters: true }), JSON.stringify(image), JSON.stringify({ ...image }), Object.keys(image).join()]) {
      expect(text).not.toMatch(/pr1vate|s1gned|url/);
    }
  });

  it.each(ways)('learns from %s what the bytes are', async (_, fetch) => {
    const { image: turned } = await imageFrom(serves(await picture(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer()));
    const { image: png } = await imageFrom(serves(await picture(30, 20).png().toBuffer()));
    await Promise.all([fetch(turned), fetch(png)]);
    expect(turned).toMatchObject({ mediaType: 'image/jpeg', width: 40, height: 60 });
    expect(png).toMatchObject({ mediaType: 'image/png', width: 30, height: 20 });
  });

  it('is what the first bytes of a stream say, whatever is behind the image', async () => {
    let more = (): void => {};
    const png = await picture(30, 20).png().toBuffer();
    const { image } = await imageFrom((_, response) => {
      response.writeHead(200).write(png);
      more = () => void response.end(jpeg);
    });
    const reader = image.stream().getReader();
    await reader.read();
    more();
    expect((await reader.read()).value).toHaveLength(jpeg.length);
    expect((await reader.read()).done).toBe(true);
    expect(image).toMatchObject({ mediaType: 'image/png', width: 30, height: 20 });
  });

  it.each(ways)('keeps what it was told when %s cannot read the header', async (_, fetch) => {
    // A PNG by its signature and its end, without a header.
    const odd = Buffer.from('89504e470d0a1a0a0000000049454e44ae426082', 'hex');
    const { image: other } = await imageFrom(serves(odd));
    expect(Buffer.from(await fetch(other))).toEqual(odd);
    expect(other).toMatchObject({ mediaType: 'image/jpeg', width: 1, height: 2 });
  });
});

describe('save()', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slimface-remote-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes the file and nothing else', async () => {
    const { image } = await imageFrom(inTurn(refuses(503), serves(jpeg)));
    const { save } = image;
    await save(join(folder, 'slimmed.jpg'));
    expect(jpeg.equals(await readFile(join(folder, 'slimmed.jpg')))).toBe(true);
    expect(await readdir(folder)).toEqual(['slimmed.jpg']);
  });

  it.each([
    ['breaks', hangsUp(jpeg.subarray(0, 500), jpeg.length)],
    ['is cut off', serves(jpeg.subarray(0, -2))],
    ['is a page', serves(Buffer.from('<html>'))],
  ])('leaves no file, and the one that was there, when the download %s', async (_, answer) => {
    const { image } = await imageFrom(answer);
    expect(await rejection(() => image.save(join(folder, 'slimmed.jpg')))).toBeInstanceOf(ResultUnavailableError);
    expect(await readdir(folder)).toEqual([]);
    await writeFile(join(folder, 'slimmed.jpg'), 'before');
    await rejection(() => image.save(join(folder, 'slimmed.jpg')));
    expect(await readFile(join(folder, 'slimmed.jpg'), 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['slimmed.jpg']);
  });

  it('obeys a signal', async () => {
    const { image } = await imageFrom(serves(jpeg));
    expect(await rejection(() => image.save(join(folder, 'slimmed.jpg'), { signal: AbortSignal.abort() }))).toBeInstanceOf(AbortedError);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says when the file cannot be written', async () => {
    const { image } = await imageFrom(serves(jpeg));
    expect(await rejection(() => image.save(join(folder, 'missing', 'slimmed.jpg')))).toMatchObject({ code: 'ENOENT' });
  });

  it('is work that closing waits for until the file is there', async () => {
    const lifetime = createLifetime(async () => {});
    const { image } = await imageFrom(serves(jpeg), { context: { track: lifetime.track } });
    const saving = image.save(join(folder, 'slimmed.jpg'));
    await lifetime.end();
    expect(await readdir(folder)).toEqual(['slimmed.jpg']);
    await saving;
  });
});
