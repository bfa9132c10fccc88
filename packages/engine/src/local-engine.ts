import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import {
  AbortedError,
  checkRequirements,
  checkSignal,
  createSlimmedImage,
  InternalError,
  NoFaceError,
  orAborted,
  readImageInput,
  resolveSlimOptions,
  type Face,
  type ImageInput,
  type PixelBuffer,
  type PixelSlimmer,
  type SlimmedImage,
  type SlimmedPixels,
  type SlimOptions,
} from '@slimface/core';
import { Semaphore } from 'async-mutex';
import sharp from 'sharp';
import { largeEnough } from './accept-faces.ts';
import { checkCount, checkOnNoFace, checkPixels, checkQuality, isPixelBuffer } from './check-arguments.ts';
import { resolveFindOptions, type FindFacesOptions, type ResolvedFindOptions } from './find-options.ts';
import { uprightView } from './image/orientation.ts';
import { loadKernels } from './kernels/load-kernels.ts';
import { startInferencePool } from './models/inference-pool.ts';
import type { DetectFacesOptions, LocalEngineOptions, LocalSlimOptions } from './options.ts';
import { slimPhoto, slimPixelBuffer, type Engine } from './pipeline.ts';
import { engineRequirements } from './requirements.ts';
import { decode } from './stages/decode.ts';
import { findFaces } from './stages/find-faces.ts';

/** The local face slimmer: finds faces, warps only them, leaves every other pixel alone. */
export interface LocalEngine extends PixelSlimmer {
  readonly id: 'local';
  /**
   * Slims every face in a JPEG, PNG, WebP, AVIF or TIFF. Format, metadata and orientation are kept; with `slimDegree` 0 and no
   * shape the result is the input, byte for byte.
   *
   * @throws {FileTooLargeError | UnsupportedFormatError | UnreadableImageError | ResolutionOutOfRangeError} the image
   * @throws {NoFaceError | TooManyFacesError | FaceTooSmallError} its faces
   * @throws {InvalidSlimDegreeError | InvalidInputError} the options
   * @throws {AbortedError} `signal` was aborted
   */
  slim(image: ImageInput, options?: LocalSlimOptions): Promise<SlimmedImage>;
  /** Slims every face in upright pixels, as `PixelSlimmer` says. */
  slimPixels(pixels: PixelBuffer, options?: SlimOptions & FindFacesOptions): Promise<SlimmedPixels>;
  /** Finds the faces in an image, as `PixelSlimmer` says; each with 468 landmarks and the angles of the head. */
  detectFaces(image: ImageInput | PixelBuffer, options?: DetectFacesOptions): Promise<Face[]>;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a photo that takes one place: those of a 12 megapixel camera, 4032 x 3024 among them. */
const pixelsOfPlace = 12.5e6;

const require = createRequire(import.meta.url);

/**
 * Loads the models and starts the engine. Everything comes from installed npm packages; nothing is fetched.
 *
 * @throws {InvalidInputError} an option that does not exist or contradicts another
 * @throws {InternalError} a model file is missing or is not the one that this engine was made for
 *
 * @example
 * const engine = await createLocalEngine();
 * const slimmed = await engine.slim(await readFile('portrait.jpg'), { slimDegree: 1 });
 * await slimmed.save('slimmer.jpg');
 */
export async function createLocalEngine(options: LocalEngineOptions = {}): Promise<LocalEngine> {
  const finding = resolveFindOptions(options);
  const { requirements = engineRequirements, concurrency = availableParallelism(), threads = Math.min(2, availableParallelism()) } = options;
  checkCount('concurrency', concurrency);
  checkCount('threads', threads);
  const [inference, kernels] = await Promise.all([startInferencePool(threads), loadKernels()]);
  const engine: Engine = { inference, kernels, requirements };
  const places = new Semaphore(concurrency);
  let closed = false;

  /** Waits for a place among the photos in work. A call that is aborted leaves at once, and its place is given on. */
  async function enqueue<T>({ width, height }: Size, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    if (closed) throw new InternalError('The engine was closed');
    const weight = Math.min(concurrency, Math.ceil((width * height) / pixelsOfPlace));
    const work = places.runExclusive(() => {
      if (signal?.aborted) throw new AbortedError({ cause: signal.reason });
      return task();
    }, weight);
    return orAborted(work, signal);
  }

  return {
    id: 'local',
    version: engineVersion(finding),
    requirements,

    async slim(input, slimOptions = {}) {
      const resolved = { ...resolveSlimOptions(slimOptions), find: resolveFindOptions(slimOptions, options), quality: checkQuality(slimOptions.quality) };
      const onNoFace = checkOnNoFace(slimOptions.onNoFace);
      const source = await readImageInput(input, { maxBytes: requirements.maxBytes, signal: resolved.signal });
      const info = checkRequirements(source, requirements);
      const { faces, bytes } = await enqueue(info, resolved.signal, () => slimPhoto(source, info, engine, resolved));
      if (faces.length === 0 && onNoFace === 'throw') throw new NoFaceError();
      const { width, height } = uprightView(info.width, info.height, info.orientation);
      return createSlimmedImage({ mediaType: info.mediaType, width, height, faces, slimDegree: resolved.slimDegree, engine: 'local' }, bytes);
    },

    async slimPixels(pixels, slimOptions = {}) {
      const resolved = { ...resolveSlimOptions(slimOptions), find: resolveFindOptions(slimOptions, options) };
      checkPixels(pixels, requirements);
      const slimmed = await enqueue(pixels, resolved.signal, () => slimPixelBuffer(pixels, engine, resolved));
      return { ...slimmed, slimDegree: resolved.slimDegree };
    },

    async detectFaces(image, detectOptions = {}) {
      const looking = resolveFindOptions(detectOptions, options);
      const { signal } = detectOptions;
      checkSignal(signal);
      const find = async (pixels: PixelBuffer, orientation: number): Promise<Face[]> => {
        const view = uprightView(pixels.width, pixels.height, orientation);
        return largeEnough((await findFaces(pixels, view, looking, inference, kernels)).faces, requirements);
      };
      if (isPixelBuffer(image)) {
        checkPixels(image, requirements);
        return enqueue(image, signal, () => find(image, 1));
      }
      const source = await readImageInput(image, { maxBytes: requirements.maxBytes, signal });
      const info = checkRequirements(source, requirements);
      return enqueue(info, signal, async () => find((await decode(source, info)).visible, info.orientation));
    },

    async close() {
      closed = true;
      await places.runExclusive(() => inference.close(), concurrency); // with all places, nothing is in work any more
    },
  };
}

/** The same input may give other pixels with another engine, with another codec, or when other faces are found. */
function engineVersion(finding: ResolvedFindOptions): string {
  const { version } = require('../package.json') as { version: string };
  const { plan, mayEscalate, minFaceSize, maxFaces } = finding;
  const usual = isDeepStrictEqual(finding, resolveFindOptions({}));
  return `${version}+vips-${sharp.versions.vips}${usual ? '' : `+${plan}${mayEscalate ? '' : '-plain'}-${minFaceSize}-${maxFaces}`}`;
}
