import { hop } from './hop.ts';
import { checkImage, resolveOptions, type SlimFaceInfo, type SlimFaceOptions } from './options.ts';
import { checkOrder, hasOutputProfile } from './queued.ts';
import { readDescription } from './read-description.ts';
import { run, unchanged } from './run.ts';
import type { SharpLike, SharpMetadata } from './sharp-like.ts';
import type { Sharing } from './sharing/sharing.ts';

/**
 * Slims the faces in the very instance that is handed in, for hosts that ignore what a step returns. Format, encoder options
 * and metadata that are queued on it stay; it becomes upright.
 *
 * The faces are put in as an overlay over the whole image, and sharp orders its operations by kind, not by call. So this is
 * the last step but for output options and for `tint`, `negate` and their like, which sharp runs after overlays: a later
 * `resize` fails or is covered, as are effects, and a later `composite` takes the overlay's place. An output profile
 * (`withIccProfile`) is to be chosen after the step.
 *
 * @returns what was done
 * @throws {InvalidInputError} besides what `slimFace` throws: an operation is queued that sharp runs after overlays, so that
 *   it would be applied twice
 *
 * @example
 * const image = sharp('portrait.jpg').resize(800).webp({ quality: 70 });
 * await slimFaceInPlace(image, { slimmer });
 * await image.toFile('portrait.webp');
 */
export async function slimFaceInPlace(image: SharpLike, options: SlimFaceOptions): Promise<SlimFaceInfo> {
  return slimInstance(image, options);
}

/** The same, with what calls of one `createSlimFace` share. */
export async function slimInstance(image: SharpLike, options: SlimFaceOptions, sharing?: Sharing): Promise<SlimFaceInfo> {
  checkImage(image);
  checkOrder(image, 'slimFaceInPlace');
  const describe = (signal: AbortSignal): Promise<SharpMetadata> => readDescription(image, signal);
  const outcome = await run(image, resolveOptions(options), sharing, describe, async (source, call) => {
    const hopped = await hop(image, source, call, { asOverlay: true });
    if (!hopped.changed) return unchanged(image, hopped.reason);
    const { pixels, kept, info } = hopped;
    const { data, width, height, channels } = pixels;
    image.autoOrient();
    if (data.BYTES_PER_ELEMENT === 2) image.pipelineColourspace('rgb16'); // sharp overlays at 8 bit by itself
    // The overlay has no profile: the pixels under it must be in the same colours, whatever the host keeps later.
    if (kept.icc === undefined && source.icc !== undefined && !hasOutputProfile(image)) image.withIccProfile('srgb', { attach: false });
    if (call.options.keepMetadata) image.keepMetadata();
    image.composite([{ input: data as Buffer, raw: { width, height, channels }, blend: 'source' }]);
    if (channels === 1 || channels === 3) image.removeAlpha(); // which overlays bring along
    return { value: image, info };
  });
  return outcome.info;
}
