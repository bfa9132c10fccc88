import { randomUUID } from 'node:crypto';
import { open, readlink, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SlimmedImage } from './face-slimmer.ts';

/** Everything of a `SlimmedImage` but its methods. */
export type SlimmedImageFields = Omit<SlimmedImage, 'bytes' | 'stream' | 'save'>;

/** A `SlimmedImage` over bytes in memory. `bytes()` gives the very array that was passed in. */
export function createSlimmedImage(fields: SlimmedImageFields, bytes: Uint8Array): SlimmedImage {
  return {
    ...fields,
    bytes: async () => bytes,
    stream: () => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(),
    save: (path) => writeFileAtomically(path, bytes),
  };
}

/**
 * Writes a file so that `path` holds either what it held before or all of `bytes`, also after a crash:
 * the bytes reach the disk under a temporary name in the same folder before they get their name. A file that is there
 * keeps its permissions, and a symbolic link goes on pointing at the file that is written.
 *
 * @param options.mode permissions of a new file, less those that the process masks
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array, { mode = 0o666 }: { mode?: number } = {}): Promise<void> {
  const target = await realpath(path).catch(() => endOfLink(path));
  const present = await stat(target).catch(() => undefined);
  // A pipe or a device is not to be replaced by a file.
  if (present !== undefined && !present.isFile()) return writeFile(target, bytes);
  const temporary = join(dirname(target), `.${randomUUID()}.part`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(bytes);
      if (present !== undefined) await file.chmod(present.mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** Where a link points at that has no file behind it yet; the path itself when it is no link. */
async function endOfLink(path: string): Promise<string> {
  const target = await readlink(path).catch(() => undefined);
  return target === undefined ? path : resolve(dirname(path), target);
}
