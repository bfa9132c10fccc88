import { inspectImage, InvalidInputError, SlimFaceError, UnreadableImageError, UnsupportedFormatError } from '@slimface/core';
import { hop, type ChangedHop, type UnchangedHop } from './hop.ts';
import { isSvg } from './is-svg.ts';
import type { SlimFaceBytesOptions } from './options.ts';
import type { Call } from './run.ts';
import type { SharpFactory, SharpLike } from './sharp-like.ts';

/**
 * The hop for a file in memory.
 *
 * @throws {UnreadableImageError} sharp cannot read it; its own error is the `cause`
 * @throws {SlimFaceError} whatever else the hop throws
 */
export async function hopFile(bytes: Uint8Array, sharp: SharpFactory, call: Call): Promise<ChangedHop | UnchangedHop> {
  if (isSvg(bytes)) return { changed: false, reason: 'vector' };
  if (isAnimatedPng(bytes)) return { changed: false, reason: 'animated' };
  return hop(open(bytes, sharp), call, toUnreadable);
}

/**
 * The caller's `sharp()` function, or the installed one.
 * @throws {InvalidInputError} there is none
 */
export async function sharpFor({ sharp }: SlimFaceBytesOptions): Promise<SharpFactory> {
  if (sharp !== undefined) {
    if (typeof sharp !== 'function') throw new InvalidInputError('sharp to be the function that the package sharp exports', sharp);
    return sharp;
  }
  try {
    const installed = await import('sharp');
    return installed.default as unknown as SharpFactory;
  } catch (cause) {
    const message = 'Expected the package sharp to be installed, or its function as the option sharp, but neither is there';
    throw new InvalidInputError('', undefined, { message, cause });
  }
}

/** Whether a PNG has frames, of which sharp sees the first only. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  try {
    inspectImage(bytes);
    return false;
  } catch (error) {
    return error instanceof UnsupportedFormatError && error.detected === 'image/apng';
  }
}

function open(bytes: Uint8Array, sharp: SharpFactory): SharpLike {
  try {
    return sharp(bytes);
  } catch (error) {
    throw toUnreadable(error); // no bytes at all
  }
}

/** What sharp cannot read without anything queued on it is no image, or a damaged one. */
function toUnreadable(error: unknown): unknown {
  if (error instanceof SlimFaceError || !(error instanceof Error)) return error;
  return new UnreadableImageError(`sharp cannot read it (${error.message})`, { cause: error });
}
