import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSigningKey } from '../../src/sign/signing-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the signing key', () => {
  it('is made once, also when several processes start together', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadSigningKey(folder)));
    expect(keys[0]).toHaveLength(32);
    for (const key of [...keys, await loadSigningKey(folder)]) expect(Buffer.from(key)).toEqual(Buffer.from(keys[0]!));
    expect(await readdir(folder)).toEqual(['signing-key']);
  });

  it('can be read by its owner alone', async () => {
    await loadSigningKey(folder);
    expect((await stat(join(folder, 'signing-key'))).mode & 0o777).toBe(0o600);
  });

  it('of another length is refused with the path of its file', async () => {
    await writeFile(join(folder, 'signing-key'), 'short');
    await expect(loadSigningKey(folder)).rejects.toThrow(`Expected a key of 32 bytes in ${join(folder, 'signing-key')} but found 5`);
  });
});
