import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSlimmedImage, writeFileAtomically, type SlimmedImageFields } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { picture } from './_images.ts';
import { rejection } from './_rejection.ts';

const fields: SlimmedImageFields = { mediaType: 'image/png', width: 60, height: 40, faces: [], slimDegree: 1, engine: 'local' };
let folder: string;
let bytes: Buffer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-save-'));
  bytes = await picture(60, 40).png().toBuffer();
});
afterEach(() => rm(folder, { recursive: true }));

describe('createSlimmedImage', () => {
  it('has the fields that it was given and no others', () => {
    const { bytes: _bytes, stream: _stream, save: _save, ...rest } = createSlimmedImage({ ...fields, requestId: 'r1' }, bytes);
    expect(rest).toStrictEqual({ ...fields, requestId: 'r1' });
  });

  it('gives the very bytes, as often as they are asked for', async () => {
    const image = createSlimmedImage(fields, bytes);
    expect(await image.bytes()).toBe(bytes);
    expect(await image.bytes()).toBe(bytes);
  });

  it('gives a new stream of them each time', async () => {
    const image = createSlimmedImage(fields, Buffer.concat([Buffer.alloc(3), bytes]).subarray(3));
    for (let i = 0; i < 2; i++) expect(Buffer.from(await new Response(image.stream()).arrayBuffer())).toEqual(bytes);
  });

  it('saves them', async () => {
    const { save } = createSlimmedImage(fields, bytes);
    await save(join(folder, 'slimmed.png'));
    expect(await readFile(join(folder, 'slimmed.png'))).toEqual(bytes);
  });
});

describe('writeFileAtomically', () => {
  it('leaves the file and nothing else', async () => {
    await writeFileAtomically(join(folder, 'a.png'), bytes);
    expect(await readdir(folder)).toEqual(['a.png']);
  });

  it('replaces a file', async () => {
    await writeFile(join(folder, 'a.png'), Buffer.alloc(bytes.length * 2, 1));
    await writeFileAtomically(join(folder, 'a.png'), bytes);
    expect(await readFile(join(folder, 'a.png'))).toEqual(bytes);
    expect(await readdir(folder)).toEqual(['a.png']);
  });

  it('shows a reader the old bytes or the new ones, never a part', async () => {
    const path = join(folder, 'a.png');
    const versions = [1, 2].map((fill) => Buffer.alloc(300_000, fill));
    await writeFileAtomically(path, versions[0]!);
    let writing = true;
    const write = async () => {
      for (let i = 1; i <= 10; i++) await writeFileAtomically(path, versions[i % 2]!);
    };
    const read = async () => {
      while (writing) {
        const seen = await readFile(path);
        expect(versions.some((version) => version.equals(seen))).toBe(true);
      }
    };
    await Promise.all([write().finally(() => (writing = false)), read()]);
  });

  it('lets the last of several writers win, whole', async () => {
    const versions = Array.from({ length: 8 }, (_, fill) => Buffer.alloc(100_000, fill));
    await Promise.all(versions.map((version) => writeFileAtomically(join(folder, 'a.png'), version)));
    const seen = await readFile(join(folder, 'a.png'));
    expect(versions.some((version) => version.equals(seen))).toBe(true);
    expect(await readdir(folder)).toEqual(['a.png']);
  });

  it('leaves no file when writing fails', async () => {
    const unwritable = 5 as unknown as Uint8Array;
    expect(await rejection(() => writeFileAtomically(join(folder, 'a.png'), unwritable))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps the file that was there when writing fails', async () => {
    await writeFile(join(folder, 'a.png'), 'before');
    await rejection(() => writeFileAtomically(join(folder, 'a.png'), 5 as unknown as Uint8Array));
    expect(await readFile(join(folder, 'a.png'), 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['a.png']);
  });

  it('keeps the permissions of the file that was there', async () => {
    await writeFile(join(folder, 'a.jpg'), 'before', { mode: 0o600 });
    await writeFileAtomically(join(folder, 'a.jpg'), Buffer.from('after'));
    expect((await stat(join(folder, 'a.jpg'))).mode & 0o777).toBe(0o600);
  });

  it('writes the file that a symbolic link points at', async () => {
    const link = join(folder, 'link.jpg');
    await writeFile(join(folder, 'a.jpg'), 'before');
    await symlink(join(folder, 'a.jpg'), link);
    await writeFileAtomically(link, Buffer.from('after'));
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'a.jpg'), 'utf8')).toBe('after');
  });

  it('writes the file that a symbolic link points at when there is none yet', async () => {
    const link = join(folder, 'link.jpg');
    await symlink('a.jpg', link);
    await writeFileAtomically(link, Buffer.from('after'));
    expect(await readFile(join(folder, 'a.jpg'), 'utf8')).toBe('after');
  });

  it('takes a name as long as names can be', async () => {
    const long = join(folder, 'n'.repeat(250));
    await writeFileAtomically(long, Buffer.from('after'));
    expect(await readFile(long, 'utf8')).toBe('after');
  });

  it('leaves no file when the name is taken by a folder', async () => {
    await mkdir(join(folder, 'a.png'));
    expect(await rejection(() => writeFileAtomically(join(folder, 'a.png'), bytes))).toBeInstanceOf(Error);
    expect(await readdir(folder)).toEqual(['a.png']);
    expect(await readdir(join(folder, 'a.png'))).toEqual([]);
  });

  it('creates no folders', async () => {
    expect(await rejection(() => writeFileAtomically(join(folder, 'missing', 'a.png'), bytes))).toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual([]);
  });
});
