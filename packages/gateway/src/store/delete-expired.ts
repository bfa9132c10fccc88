import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromRecord } from './stored-result.ts';

/**
 * Deletes every record that is expired or damaged, and then all content that no record is left for. What a crash left
 * half written goes as well. Nothing may be written to the folders meanwhile.
 */
export async function deleteExpired(folders: { contentFolder: string; recordFolder: string }): Promise<void> {
  const now = new Date();
  const live = new Set<string>();
  for (const name of await readdir(folders.recordFolder)) {
    const path = join(folders.recordFolder, name);
    const result = name.endsWith('.json') ? fromRecord(await readFile(path, 'utf8')) : undefined;
    if (result !== undefined && result.expiresAt > now) live.add(result.sha256);
    else await rm(path);
  }
  for (const name of await readdir(folders.contentFolder)) {
    if (!live.has(name)) await rm(join(folders.contentFolder, name));
  }
}
