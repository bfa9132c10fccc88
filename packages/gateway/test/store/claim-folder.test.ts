import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimFolder, FolderInUseError } from '../../src/store/claim-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-claim-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a folder', () => {
  it('belongs to who claimed it until it is given up', async () => {
    const release = await claimFolder(folder);
    await expect(claimFolder(folder)).rejects.toThrow(FolderInUseError);
    await expect(claimFolder(folder)).rejects.toThrow(`Expected a data folder of its own but received ${folder}, which another gateway uses`);
    await release();
    expect(await readdir(folder)).toEqual([]);
    await (await claimFolder(folder))();
  });

  it('is nobody\'s where nobody answers', async () => {
    await writeFile(join(folder, 'in-use.sock'), '');
    const release = await claimFolder(folder);
    await expect(claimFolder(folder)).rejects.toThrow(FolderInUseError);
    await release();
  });

  it('that can hold no socket is left alone', async () => {
    const deep = join(folder, 'd'.repeat(100));
    await mkdir(deep);
    await (await claimFolder(deep))();
    await (await claimFolder(join(folder, 'missing')))();
    expect(await readdir(folder)).toEqual(['d'.repeat(100)]);
    expect(await readdir(deep)).toEqual([]);
  });
});
