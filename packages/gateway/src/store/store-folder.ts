import { join } from 'node:path';
import { type ContentFiles, openContentFiles } from './content-files.ts';
import { type GoneResults, openGoneResults } from './gone-results.ts';
import { openRecordFiles, type RecordFiles } from './record-files.ts';
import type { StoredResult } from './stored-result.ts';

/** What must be at hand about a result that is kept; all else is in its record. */
export interface LiveResult extends Pick<StoredResult, 'sha256' | 'byteSize'> {
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The folder of a store, and what is in it. */
export interface StoreFolder {
  readonly content: ContentFiles;
  readonly records: RecordFiles;
  readonly gone: GoneResults;
  /** Results with a record and an image, by id, in the order of their creation. */
  readonly live: Map<string, LiveResult>;
  /** Deletes a result, if there is one of this id, and remembers its id. Waits for a deletion that is under way. */
  retire(id: string): Promise<void>;
  /** Records that could not be read. What they may be about is kept. */
  readonly faults: readonly unknown[];
  /** Records that were damaged, and are deleted. */
  readonly damaged: number;
}

/** Opens a folder and puts in order what a crash left there: afterwards each live result has its record and its image. */
export async function openStoreFolder(folder: string): Promise<StoreFolder> {
  const content = await openContentFiles(join(folder, 'content'));
  const records = await openRecordFiles(join(folder, 'records'));
  const gone = await openGoneResults(join(folder, 'gone'));
  const live = new Map<string, LiveResult>();
  const retiring = new Map<string, Promise<void>>();

  const retire = (id: string): Promise<void> => {
    const result = live.get(id);
    if (result === undefined) return retiring.get(id) ?? Promise.resolve();
    live.delete(id);
    // Whichever of these a crash leaves undone is made up for when the folder is opened again.
    const steps = [gone.add(id, result.expiresAt), content.release(result.sha256), records.remove(id)];
    const retired = allOf(steps).finally(() => retiring.delete(id));
    retiring.set(id, retired);
    return retired;
  };

  const { results, faults, damaged } = await records.readAll();
  // First all are looked at, then all are claimed, then some deleted, as images are shared: one result could hide from
  // another that their image is missing, or take it with it.
  const lost = results.filter(({ id, sha256, byteSize, expiresAt }) => content.sizeOf(sha256) !== byteSize || gone.expiryOf(id) === expiresAt.getTime());
  for (const { id, sha256, byteSize, expiresAt } of results.toSorted(byAge)) {
    content.claim(sha256, byteSize);
    live.set(id, { sha256, byteSize, expiresAt: expiresAt.getTime() });
  }
  for (const { id } of lost) await retire(id);
  for (const sha256 of content.unclaimed()) {
    if (faults.length === 0) await content.deleteUnclaimed(sha256);
    else content.claimForGood(sha256); // a record that cannot be read may be about it
  }
  return { content, records, gone, live, retire, faults, damaged };
}

function byAge(a: StoredResult, b: StoredResult): number {
  return a.createdAt.getTime() - b.createdAt.getTime();
}

/** Waits for all, whichever of them fails. */
async function allOf(steps: readonly Promise<void>[]): Promise<void> {
  for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
}
