import type { Dirent } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromRecord } from './stored-result.ts';

/**
 * Deletes every record that is expired or damaged, and then all content that no record is left for. What a crash left
 * half written goes as well. Nothing may be written to the folders meanwhile.
 *
 * @throws {AggregateError} some entries could not be read or deleted; all others have been seen to
 */
export async function deleteExpired(folders: { contentFolder: string; recordFolder: string }): Promise<void> {
  const now = new Date();
  const live = new Set<string>();
  const expired = new Set<string>();

  const recordFaults = await forEachEntry(folders.recordFolder, async (entry, path) => {
    const result = entry.isFile() && entry.name.endsWith('.json') ? fromRecord(await readFile(path, 'utf8')) : undefined;
    if (result !== undefined && result.expiresAt > now) return void live.add(result.sha256);
    if (result !== undefined) expired.add(result.sha256);
    await remove(path);
  });

  const contentFaults = await forEachEntry(folders.contentFolder, async ({ name }, path) => {
    // A record that could not be read may be live, and about any content but that of the expired ones.
    const mayBeLive = live.has(name) || (recordFaults.length > 0 && !expired.has(name));
    if (!mayBeLive) await remove(path);
  });

  const faults = [...recordFaults, ...contentFaults];
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} entries of the store could not be read or deleted`);
}

/** Calls `visit` for each entry of `folder`, one that fails or not. @returns what was thrown */
async function forEachEntry(folder: string, visit: (entry: Dirent, path: string) => Promise<void>): Promise<unknown[]> {
  const faults: unknown[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    await visit(entry, join(folder, entry.name)).catch((fault: unknown) => faults.push(fault));
  }
  return faults;
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}
