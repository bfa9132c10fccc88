import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSigningKeys } from '../sign/signing-key.ts';
import { claimFolder } from './claim-folder.ts';
import { createResultStore, type ResultStore } from './result-store.ts';

/** How the data folder is used. */
export interface DataFolderOptions {
  /** In place of the keys that the folder keeps. */
  readonly signingKeys?: readonly [Uint8Array, ...Uint8Array[]] | undefined;
  /** Seconds for which a result is kept. */
  readonly ttlSeconds: number;
  /** Bytes that results may take. */
  readonly maxBytes: number;
}

/** What a gateway keeps over restarts. */
export interface DataFolder {
  readonly signingKeys: readonly [Uint8Array, ...Uint8Array[]];
  readonly store: ResultStore;
  /** Gives the folder up. */
  release(): Promise<void>;
}

/**
 * Opens the data folder, and makes it when there is none.
 *
 * @throws {FolderInUseError} another gateway uses it
 * @throws {Error} it cannot be written to, or its signing key is none
 */
export async function openDataFolder(folder: string, { signingKeys, ttlSeconds, maxBytes }: DataFolderOptions): Promise<DataFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = await claimFolder(folder);
  try {
    const keys = signingKeys ?? (await loadSigningKeys(folder));
    const store = await createResultStore({ folder: join(folder, 'results'), ttlSeconds, maxBytes });
    return { signingKeys: keys, store, release };
  } catch (error) {
    await release();
    throw error;
  }
}
