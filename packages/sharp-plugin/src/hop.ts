import { isPixelSlimmer, NoFaceError, orAborted, type PixelBuffer } from '@slimface/core';
import type { SlimFaceInfo, UnchangedReason } from './options.ts';
import { hasOwnColours, readPixels } from './pixels.ts';
import { hasOutputProfile } from './queued.ts';
import type { Call } from './run.ts';
import { sharpOf, type SharpLike, type SharpMetadata } from './sharp-like.ts';
import { slimPixels } from './slim-pixels.ts';

/** What came out of the first pipeline and the engine, for the second pipeline to go on with. */
export interface ChangedHop {
  readonly changed: true;
  /** Slimmed, upright, in shared memory. */
  readonly pixels: PixelBuffer;
  /** Description of the source file. */
  readonly source: SharpMetadata;
  /** What of it travels with the pixels: its profile only when they are in its colours. */
  readonly kept: SharpMetadata;
  readonly info: SlimFaceInfo;
}

/** The same when nothing changed. */
export interface UnchangedHop {
  readonly changed: false;
  readonly reason: UnchangedReason;
}

/** What the forms of the step want otherwise. */
export interface HopOptions {
  /** What an error of sharp means. */
  readonly explain?: (error: unknown) => unknown;
  /** Whether an SVG stays what it is. */
  readonly leavesVectors?: boolean;
  /** Whether the pixels are to lie over the image that they were read from. */
  readonly asOverlay?: boolean;
}

/**
 * decode with all that is queued -> slim
 *
 * @param source what `image.metadata()` says
 * @throws {NoFaceError} there is no face
 */
export async function hop(image: SharpLike, source: SharpMetadata, call: Call, { explain, leavesVectors = false, asOverlay = false }: HopOptions = {}): Promise<ChangedHop | UnchangedHop> {
  const { options, signal } = call;
  if (source.pages !== undefined && source.pages > 1) return { changed: false, reason: 'animated' };
  if (leavesVectors && source.format === 'svg') return { changed: false, reason: 'vector' };

  const depth = isPixelSlimmer(options.slimmer) && source.depth === 'ushort' ? 'ushort' : 'uchar';
  // Sharp works in Display P3 on 16-bit images with a profile, and so is what lies under an overlay.
  const inP3 = asOverlay && source.depth === 'ushort' && source.icc !== undefined;
  const keepsColours = options.keepMetadata && hasOwnColours(source) && !hasOutputProfile(image) && !inP3;
  const decoding = readPixels(image, source, { depth, colours: keepsColours ? 'own' : inP3 ? 'p3' : 'srgb' });
  call.hold(decoding);
  const original = await orAborted(decoding, signal).catch((error: unknown) => {
    throw explain?.(error) ?? error;
  });

  const { pixels, faces, cached } = await slimPixels(original, sharpOf(image), call);
  if (pixels === undefined) {
    if (faces.length === 0) throw new NoFaceError();
    return { changed: false, reason: 'zero-degree' };
  }
  const { width, height } = pixels;
  const kept = options.keepMetadata ? { ...source, icc: keepsColours ? source.icc : undefined } : {};
  return { changed: true, pixels, source, kept, info: { changed: true, faces, width, height, cached } };
}
