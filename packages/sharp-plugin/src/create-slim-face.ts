import { hash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { InvalidInputError } from '@slimface/core';
import { slimFile } from './buffer.ts';
import { nameWishes } from './cache/key.ts';
import { createMemoryCache } from './cache/memory-cache.ts';
import { slimInstance } from './in-place.ts';
import { resolveOptions, type SlimFaceBufferResult, type SlimFaceBytesOptions, type SlimFaceInfo, type SlimFaceOptions, type SlimFaceResult } from './options.ts';
import type { SharpLike } from './sharp-like.ts';
import { createSharing, type SharingOptions } from './sharing/sharing.ts';
import { slimImage } from './slim-face.ts';
import { checkMaxBytes, slimStream, type SlimFaceStreamOptions } from './stream.ts';

/** What every call of one `createSlimFace` starts from. */
export type SlimFaceDefaults = Omit<SlimFaceStreamOptions, 'resolveWithObject'> & SharingOptions;

/** What a single call may say otherwise: everything but the engine and the cache, which belong together. */
export type CallOptions<O extends SlimFaceOptions = SlimFaceOptions> = Omit<O, 'slimmer' | 'cache'>;

/** `slimFace` and its kin with their engine and defaults bound, and with a cache and a queue that they share. */
export interface SlimFace {
  <S extends SharpLike>(image: S, options: CallOptions & { readonly resolveWithObject: true }): Promise<SlimFaceResult<S>>;
  <S extends SharpLike>(image: S, options?: CallOptions & { readonly resolveWithObject?: false | undefined }): Promise<S>;
  <S extends SharpLike>(image: S, options?: CallOptions): Promise<S | SlimFaceResult<S>>;
  /** {@link slimFaceInPlace} */
  inPlace(image: SharpLike, options?: CallOptions): Promise<SlimFaceInfo>;
  /** {@link slimFaceBuffer} */
  buffer(bytes: Uint8Array, options: CallOptions<SlimFaceBytesOptions> & { readonly resolveWithObject: true }): Promise<SlimFaceBufferResult>;
  buffer(bytes: Uint8Array, options?: CallOptions<SlimFaceBytesOptions> & { readonly resolveWithObject?: false | undefined }): Promise<Uint8Array>;
  buffer(bytes: Uint8Array, options?: CallOptions<SlimFaceBytesOptions>): Promise<Uint8Array | SlimFaceBufferResult>;
  /** {@link slimFaceStream} */
  stream(options?: CallOptions<SlimFaceStreamOptions>): Duplex;
  /**
   * Names everything but the image that decides about the result, engine and degrees among it, in 16 hexadecimal
   * digits: for caches and file names of hosts, which do not know of the engine.
   */
  cacheKey(options?: CallOptions): string;
}

/**
 * Binds an engine and defaults. All calls share one queue, so that a hundred images do not have to be in memory at once; one
 * cache, by what an image shows, so that the same picture asked for in eight sizes is slimmed once; and one slimming for
 * all who want the same at the same time, which is aborted when the last of them has left.
 *
 * @throws {InvalidInputError | InvalidSlimDegreeError} an unknown option value
 *
 * @example
 * const slimFace = createSlimFace({ slimmer: await createLocalEngine(), slimDegree: 1.2, concurrency: 2 });
 * const slimmed = await slimFace(sharp('portrait.jpg'));
 * const file = await slimFace.buffer(upload, { timeout: 10_000 });
 */
export function createSlimFace(given: SlimFaceDefaults): SlimFace {
  const { concurrency, maxWaiting, cache, ...others } = given ?? {};
  const defaults: SlimFaceStreamOptions = { ...others, resolveWithObject: false, cache: cache === undefined ? createMemoryCache() : cache };
  checkMaxBytes(defaults.maxBytes);
  const sharing = createSharing(resolveOptions(defaults).slimmer, { concurrency, maxWaiting });
  const withDefaults = (options: CallOptions<SlimFaceStreamOptions> | undefined) => ({ ...defaults, ...definedIn(options ?? {}) });

  async function slimFace<S extends SharpLike>(image: S, options?: CallOptions) {
    const { resolveWithObject, ...all } = withDefaults(options);
    const { value, info } = await slimImage(image, all, sharing);
    return resolveWithObject ? { image: value, info } : value;
  }

  async function buffer(bytes: Uint8Array, options?: CallOptions<SlimFaceBytesOptions>) {
    const { resolveWithObject, ...all } = withDefaults(options);
    const { value, info } = await slimFile(bytes, all, sharing);
    return resolveWithObject ? { data: value, info } : value;
  }

  return Object.assign(slimFace, {
    inPlace: async (image: SharpLike, options?: CallOptions) => slimInstance(image, withDefaults(options), sharing),
    buffer,
    stream: (options?: CallOptions<SlimFaceStreamOptions>) => slimStream(withDefaults(options), sharing),
    cacheKey(options?: CallOptions) {
      const resolved = resolveOptions(withDefaults(options));
      return hash('sha256', `${nameWishes(resolved)} ${resolved.keepMetadata}`).slice(0, 16);
    },
  }) as SlimFace;
}

/**
 * What is `undefined` does not change a default.
 * @throws {InvalidInputError} an engine or a cache for one call: they belong to all of them
 */
function definedIn<T extends object>(options: T): Partial<T> {
  if (typeof options !== 'object') throw new InvalidInputError('options to be an object', options);
  for (const name of ['slimmer', 'cache']) {
    if (options[name as keyof T] !== undefined) throw new InvalidInputError(`${name} to be given to createSlimFace, not to a call`, options[name as keyof T]);
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
