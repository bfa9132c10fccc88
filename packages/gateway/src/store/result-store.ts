import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type SlimmedImage, writeFileAtomically } from '@slimface/core';
import { deleteExpired } from './delete-expired.ts';
import { fromRecord, type StoredResult, toRecord } from './stored-result.ts';

/** Keeps results in files until they expire. */
export interface ResultStore {
  /** Keeps a slimmed image; its time starts now. */
  put(image: SlimmedImage): Promise<StoredResult>;
  /** The record of a result; `undefined` when it is unknown or expired. */
  get(id: string): Promise<StoredResult | undefined>;
  /** Opens a result's image for reading; `undefined` when it has just been deleted. The caller closes it. */
  open(result: StoredResult): Promise<FileHandle | undefined>;
  /** Deletes every expired result. */
  sweep(): Promise<void>;
}

/**
 * A store in a folder of this machine: `content/<sha256>` holds an image's bytes, `records/<id>.json` what is known
 * about a result. Two results with the same bytes share one content file. Only the owner can read them, and one
 * process at a time may use the folder.
 */
export async function createResultStore(options: { folder: string; ttlSeconds: number }): Promise<ResultStore> {
  const contentFolder = join(options.folder, 'content');
  const recordFolder = join(options.folder, 'records');
  const makeFolders = (): Promise<unknown> => Promise.all([privateFolder(contentFolder), privateFolder(recordFolder)]);
  await makeFolders();
  const contentPath = (sha256: string): string => join(contentFolder, sha256);
  const recordPath = (id: string): string => join(recordFolder, `${id}.json`);

  // Writes run side by side, a sweep runs alone: else it could delete bytes that a new record is about to name.
  const writes = new Set<Promise<unknown>>();
  let sweeping: Promise<void> | undefined;

  const write = async (result: StoredResult, bytes: Uint8Array): Promise<StoredResult> => {
    await writeFileAtomically(contentPath(result.sha256), bytes, { mode: 0o600 });
    await writeFileAtomically(recordPath(result.id), toRecord(result), { mode: 0o600 });
    return result;
  };

  return {
    async put(image) {
      const bytes = await image.bytes();
      while (sweeping !== undefined) await sweeping.catch(() => {}); // who swept hears of its failure
      const result = describe(image, bytes, options.ttlSeconds);
      const writing = write(result, bytes).catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        await makeFolders(); // somebody has removed them
        return write(result, bytes);
      });
      writes.add(writing);
      return writing.finally(() => writes.delete(writing));
    },
    async get(id) {
      if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
      const json = await orUndefinedWhenMissing(readFile(recordPath(id), 'utf8'));
      const result = json === undefined ? undefined : fromRecord(json);
      return result !== undefined && result.expiresAt > new Date() ? result : undefined;
    },
    open(result) {
      return orUndefinedWhenMissing(open(contentPath(result.sha256)));
    },
    sweep() {
      sweeping ??= Promise.allSettled(writes)
        .then(() => deleteExpired({ contentFolder, recordFolder }))
        .finally(() => (sweeping = undefined));
      return sweeping;
    },
  };
}

function describe(image: SlimmedImage, bytes: Uint8Array, ttlSeconds: number): StoredResult {
  const { mediaType, width, height, slimDegree, engine } = image;
  return {
    id: randomBytes(16).toString('hex'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    width,
    height,
    byteSize: bytes.byteLength,
    slimDegree,
    engine,
    faces: image.faces.map((face) => ({ box: face.box, slimDegree: face.slimDegree })), // their landmarks are nobody's business later
    expiresAt: new Date((Math.floor(Date.now() / 1000) + ttlSeconds) * 1000),
  };
}

async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700); // also when it was there before
}

async function orUndefinedWhenMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
