import { ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import type { StoreFolder } from './store-folder.ts';
import type { StoredResult } from './stored-result.ts';

/** A result, or why there is none: its time is over, its image is gone before that, or nobody knows the id (`undefined`). */
export type Lookup = StoredResult | ResultExpiredError | ResultUnavailableError | undefined;

/** What is known under an id. Only ids of results reach the file system. */
export async function lookUp(id: string, folder: StoreFolder, now: () => number): Promise<Lookup> {
  const { live, gone, records, content, retire } = folder;
  const result = live.get(id);
  const expiresAt = result?.expiresAt ?? gone.expiryOf(id);
  if (expiresAt === undefined) return undefined;
  if (expiresAt <= now()) return new ResultExpiredError({ expiredAt: new Date(expiresAt) });
  if (result === undefined) return new ResultUnavailableError('Expected the result to be kept until its expiry but it is gone: it was lost, or newer ones needed its room', { retryable: false });

  try {
    const [record, isIntact] = await Promise.all([records.read(id), content.isIntact(result.sha256, result.byteSize)]);
    if (record !== undefined && isIntact) return record;
  } catch (cause) {
    return new ResultUnavailableError('Expected to read the result but its files cannot be read right now', { cause });
  }
  // Somebody else has deleted its files. What of them cannot be deleted now the sweep tries again.
  if (live.get(id) === result) await retire(id).catch(() => {});
  return lookUp(id, folder, now);
}
