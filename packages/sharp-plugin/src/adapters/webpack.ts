import type { CallOptions, SlimFace } from '../create-slim-face.ts';
import type { WebpackImage, WebpackMinimizerOptions, WebpackTransformer } from './webpack-shapes.ts';

export type { WebpackImage, WebpackMinimizerOptions, WebpackTransformer } from './webpack-shapes.ts';

/** Which files are photos: what sharp both reads and writes. */
const photoName = /\.(jpe?g|png|webp|avif|tiff?|gif)$/i;

/**
 * Options for image-minimizer-webpack-plugin: a minimizer that slims the faces, and others after it. A failure is an error
 * of the build that names the file, or what the plug-in's `severityError` makes of it.
 *
 * The plug-in's loader is off: what it did is part of the module in a cache on disk, but that it did it is not, so that the
 * next build would slim the slimmed photo. Assets are cached by the minimizers' options, which name engine and degrees.
 *
 * @param next what runs on the slimmed photo
 * @param options what these photos want otherwise
 *
 * @example
 * new ImageMinimizerPlugin({ ...slimFaceMinimizer(slimFace, [{ implementation: ImageMinimizerPlugin.sharpMinify }]), exclude: /logos/ })
 */
export function slimFaceMinimizer(slimFace: SlimFace, next: readonly WebpackTransformer[] = [], options?: CallOptions): WebpackMinimizerOptions {
  return { minimizer: [slimFaceBefore(slimFace, { implementation: async (image) => image }, options), ...next], loader: false };
}

/**
 * A generator of the plug-in with the faces slimmed before.
 *
 * Beside `slimFaceMinimizer` in the same build it needs an `ImageMinimizerPlugin` of its own. A photo that is imported with
 * `?as=` does not go with a cache on disk: the plug-in itself gives it its old name, and heeds no options, in the next build.
 *
 * @param options what these photos want otherwise
 *
 * @example
 * const webp = { preset: 'webp', implementation: ImageMinimizerPlugin.sharpGenerate, options: { encodeOptions: { webp: {} } } };
 * new ImageMinimizerPlugin({ generator: [slimFaceBefore(slimFace, webp)] })
 */
export function slimFaceBefore<T extends WebpackTransformer>(slimFace: SlimFace, transformer: T, options: CallOptions = {}): T {
  const { resolveWithObject: _, ...callOptions } = options;
  const { implementation } = transformer;

  async function slim(image: WebpackImage): Promise<WebpackImage> {
    if (!photoName.test(image.filename)) return image;
    try {
      const { buffer, byteOffset, length } = await slimFace.buffer(image.data, { ...callOptions, onError: 'throw' }); // a cache would keep it
      // Marked, as the plug-in would otherwise slim what its loader has slimmed, where somebody turned that on.
      return { ...image, data: Buffer.from(buffer, byteOffset, length), info: { ...image.info, minimized: true } };
    } catch (error) {
      // Thrown, it would pass by `severityError` and name no file. The cause, which webpack cannot write, also keeps out of a
      // cache on disk what may have been an engine that was busy for a moment.
      image.errors.push(new Error(`Expected to slim ${image.filename} but failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error }));
      return image;
    }
  }

  return {
    ...transformer,
    options: { ...transformer.options, slimFace: slimFace.cacheKey(callOptions) },
    implementation: Object.assign(async (image: WebpackImage, given?: object) => {
      const { slimFace: _key, ...rest } = given as { readonly slimFace?: string };
      const slimmed = await slim(image);
      return (await implementation(slimmed, rest)) ?? slimmed; // null says that it left the image alone
    }, implementation), // with its `setup` and `teardown`
  };
}
