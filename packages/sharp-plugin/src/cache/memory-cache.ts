import { InvalidInputError } from '@slimface/core';
import { LRUCache } from 'lru-cache';
import type { SlimFaceCache } from './slim-face-cache.ts';

/** How large a cache in memory may grow. */
export interface MemoryCacheOptions {
  /**
   * Most bytes of all values together. A face of a 12 megapixel portrait takes 2 to 10 MB.
   * @default 128 MiB
   */
  readonly maxBytes?: number | undefined;
}

/**
 * A cache in this process. When it is full, what was not asked for longest makes room; a value that is larger than the
 * whole cache is not kept.
 *
 * @throws {InvalidInputError} `maxBytes` is not a whole number from 1 up
 */
export function createMemoryCache({ maxBytes = 128 * 2 ** 20 }: MemoryCacheOptions = {}): SlimFaceCache {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new InvalidInputError('maxBytes to be a whole number from 1 up', maxBytes);
  const values = new LRUCache<string, Uint8Array>({ maxSize: maxBytes, sizeCalculation: (value, key) => value.byteLength + key.length });
  return {
    get: (key) => values.get(key),
    set: (key, value) => values.set(key, value),
  };
}
