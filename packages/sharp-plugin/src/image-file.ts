import { inspectImage, InvalidInputError, SlimFaceError, UnreadableImageError, UnsupportedFormatError } from '@slimface/core';
import { hop, type ChangedHop, type UnchangedHop } from './hop.ts';
import type { SlimFaceBytesOptions } from './options.ts';
import { readDescription } from './read-description.ts';
import type { Call } from './run.ts';
import type { SharpFactory, SharpLike, SharpMetadata } from './sharp-like.ts';

/** A file that sharp has opened. */
export interface ImageFile {
  readonly image: SharpLike;
  readonly source: SharpMetadata;
}

/**
 * Opens and describes a file in memory.
 *
 * @throws {UnreadableImageError} sharp cannot read it; its own error is the `cause`
 * @throws {InvalidInputError} its samples have neither 8 nor 16 bits
 * @throws {AbortedError} `signal` was aborted
 */
export async function openFile(bytes: Uint8Array, sharp: SharpFactory, signal: AbortSignal): Promise<ImageFile> {
  let image: SharpLike;
  let source: SharpMetadata;
  try {
    image = sharp(bytes); // which throws for no bytes at all
    source = await readDescription(image, signal);
  } catch (error) {
    throw toUnreadable(error);
  }
  const { depth = 'uchar', pages } = source;
  if (depth !== 'uchar' && depth !== 'ushort') throw new InvalidInputError('an image of 8 or 16 bits a sample', depth);
  return { image, source: { ...source, pages: isAnimatedPng(bytes) ? Infinity : pages } };
}

/** The hop of a file: what goes wrong in sharp is the file's fault, and a vector image stays what it is. */
export function hopFile({ image, source }: ImageFile, call: Call): Promise<ChangedHop | UnchangedHop> {
  return hop(image, source, call, { explain: toUnreadable, leavesVectors: true });
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

/** Whether a PNG has frames, of which sharp sees and tells the first only. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  try {
    inspectImage(bytes);
    return false;
  } catch (error) {
    return error instanceof UnsupportedFormatError && error.detected === 'image/apng';
  }
}

/** What sharp cannot read without anything queued on it is no image, or a damaged one. */
function toUnreadable(error: unknown): unknown {
  if (error instanceof SlimFaceError || !(error instanceof Error)) return error;
  return new UnreadableImageError(`sharp cannot read it (${error.message})`, { cause: error });
}
