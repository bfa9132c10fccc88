import { InvalidInputError, resolveSlimOptions, type FaceSlimmer, type ResolvedSlimOptions, type SlimmedFace, type SlimOptions } from '@slimface/core';
import type { SlimFaceCache } from './cache/slim-face-cache.ts';
import type { SharpFactory, SharpLike } from './sharp-like.ts';

/** How the step slims, and what it does when it cannot. */
export interface SlimFaceOptions extends SlimOptions {
  /** The engine: local or remote. It stays open; closing it is the caller's business. */
  readonly slimmer: FaceSlimmer;
  /**
   * Whether EXIF, XMP, ICC profile and density of the source travel with the pixels, which then stay in the source's own
   * colours. Orientation becomes 1, and thumbnails, which show the face as it was, are taken out; IPTC is not kept. In place it is sharp that
   * keeps the metadata, with thumbnails and as it orients it.
   * @default false
   */
  readonly keepMetadata?: boolean | undefined;
  /**
   * Whether an image that is too large for an engine that takes encoded images is scaled down for it and its result up
   * again, in place of an error. Fine detail is lost.
   * @default false
   */
  readonly scaleToFit?: boolean | undefined;
  /**
   * What an image without a face means: the very thing that was handed in, or a `NoFaceError`. An image, or faces, smaller
   * than the engine accepts count as none: with `'throw'` they are a `ResolutionOutOfRangeError` or `FaceTooSmallError`.
   * @default 'pass-through'
   */
  readonly onNoFace?: 'pass-through' | 'throw' | undefined;
  /**
   * What a failure means: an error, so that no picture is published unslimmed because an engine was down, or the very
   * thing that was handed in. Wrong arguments and an aborted `signal` are errors either way.
   * @default 'throw'
   */
  readonly onError?: 'throw' | 'pass-through' | undefined;
  /**
   * Longest time for the whole step in milliseconds, waiting for a place included. Decoding that has begun in sharp runs
   * to its end unheeded.
   * @default none
   */
  readonly timeout?: number | undefined;
  /**
   * Where slimmed faces are remembered, by what the image shows. `false` remembers nothing.
   * @default false for a single call; for `createSlimFace` a cache in memory of 128 MiB
   */
  readonly cache?: SlimFaceCache | false | undefined;
  /**
   * Whether to tell what was done besides the image.
   * @default false
   */
  readonly resolveWithObject?: boolean | undefined;
}

/** The same for bytes and streams. */
export interface SlimFaceBytesOptions extends SlimFaceOptions {
  /**
   * The `sharp()` function that decodes and encodes.
   * @default the installed sharp
   */
  readonly sharp?: SharpFactory | undefined;
}

/**
 * Why nothing changed: no face; an image or faces smaller than the engine accepts; neither a degree nor a shape for any face; several
 * frames or pages; an SVG, of bytes and streams; or a failure that `onError` lets pass.
 */
export type UnchangedReason = 'no-face' | 'too-small' | 'zero-degree' | 'animated' | 'vector' | 'error';

/** What the step did. */
export type SlimFaceInfo =
  | {
      readonly changed: true;
      /**
       * The faces that were found, from left to right, with what was done to each: how much narrower its jaw got, and warnings,
       * where the engine tells. Empty when the engine does not list them.
       */
      readonly faces: readonly SlimmedFace[];
      /** Sides of the result in pixels, upright: what boxes, landmarks and narrowing in `faces` are measured in. */
      readonly width: number;
      readonly height: number;
      /** Whether the cache knew the result. */
      readonly cached: boolean;
    }
  | {
      readonly changed: false;
      readonly reason: UnchangedReason;
      readonly faces: readonly [];
      /** What failed, when the reason is `'error'`. */
      readonly error?: unknown;
    };

/** The image together with what was done to it. */
export interface SlimFaceResult<S extends SharpLike> {
  /** The very instance that was handed in when nothing changed, a new one of the same copy of sharp otherwise. */
  readonly image: S;
  readonly info: SlimFaceInfo;
}

/** The bytes together with what was done to them. */
export interface SlimFaceBufferResult {
  /** The very bytes that were handed in when nothing changed. */
  readonly data: Uint8Array;
  readonly info: SlimFaceInfo;
}

/** Options after a check, with their defaults. */
export interface ResolvedOptions extends ResolvedSlimOptions {
  readonly slimmer: FaceSlimmer;
  readonly slimOptions: Pick<SlimOptions, 'slimDegree' | 'shape' | 'faces'>;
  readonly keepMetadata: boolean;
  readonly scaleToFit: boolean;
  readonly onNoFace: 'pass-through' | 'throw';
  readonly onError: 'throw' | 'pass-through';
  readonly timeout: number | undefined;
  readonly cache: SlimFaceCache | undefined;
  readonly resolveWithObject: boolean;
}

/**
 * Says at once what is wrong with a call, also one from plain JavaScript.
 *
 * @throws {InvalidInputError} no engine (or the promise of one), or an unknown option value
 * @throws {InvalidSlimDegreeError} a degree that is not a number from 0 to 2
 */
export function resolveOptions(options: SlimFaceOptions): ResolvedOptions {
  const { slimmer, keepMetadata = false, scaleToFit = false, onNoFace = 'pass-through', onError = 'throw', timeout, cache = false, resolveWithObject = false } = options ?? {};
  if (typeof slimmer?.slim !== 'function') throw new InvalidInputError('slimmer to be a FaceSlimmer (did you await createLocalEngine()?)', slimmer);
  checkChoice('onNoFace', onNoFace, ['pass-through', 'throw']);
  checkChoice('onError', onError, ['throw', 'pass-through']);
  for (const [name, value] of Object.entries({ keepMetadata, scaleToFit, resolveWithObject })) checkChoice(name, value, [true, false]);
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0 && timeout <= longestTimeout)) throw new InvalidInputError(`timeout between 1 and ${longestTimeout} ms`, timeout);
  if (cache !== false && (typeof cache?.get !== 'function' || typeof cache.set !== 'function')) throw new InvalidInputError('cache to be false or an object with get and set', cache);
  const resolved = resolveSlimOptions(options);
  const slimOptions = copyOf(resolved, options);
  return { ...resolved, slimmer, slimOptions, keepMetadata, scaleToFit, onNoFace, onError, timeout, cache: cache || undefined, resolveWithObject };
}

/** The engine is asked later for what the cache's key names now, whatever the caller does to the object meanwhile. */
function copyOf({ faceWishes, ...resolved }: ResolvedSlimOptions, { slimDegree, shape, faces }: SlimOptions): ResolvedOptions['slimOptions'] {
  return {
    slimDegree,
    shape: shape && resolved.shape,
    faces: faces && faceWishes.map(({ face, ...wish }) => ({ ...(typeof face === 'number' ? { index: face } : { at: face }), ...wish })),
  };
}

/** What a timer of Node can wait: 2^31 - 1 ms. */
const longestTimeout = 2 ** 31 - 1;

function checkChoice(name: string, value: unknown, accepted: readonly (string | boolean)[]): void {
  if (accepted.includes(value as string | boolean)) return;
  throw new InvalidInputError(`${name} to be ${accepted.map((choice) => (typeof choice === 'string' ? `'${choice}'` : choice)).join(' or ')}`, value);
}

/** @throws {InvalidInputError} no `Sharp` */
export function checkImage(image: SharpLike): void {
  if (typeof image?.autoOrient !== 'function') throw new InvalidInputError('image to be an instance of sharp 0.34 or newer', image);
}
