import type { Dirent } from 'node:fs';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './file-errors.ts';

/** Makes a folder that only its owner can look into. */
export async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700); // also when it was there before
}

/** Writes to `folder`, which is made again if somebody has removed it. */
export async function writeInto(folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await makePrivate(folder);
    await write();
  }
}

/**
 * Keeps the files of `folder` whose names fit, and deletes all else: what a crash left half written, and what is not ours.
 *
 * @returns what `name` matched in the name of each file that is kept
 */
export async function tidy(folder: string, name: RegExp): Promise<RegExpExecArray[]> {
  const kept: RegExpExecArray[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const match = entry.isFile() ? name.exec(entry.name) : null;
    if (match === null) await remove(folder, entry);
    else kept.push(match);
  }
  return kept;
}

function remove(folder: string, { name }: Dirent): Promise<void> {
  return rm(join(folder, name), { recursive: true, force: true });
}
