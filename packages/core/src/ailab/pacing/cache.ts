import { createHash } from 'node:crypto';
import type { ImageMediaType } from '../../requirements.ts';
import type { Emit } from '../observe/events.ts';
import type { Slimming } from '../result/remote-image.ts';

/** What is remembered of a slimming that was paid for: plain data that survives JSON. */
export interface CachedSlimming {
  readonly url: string;
  /** When the result's time is over, as an ISO 8601 date in UTC. */
  readonly expiresAt: string;
  readonly mediaType: ImageMediaType;
  readonly width: number;
  readonly height: number;
  readonly requestId?: string;
  readonly logId?: string;
}

/**
 * Where results are remembered: a `Map`, Keyv or any key-value store. Keys are made of the image's SHA-256, the degree
 * and the engine's `version`. An address is a secret: whoever can read the cache can see the photos.
 *
 * A cache that fails does not fail the call: it is a warning in the log.
 */
export interface SlimmingCache {
  /** Undefined or null when there is none. */
  get(key: string): CachedSlimming | null | undefined | Promise<CachedSlimming | null | undefined>;
  /** @param ttlMs how long the value is of use, in milliseconds */
  set(key: string, value: CachedSlimming, ttlMs: number): unknown;
}

/** Key of a slimming: the same for the same bytes, degree and version in every process. */
export function cacheKey(image: Uint8Array, slimDegree: number, version: string): string {
  return `slimface:ailab:${version}:${slimDegree}:${createHash('sha256').update(image).digest('hex')}`;
}

/** Looks a result up. What is past its time, or was not written by `remember`, does not count. */
export async function recall(cache: SlimmingCache, key: string, slimDegree: number, emit: Emit): Promise<Slimming | undefined> {
  let value: unknown;
  try {
    value = await cache.get(key);
  } catch (error) {
    emit({ type: 'warning', message: `the cache could not be read (${nameOf(error)})` });
  }
  const slimming = isCached(value) ? { ...value, slimDegree, expiresAt: new Date(value.expiresAt) } : undefined;
  const hit = slimming !== undefined && slimming.expiresAt.getTime() > Date.now();
  emit({ type: 'cache', hit });
  return hit ? slimming : undefined;
}

/** Writes a result down. Never rejects: the result is there and paid for, whatever the cache does. */
export async function remember(cache: SlimmingCache, key: string, slimming: Slimming, emit: Emit): Promise<void> {
  const { url, expiresAt, mediaType, width, height, requestId, logId } = slimming;
  const value = { url, expiresAt: expiresAt.toISOString(), mediaType, width, height, ...(requestId !== undefined && { requestId }), ...(logId !== undefined && { logId }) };
  try {
    await inTime(cache.set(key, value, Math.max(1, expiresAt.getTime() - Date.now())));
  } catch (error) {
    emit({ type: 'warning', message: `the cache could not be written (${nameOf(error)})` });
  }
}

/**
 * Forgets a result that is gone, unless another one is there by now. With `get` and `set` alone there is no way to delete,
 * but what is past its time counts as nothing. Never rejects.
 */
export async function forget(cache: SlimmingCache, key: string, slimming: Slimming, emit: Emit): Promise<void> {
  try {
    const value = await inTime(cache.get(key));
    if (value?.url === slimming.url) await remember(cache, key, { ...slimming, expiresAt: new Date() }, emit);
  } catch (error) {
    emit({ type: 'warning', message: `the cache could not be read (${nameOf(error)})` });
  }
}

/** A cache that hangs must not keep `close()` waiting for ever. */
async function inTime<T>(work: T): Promise<Awaited<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException('', 'TimeoutError')), patienceMs).unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const patienceMs = 5000;

function isCached(value: unknown): value is CachedSlimming {
  if (typeof value !== 'object' || value === null) return false;
  const { url, expiresAt, mediaType, width, height } = value as Record<string, unknown>;
  const isDate = typeof expiresAt === 'string' && !Number.isNaN(Date.parse(expiresAt));
  return typeof url === 'string' && URL.canParse(url) && isDate && typeof mediaType === 'string' && typeof width === 'number' && typeof height === 'number';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

let caches = 0;
const numbers = new WeakMap<object, number>();

/** A number for each cache, to tell them apart in a key. */
export function numberOfCache(cache: SlimmingCache | undefined): number | undefined {
  if (cache === undefined) return undefined;
  const number = numbers.get(cache) ?? ++caches;
  numbers.set(cache, number);
  return number;
}
