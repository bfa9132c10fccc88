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

/**
 * describe -> decode with all that is queued -> slim
 *
 * @param explain what an error of sharp means
 * @throws {NoFaceError} there is no face
 */
export async function hop(image: SharpLike, call: Call, explain: (error: unknown) => unknown = (error) => error): Promise<ChangedHop | UnchangedHop> {
  const { options, signal } = call;
  const decoding = <T>(work: Promise<T>): Promise<T> => orAborted(work, signal).catch((error: unknown) => { throw explain(error); });
  const source = await decoding(image.metadata());
  if (source.pages !== undefined && source.pages > 1) return { changed: false, reason: 'animated' };

  const depth = isPixelSlimmer(options.slimmer) && source.depth === 'ushort' ? 'ushort' : 'uchar';
  const keepsColours = options.keepMetadata && hasOwnColours(source) && !hasOutputProfile(image);
  const original = await decoding(readPixels(image, source, { depth, colours: keepsColours ? 'own' : 'srgb' }));

  const { pixels, faces, cached } = await slimPixels(original, sharpOf(image), call);
  if (pixels === undefined) {
    if (faces.length === 0) throw new NoFaceError();
    return { changed: false, reason: 'zero-degree' };
  }
  const { width, height } = pixels;
  const kept = options.keepMetadata ? { ...source, icc: keepsColours ? source.icc : undefined } : {};
  return { changed: true, pixels, source, kept, info: { changed: true, faces, width, height, cached } };
}
