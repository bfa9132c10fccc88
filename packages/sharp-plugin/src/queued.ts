import { InvalidInputError } from '@slimface/core';
import type { SharpLike } from './sharp-like.ts';

/**
 * What is queued on a `Sharp`. It tells so in `options` alone, which is not documented; a version that keeps it elsewhere
 * counts as one on which nothing is known.
 */
interface Queued {
  readonly withIccProfile?: string;
  /** Bits of libvips' `VipsForeignKeep`. */
  readonly keepMetadata?: number;
  readonly [option: string]: unknown;
}

function queuedOn(image: SharpLike): Queued {
  return (image as { options?: Queued }).options ?? {};
}

/**
 * Whether a profile for the output is queued, as by `withIccProfile()` and `withMetadata()`: sharp then converts to it, and
 * nothing can take it back.
 */
export function hasOutputProfile(image: SharpLike): boolean {
  return Boolean(queuedOn(image).withIccProfile);
}

/** `VIPS_FOREIGN_KEEP_ICC` */
const keepIcc = 1 << 3;

/** Whether sharp is known to convert to sRGB by itself: neither is a profile queued nor is the source's kept. */
export function isBoundForSrgb(image: SharpLike): boolean {
  const { keepMetadata, withIccProfile } = queuedOn(image);
  return keepMetadata !== undefined && (keepMetadata & keepIcc) === 0 && withIccProfile === '';
}

/** Operations that sharp runs after its overlays: where it keeps their options, and what is there while they are not queued. */
const afterOverlays = [
  ['gamma', 'gammaOut', 0],
  ['linear', 'linearA', []],
  ['normalise', 'normalise', false],
  ['clahe', 'claheWidth', 0],
  ['boolean', 'boolean', undefined],
  ['bandbool', 'bandBoolOp', undefined],
  ['tint', 'tint', [-1, 0, 0, 0]],
  ['extractChannel', 'extractChannel', -1],
  ['negate', 'negate', false],
] as const;

/**
 * Refuses an instance whose queued operations would run on the pixels that are read and once more on the overlay.
 *
 * @param step before which it must not be queued
 * @throws {InvalidInputError} one of them is queued
 */
export function checkOrder(image: SharpLike, step: string): void {
  const queued = queuedOn(image);
  for (const [operation, option, idle] of afterOverlays) {
    if (queued[option] === undefined || JSON.stringify(queued[option]) === JSON.stringify(idle)) continue;
    const message = `Expected no ${operation}() to be queued before ${step} but there is one: sharp runs it after overlays, so it would be applied twice`;
    throw new InvalidInputError('', image, { message });
  }
}
