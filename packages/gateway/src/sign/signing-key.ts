import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;

/**
 * The key that signs result URLs, kept in `folder` so that URLs outlive a restart. The first start makes it.
 *
 * @throws {Error} the file does not hold a key
 */
export async function loadSigningKey(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'signing-key');
  const key = (await readIfThere(path)) ?? (await createKey(path));
  if (key.byteLength !== KEY_BYTES) throw new Error(`Expected a key of ${KEY_BYTES} bytes in ${path} but found ${key.byteLength}; delete the file to get a new key`);
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
