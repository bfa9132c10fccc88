import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
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
  type ImageRequirements,
  type PixelBuffer,
  type PixelSlimmer,
  type SlimmedImage,
  type SlimOptions,
} from '@slimface/core';
import { Semaphore } from 'async-mutex';
import sharp from 'sharp';
import { largeEnough } from './accept-faces.ts';
import { checkCount, checkOnNoFace, checkPixels, checkQuality, isPixelBuffer } from './check-arguments.ts';
import { uprightView } from './image/orientation.ts';
import { loadKernels } from './kernels/load-kernels.ts';
import { startInferencePool } from './models/inference-pool.ts';
import { slimPhoto, slimPixelBuffer, type Engine } from './pipeline.ts';
import { engineRequirements } from './requirements.ts';
import { decode } from './stages/decode.ts';
import { findFaces } from './stages/find-faces.ts';

/** How to set up a local engine. */
export interface LocalEngineOptions {
  /**
   * What the engine accepts. `apiRequirements` of core makes it refuse what the remote API would refuse.
   * @default engineRequirements
   */
  readonly requirements?: ImageRequirements;
  /**
   * Photos of up to 12.5 megapixels in work at the same time; a larger one takes the place of several, and further calls
   * wait. Each holds its decoded pixels, 3 bytes a pixel and more.
   * @default os.availableParallelism()
   */
  readonly concurrency?: number;
  /**
   * Worker threads for the models. Each takes about 100 MB; one photo keeps two of them busy.
   * @default 2, or 1 on a single core
   */
  readonly threads?: number;
}

/** How the local engine slims an encoded image. */
export interface LocalSlimOptions extends SlimOptions {
  /**
   * Quality of a JPEG, 1 to 100. A PNG is lossless.
   * @default 92
   */
  readonly quality?: number;
  /**
   * What a photo without a face means: an error, or a photo that comes back as the very bytes it came in. A photo whose
   * faces are all too small is an error either way.
   * @default 'throw'
   */
  readonly onNoFace?: 'throw' | 'pass-through';
}

/** The local face slimmer: finds faces, warps only them, leaves every other pixel alone. */
export interface LocalEngine extends PixelSlimmer {
  readonly id: 'local';
  /**
   * Slims every face in a JPEG or PNG. Format, metadata and orientation are kept; with `slimDegree` 0 the result is
   * the input, byte for byte.
   *
   * @throws {FileTooLargeError | UnsupportedFormatError | UnreadableImageError | ResolutionOutOfRangeError} the image
   * @throws {NoFaceError | TooManyFacesError | FaceTooSmallError} its faces
   * @throws {InvalidSlimDegreeError | InvalidInputError} the options
   * @throws {AbortedError} `signal` was aborted
   */
  slim(image: ImageInput, options?: LocalSlimOptions): Promise<SlimmedImage>;
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
 * @throws {InternalError} a model file is missing or is not the one that this engine was made for
 *
 * @example
 * const engine = await createLocalEngine();
 * const slimmed = await engine.slim(await readFile('portrait.jpg'), { slimDegree: 1 });
 * await slimmed.save('slimmer.jpg');
 */
export async function createLocalEngine(options: LocalEngineOptions = {}): Promise<LocalEngine> {
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
    version: engineVersion(),
    requirements,

    async slim(input, slimOptions = {}) {
      const resolved = { ...resolveSlimOptions(slimOptions), quality: checkQuality(slimOptions.quality) };
      const onNoFace = checkOnNoFace(slimOptions.onNoFace);
      const source = await readImageInput(input, { maxBytes: requirements.maxBytes, signal: resolved.signal });
      const info = checkRequirements(source, requirements);
      const { faces, bytes } = await enqueue(info, resolved.signal, () => slimPhoto(source, info, engine, resolved));
      if (faces.length === 0 && onNoFace === 'throw') throw new NoFaceError();
      const { width, height } = uprightView(info.width, info.height, info.orientation);
      return createSlimmedImage({ mediaType: info.mediaType, width, height, faces, slimDegree: resolved.slimDegree, engine: 'local' }, bytes);
    },

    async slimPixels(pixels, slimOptions) {
      const resolved = resolveSlimOptions(slimOptions);
      checkPixels(pixels, requirements);
      const slimmed = await enqueue(pixels, resolved.signal, () => slimPixelBuffer(pixels, engine, resolved));
      return { ...slimmed, slimDegree: resolved.slimDegree };
    },

    async detectFaces(image, { signal } = {}) {
      checkSignal(signal);
      const find = async (pixels: PixelBuffer, orientation: number): Promise<Face[]> => {
        const view = uprightView(pixels.width, pixels.height, orientation);
        return largeEnough(await findFaces(pixels, view, inference, kernels), requirements);
      };
      if (isPixelBuffer(image)) {
        checkPixels(image, requirements);
        return enqueue(image, signal, () => find(image, 1));
      }
      const source = await readImageInput(image, { maxBytes: requirements.maxBytes, signal });
      const info = checkRequirements(source, requirements);
      return enqueue(info, signal, async () => find((await decode(source, info)).pixels, info.orientation));
    },

    async close() {
      closed = true;
      await places.runExclusive(() => inference.close(), concurrency); // with all places, nothing is in work any more
    },
  };
}

/** The same input may give other pixels with another engine or with another codec. */
function engineVersion(): string {
  const { version } = require('../package.json') as { version: string };
  return `${version}+vips-${sharp.versions.vips}`;
}
