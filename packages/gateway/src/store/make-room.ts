import { ResultUnavailableError } from '@slimface/core';
import type { StoreFolder } from './store-folder.ts';

/**
 * Deletes the oldest results until the images take `maxBytes` at most, those counted that are about to be written.
 *
 * @throws {ResultUnavailableError} images that are being written right now would take more by themselves
 */
export async function makeRoom({ live, content, retire }: StoreFolder, maxBytes: number): Promise<void> {
  while (content.claimedBytes > maxBytes) {
    const [oldest] = live.keys();
    if (oldest === undefined) throw new ResultUnavailableError(`Expected room for the result among the ${maxBytes} bytes of the store but others are just being written`);
    await retire(oldest);
  }
}
