import type { SlimmedImage } from '@slimface/core';
import { inParallel } from './in-parallel.ts';
import { lookUp, type Lookup } from './look-up.ts';
import { makeRoom } from './make-room.ts';
import { type AboutResult, createPut } from './put-result.ts';
import { openStoreFolder } from './store-folder.ts';
import type { StoredResult } from './stored-result.ts';
import { sweep } from './sweep.ts';

export type { Lookup } from './look-up.ts';

/** Keeps results in files until they expire. */
export interface ResultStore {
  /**
   * Keeps a slimmed image; its time starts now. When the store is full the oldest results go first. A full disk costs
   * nobody else's result: those that have expired go, and that is all that is tried.
   *
   * @param about.id 32 lower-case hexadecimal digits that nobody can guess and no live result has; by default random ones
   * @throws {ResultUnavailableError} the disk is full (`cause` is what the file system said), or the image is larger than the store
   */
  put(image: SlimmedImage, about: AboutResult): Promise<StoredResult>;
  /**
   * What is known under each id, in one go. An id is known for seven days after its expiry.
   * @param ids any text
   */
  getMany(ids: readonly string[]): Promise<Lookup[]>;
  /** File with a result's image. It may have been deleted since the result was looked up. */
  contentPath(result: StoredResult): string;
  /** Bytes that images take on disk. */
  readonly byteSize: number;
  /**
   * Deletes every expired result.
   * @throws {AggregateError} some could not be deleted, or, once, some records could not be read or were damaged when the store was opened
   */
  sweep(): Promise<void>;
}

/** Where and for how long results are kept. */
export interface ResultStoreOptions {
  readonly folder: string;
  readonly ttlSeconds: number;
  /** Bytes that images may take. Records, about half a kilobyte each, come on top. */
  readonly maxBytes: number;
  /**
   * Milliseconds since 1970.
   * @default Date.now
   */
  readonly now?: () => number;
}

/**
 * A store in a folder of this machine: `content/<sha256>` holds an image's bytes, `records/<id>.json` what is known
 * about a result, `gone/<id>-<expiry>` is left of one that is deleted. Two results with the same bytes share one content
 * file. Only the owner can read them, and one process at a time may use the folder.
 */
export async function createResultStore({ folder, ttlSeconds, maxBytes, now = Date.now }: ResultStoreOptions): Promise<ResultStore> {
  const store = await openStoreFolder(folder);
  let unreported = store.damaged === 0 ? store.faults : [...store.faults, new Error(`${store.damaged} records were damaged; they are deleted, and their results with them`)];
  let sweeping: Promise<void> | undefined;

  const sweepOnce = (): Promise<void> => (sweeping ??= sweep(store, now()).finally(() => (sweeping = undefined)));

  await makeRoom(store, maxBytes); // it may have been larger before
  return {
    put: createPut(store, { ttlSeconds, maxBytes, now, sweep: sweepOnce }),
    getMany: (ids) => inParallel(ids, (id) => lookUp(id, store, now)),
    contentPath: ({ sha256 }) => store.content.path(sha256),
    get byteSize() {
      return store.content.byteSize;
    },
    async sweep() {
      await sweepOnce();
      const faults = unreported;
      unreported = [];
      if (faults.length > 0) throw new AggregateError(faults, 'Some records of the store could not be read');
    },
  };
}
