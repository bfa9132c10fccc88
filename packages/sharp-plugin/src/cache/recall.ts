import type { PixelBuffer } from '@slimface/core';
import { fromEntry, toEntry, type Slimmed } from './entry.ts';
import type { SlimFaceCache } from './slim-face-cache.ts';

/** How long a call waits for its cache. */
const patienceMs = 5000;

/** Looks a slimming of these pixels up. A cache that fails or hangs, or a value of somebody else's, counts as nothing. */
export async function recall(cache: SlimFaceCache, key: string, pixels: PixelBuffer): Promise<Slimmed | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined);
  });
  try {
    const entry = await Promise.race([cache.get(key), late]);
    return entry instanceof Uint8Array ? fromEntry(pixels, entry) : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Writes a slimming down, without waiting for a slow cache: the result is there, whatever the cache does. The entry is made
 * when the caller has gone on, whose next decoding or encoding runs in other threads meanwhile.
 */
export function remember(cache: SlimFaceCache, key: string, pixels: PixelBuffer, slimmed: Slimmed): void {
  setImmediate(() => {
    new Promise((resolve) => resolve(cache.set(key, toEntry(pixels, slimmed)))).catch(() => {});
  });
}
