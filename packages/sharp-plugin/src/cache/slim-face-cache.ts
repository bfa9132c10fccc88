/**
 * Where slimmed faces are remembered: a `Map`, a store of Keyv, or anything with these two methods. Keys are about 100
 * characters long and say nothing of the image; values are the pixels that slimming changed, so whoever can read the
 * cache can see faces.
 *
 * A cache that fails does not fail the call; the faces are slimmed again.
 */
export interface SlimFaceCache {
  /** Undefined or null when there is none. Bytes that were given out must not be changed. */
  get(key: string): Uint8Array | null | undefined | Promise<Uint8Array | null | undefined>;
  set(key: string, value: Uint8Array): unknown;
}
