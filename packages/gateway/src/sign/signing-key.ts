import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;

/**
 * The keys of result URLs, kept in `folder` so that URLs outlive a restart: `signing-key`, which signs and which the
 * first start makes, and, where it exists, `signing-key.previous`, whose URLs still work. So to change the key, rename
 * the one to the other and restart; once the last old result has expired, delete `signing-key.previous`.
 *
 * @returns the key that signs first
 * @throws {Error} a file does not hold a key
 */
export async function loadSigningKeys(folder: string): Promise<[Uint8Array, ...Uint8Array[]]> {
  const current = await loadSigningKey(folder);
  const path = join(folder, 'signing-key.previous');
  const previous = await readIfThere(path);
  return previous === undefined ? [current] : [current, checkLength(previous, path)];
}

/**
 * The key that signs result URLs, kept in `folder`. The first start makes it.
 *
 * @throws {Error} the file does not hold a key
 */
export async function loadSigningKey(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'signing-key');
  return checkLength((await readIfThere(path)) ?? (await createKey(path)), path);
}

function checkLength(key: Uint8Array, path: string): Uint8Array {
  if (key.byteLength !== KEY_BYTES) throw new Error(`Expected a key of ${KEY_BYTES} bytes in ${path} but found ${key.byteLength}; delete the file if the key is lost`);
  return key;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A link shows up with all of its bytes or not at all, and only one of several processes can make it. */
async function createKey(path: string): Promise<Uint8Array> {
  const own = `${path}.${randomUUID()}.part`;
  await writeFile(own, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(own);
  }
  return readFile(path);
}
