import { inspectImage, InvalidInputError, orAborted, SlimFaceError, UnreadableImageError, UnsupportedFormatError } from '@slimface/core';
import { hop } from './hop.ts';
import { resolveOptions, type SlimFaceBufferResult, type SlimFaceBytesOptions } from './options.ts';
import { run, unchanged, type Outcome } from './run.ts';
import type { SharpFactory } from './sharp-like.ts';
import type { Sharing } from './sharing/sharing.ts';
import { toSourceFile } from './source-format.ts';
import { toImage } from './to-image.ts';

/**
 * Slims the faces in the bytes of an image file, for hosts that hand files on. The result has the format of the source and
 * takes its place: upright, JPEG, WebP and AVIF at high quality, everything else without loss. When nothing changes it is
 * the very bytes that were handed in.
 *
 * @param bytes any format that sharp reads
 * @throws {UnreadableImageError} sharp cannot read them; its own error is the `cause`
 * @throws {SlimFaceError} whatever else `slimFace` throws
 *
 * @example
 * await writeFile('slimmed.jpg', await slimFaceBuffer(await readFile('portrait.jpg'), { slimmer }));
 */
export function slimFaceBuffer(bytes: Uint8Array, options: SlimFaceBytesOptions & { readonly resolveWithObject: true }): Promise<SlimFaceBufferResult>;
export function slimFaceBuffer(bytes: Uint8Array, options: SlimFaceBytesOptions & { readonly resolveWithObject?: false | undefined }): Promise<Uint8Array>;
export function slimFaceBuffer(bytes: Uint8Array, options: SlimFaceBytesOptions): Promise<Uint8Array | SlimFaceBufferResult>;
export async function slimFaceBuffer(bytes: Uint8Array, options: SlimFaceBytesOptions): Promise<Uint8Array | SlimFaceBufferResult> {
  const { value, info } = await slimFile(bytes, options);
  return options.resolveWithObject ? { data: value, info } : value;
}

/** The same, with what calls of one `createSlimFace` share. */
export async function slimFile(bytes: Uint8Array, options: SlimFaceBytesOptions, sharing?: Sharing): Promise<Outcome<Uint8Array>> {
  if (!(bytes instanceof Uint8Array)) throw new InvalidInputError('bytes as a Buffer or Uint8Array', bytes);
  const resolved = resolveOptions(options);
  const sharp = await sharpFor(options);
  return run(bytes, resolved, sharing, async (call) => {
    if (isAnimatedPng(bytes)) return unchanged(bytes, 'animated');
    const hopped = await hop(sharp(bytes), call, toUnreadable);
    if (!hopped.changed) return unchanged(bytes, hopped.reason);
    const image = toSourceFile(await toImage(sharp, hopped, call), hopped.source);
    const { data } = await orAborted(image.toBuffer({ resolveWithObject: true }), call.signal);
    return { value: data, info: hopped.info };
  });
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
    throw new InvalidInputError('the package sharp to be installed, or its function as option sharp,', undefined, { cause });
  }
}

/** Whether a PNG has frames, of which sharp sees the first only. */
export function isAnimatedPng(bytes: Uint8Array): boolean {
  try {
    inspectImage(bytes);
    return false;
  } catch (error) {
    return error instanceof UnsupportedFormatError && error.detected === 'image/apng';
  }
}

/** What sharp could not read without anything queued on it is no image, or a damaged one. */
export function toUnreadable(error: unknown): unknown {
  if (error instanceof SlimFaceError || !(error instanceof Error)) return error;
  return new UnreadableImageError(`sharp cannot read it (${error.message})`, { cause: error });
}
