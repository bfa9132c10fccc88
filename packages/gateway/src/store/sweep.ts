import type { StoreFolder } from './store-folder.ts';

/**
 * Deletes every result that has expired, and files that could not be deleted when it was their time.
 *
 * @throws {AggregateError} some could not be deleted; all others have been seen to
 */
export async function sweep({ live, content, gone, retire }: StoreFolder, now: number): Promise<void> {
  const faults: unknown[] = [];
  const noting = (work: Promise<void>): Promise<void> => work.catch((fault: unknown) => void faults.push(fault));
  for (const [id, { expiresAt }] of live) if (expiresAt <= now) await noting(retire(id));
  for (const sha256 of content.unclaimed()) await noting(content.deleteUnclaimed(sha256));
  await noting(gone.sweep(now));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} entries of the store could not be deleted`);
}
