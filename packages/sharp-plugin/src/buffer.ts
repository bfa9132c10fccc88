import { InvalidInputError, orAborted } from '@slimface/core';
import { hopFile, openFile, sharpFor, type ImageFile } from './image-file.ts';
import { resolveOptions, type SlimFaceBufferResult, type SlimFaceBytesOptions } from './options.ts';
import { run, unchanged, type Outcome } from './run.ts';
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
  const open = (signal: AbortSignal): Promise<ImageFile> => openFile(bytes, sharp, signal);
  return run(bytes, resolved, sharing, open, async (file, call) => {
    const hopped = await hopFile(file, call);
    if (!hopped.changed) return unchanged(bytes, hopped.reason);
    const image = toSourceFile(await toImage(sharp, hopped, call), hopped.source, bytes);
    const encoding = image.toBuffer({ resolveWithObject: true });
    call.hold(encoding);
    const { data } = await orAborted(encoding, call.signal);
    return { value: data, info: hopped.info };
  });
}
