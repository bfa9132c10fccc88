import type { CallOptions, SlimFace } from '../create-slim-face.ts';
import { hasOwnColours } from '../pixels.ts';
import { checkOrder } from '../queued.ts';
import type { RawInput, SharpLike } from '../sharp-like.ts';

/** The output file that Eleventy Image asks a transform for: sides in pixels. */
export interface EleventyTarget {
  readonly width: number;
  readonly height: number;
  readonly format: string;
}

/** Options of Eleventy Image. */
export interface SlimFaceEleventy {
  /** Names engine, version and options in the file names and in the keys of Eleventy Image, which see no function. */
  readonly manualCacheKey: string;
  readonly transform: (image: SharpLike, target: EleventyTarget) => Promise<void>;
}

/**
 * Options that slim the faces in every raster image that `@11ty/eleventy-img` writes, to be spread among your own. Faces are
 * slimmed at the size of the source, once for all widths and formats, and the result is scaled to each of them. Orientation
 * and colour profile come out right. Files that are copied as they are (the format `passthrough`, SVG from SVG) stay so.
 *
 * A `transform` of your own calls this one: after what it crops, resizes or filters, before what it tints or negates
 * (see `slimFaceInPlace`). A `manualCacheKey` of your own has to contain this one.
 *
 * @throws {InvalidInputError | InvalidSlimDegreeError} an unknown option value; whatever `slimFace` throws later fails the build,
 *   whatever `onError` says: files stay in caches, and one that is not slimmed would be taken for one that is
 *
 * @example
 * const slimming = slimFaceEleventy(createSlimFace({ slimmer: await createLocalEngine() }), { slimDegree: 1.2 });
 * const files = await eleventyImage('portrait.jpg', { widths: [320, 640], formats: ['avif', 'jpeg'], ...slimming });
 */
export function slimFaceEleventy(slimFace: SlimFace, options: CallOptions = {}): SlimFaceEleventy {
  async function transform(image: SharpLike, target: EleventyTarget): Promise<void> {
    if (target.format === 'svg') return;
    checkOrder(image, 'the transform of slimFaceEleventy');
    // Eleventy keeps the profile: with one of RGB, pixels stay in its colours. Any other, sharp takes off.
    const keepMetadata = hasOwnColours(await image.metadata());
    const { image: slimmed, info } = await slimFace(image, { ...options, keepMetadata, onError: 'throw', resolveWithObject: true });
    if (!info.changed) return;

    // Sharp resizes before it overlays: the size is queued here, and Eleventy leaves a size that it finds as it is.
    const sized = isSized(image);
    const { width, height } = sized ? info : { width: target.width, height: Math.round((info.height * target.width) / info.width) };
    if (!sized) image.resize(width, height, { fit: 'fill' });
    const { data, info: { channels } } = await slimmed.resize(width, height, { fit: 'fill' }).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });

    image.autoOrient().composite([{ input: data, raw: { width, height, channels: channels as RawInput['channels'] }, blend: 'source' }]);
    if (channels === 1 || channels === 3) image.removeAlpha(); // which overlays bring along
  }
  return { manualCacheKey: slimFace.cacheKey(options), transform };
}

/** Whether a transform has queued a size: told where Eleventy itself looks. */
function isSized(image: SharpLike): boolean {
  const { width = -1, height = -1 } = (image as { options?: { width?: number; height?: number } }).options ?? {};
  return width > -1 || height > -1;
}
