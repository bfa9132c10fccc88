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
  readonly colourspacePipeline?: string;
  readonly formatOut?: string;
  readonly input?: { readonly buffer?: unknown };
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

/**
 * Whether sharp is known to convert to sRGB by itself: no profile is queued, the source's is not kept, and nobody has chosen
 * what it works in.
 */
export function isBoundForSrgb(image: SharpLike): boolean {
  const { keepMetadata, withIccProfile, colourspacePipeline } = queuedOn(image);
  return keepMetadata !== undefined && (keepMetadata & keepIcc) === 0 && withIccProfile === '' && colourspacePipeline === 'last';
}

/** Whether an image may still be waiting for its stream; one that was read from a file or a buffer never is. */
export function isStreamFed(image: SharpLike): boolean {
  const { input } = queuedOn(image);
  return input === undefined || Array.isArray(input.buffer);
}

/** Whether an image was made by this package: sharp itself keeps no input in shared memory. */
export function isOurs(image: SharpLike): boolean {
  const { input } = queuedOn(image);
  return ArrayBuffer.isView(input?.buffer) && input.buffer.buffer instanceof SharedArrayBuffer;
}

/** The output format that is queued, if any is told. */
export function outputFormat(image: SharpLike): string | undefined {
  const { formatOut } = queuedOn(image);
  return formatOut === 'input' ? undefined : formatOut;
}

/**
 * Operations that do not go with an overlay, where sharp keeps their options, and what is there while they are not queued.
 * All but the last run after overlays, and so would be applied twice; the last gives an image more channels than its overlay has.
 */
const notUnderOverlays = [
  ['gamma', 'gammaOut', 0],
  ['linear', 'linearA', []],
  ['normalise', 'normalise', false],
  ['clahe', 'claheWidth', 0],
  ['boolean', 'boolean', undefined],
  ['bandbool', 'bandBoolOp', undefined],
  ['tint', 'tint', [-1, 0, 0, 0]],
  ['extractChannel', 'extractChannel', -1],
  ['negate', 'negate', false],
  ['joinChannel', 'joinChannelIn', []],
] as const;

/**
 * Refuses an instance on which something is queued that does not go with the overlay of a step in place.
 *
 * @param step before which it must not be queued
 * @throws {InvalidInputError} such an operation is queued
 */
export function checkOrder(image: SharpLike, step: string): void {
  const queued = queuedOn(image);
  for (const [operation, option, idle] of notUnderOverlays) {
    if (queued[option] === undefined || isIdle(queued[option], idle)) continue;
    const message = `Expected no ${operation}() to be queued before ${step} but there is one: it does not go with the overlay that the step puts in`;
    throw new InvalidInputError('', image, { message });
  }
}

function isIdle(value: unknown, idle: unknown): boolean {
  if (!Array.isArray(value) || !Array.isArray(idle)) return value === idle;
  return value.length === idle.length && value.every((item, i) => item === idle[i]);
}
