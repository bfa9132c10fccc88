import { InvalidInputError, type FaceSlimmer, type SlimmedFace, type SlimOptions } from '@slimface/core';
import type { SharpLike } from './sharp-like.ts';

/** How the step slims, and what it does when there is nothing to slim. */
export interface SlimFaceOptions extends SlimOptions {
  /** The engine: local or remote. It stays open; closing it is the caller's business. */
  readonly slimmer: FaceSlimmer;
  /**
   * What an image without a face means: the same instance back, or a `NoFaceError`.
   * @default 'pass-through'
   */
  readonly onNoFace?: 'pass-through' | 'throw';
  /**
   * Whether to tell what was done besides the image.
   * @default false
   */
  readonly resolveWithObject?: boolean;
}

/** Why nothing changed: no face, a degree of 0 for every face, or an input of several frames or pages. */
export type UnchangedReason = 'no-face' | 'zero-degree' | 'animated';

/** What the step did. */
export type SlimFaceInfo =
  | {
      readonly changed: true;
      /** The faces that were slimmed, from left to right; empty when the engine does not list them. */
      readonly faces: readonly SlimmedFace[];
      /** Sides of the result in pixels, upright: what the boxes in `faces` are measured in. */
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly changed: false;
      readonly reason: UnchangedReason;
      readonly faces: readonly [];
    };

/** The image together with what was done to it. */
export interface SlimFaceResult<S extends SharpLike> {
  /** The very instance that was handed in when nothing changed, a new one of the same copy of sharp otherwise. */
  readonly image: S;
  readonly info: SlimFaceInfo;
}

/**
 * Says at once what is wrong with a call from plain JavaScript.
 * @throws {InvalidInputError} no `Sharp`, no engine (or the promise of one), or an unknown value of `onNoFace`
 */
export function checkArguments(image: SharpLike, options: SlimFaceOptions): void {
  const { slimmer, onNoFace = 'pass-through' } = options ?? {};
  if (typeof image?.autoOrient !== 'function') throw new InvalidInputError('image to be an instance of sharp 0.34 or newer', image);
  if (typeof slimmer?.slim !== 'function') throw new InvalidInputError('slimmer to be a FaceSlimmer (did you await createLocalEngine()?)', slimmer);
  if (onNoFace !== 'pass-through' && onNoFace !== 'throw') throw new InvalidInputError("onNoFace to be 'pass-through' or 'throw'", onNoFace);
}
