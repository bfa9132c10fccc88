import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSigningKey } from '../../src/sign/read-signing-key.ts';
import { loadSigningKey, loadSigningKeys } from '../../src/sign/signing-key.ts';

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

  it('is changed by a rename: a new one is made, and the one before goes on', async () => {
    const [first] = await loadSigningKeys(folder);
    await rename(join(folder, 'signing-key'), join(folder, 'signing-key.previous'));
    const [second, previous, ...more] = await loadSigningKeys(folder);
    expect(previous).toEqual(first);
    expect(second).toEqual(await readFile(join(folder, 'signing-key')));
    expect(second).not.toEqual(first);
    expect(more).toEqual([]);
    await rm(join(folder, 'signing-key.previous'));
    expect(await loadSigningKeys(folder)).toEqual([second]);
  });

  it.each(['signing-key', 'signing-key.previous'])('of another length in %s is refused with the path of its file', async (name) => {
    await writeFile(join(folder, name), 'short');
    await expect(loadSigningKeys(folder)).rejects.toThrow(`Expected a key of 32 bytes in ${join(folder, name)} but found 5`);
  });
});

describe('a signing key in the configuration', () => {
  it('is read from all spellings of its bytes', () => {
    const key = randomBytes(32);
    for (const text of [key.toString('hex'), key.toString('hex').toUpperCase(), key.toString('base64'), key.toString('base64url'), ` ${key.toString('hex')}\n`]) {
      expect(readSigningKey(text)).toEqual(key);
    }
  });

  it('of any other form is refused, and not repeated', () => {
    const hex = randomBytes(32).toString('hex');
    for (const text of ['', 'secret', hex.slice(1), `${hex}0`, `${hex.slice(1)}g`, `0x${hex}`, `"${hex}"`, randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), `${randomBytes(32).toString('base64')}=`, `${hex} ${hex}`]) {
      expect(() => readSigningKey(text)).toThrow(`Expected a signing key of 64 hexadecimal digits or of 32 bytes in base64 but received ${text.length} characters that are neither`);
    }
  });
});
