import type { Readable } from 'node:stream';
import type { Face, FaceDegree, FaceShape, SlimmedFace } from './face.ts';
import type { ImageMediaType, ImageRequirements } from './requirements.ts';

/**
 * An image as bytes or as a source of bytes. Never a path or a URL: reading those is the caller's decision.
 * The format is taken from the bytes alone; names and content types are ignored. Bytes must not change until the call
 * that they were handed to is over.
 */
export type ImageInput = Uint8Array | ArrayBuffer | Blob | Response | Readable | ReadableStream<Uint8Array>;

/** How to slim. */
export interface SlimOptions {
  /**
   * Strength, 0 to 2: the jaw gets narrower by about 6 % of its width for each 1. 0 changes nothing, but for a `shape`.
   * @default 1, or 0 for the faces that `faces` does not list
   */
  readonly slimDegree?: number | undefined;
  /**
   * Shape of every face that has none of its own, on engines that can (the local one). A shape works at every degree, 0
   * included.
   * @default no change
   */
  readonly shape?: FaceShape | undefined;
  /**
   * Degrees for single faces, on engines that can (the local one). A face that is not listed gets the call's own
   * `slimDegree` and `shape`, and where the call has none, it is left as it is, to the pixel; what is
   * coded with loss, as JPEG, is encoded once more all the same.
   * @default every face gets `slimDegree` and `shape`
   */
  readonly faces?: readonly FaceDegree[] | undefined;
  /** Aborts the call; it then rejects with `AbortedError`. */
  readonly signal?: AbortSignal | undefined;
}

/** A slimmed image in the format of its input. */
export interface SlimmedImage {
  readonly mediaType: ImageMediaType;
  /** Sides of the upright image in pixels. */
  readonly width: number;
  readonly height: number;
  /** The faces that were found, from left to right, each with what was done to it; empty when the engine does not list them, as the remote API. */
  readonly faces: readonly SlimmedFace[];
  readonly slimDegree: number;
  /** `id` of the engine. */
  readonly engine: string;
  readonly requestId?: string;
  readonly logId?: string;
  /** Where a remote engine keeps the result, until `expiresAt`. */
  readonly url?: string;
  readonly expiresAt?: Date;
  /** The encoded image. */
  bytes(): Promise<Uint8Array>;
  /** The encoded image as a web stream. */
  stream(): ReadableStream<Uint8Array>;
  /** Writes the encoded image to `path`, all of it or nothing. */
  save(path: string): Promise<void>;
}

/** Raw pixels: rows from top to bottom, channels interleaved, no padding. */
export interface PixelBuffer {
  /** `width * height * channels` samples, in one of sharp's raw forms: 8 bit, or 16 bit in host byte order. */
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. Alpha is not premultiplied. */
  readonly channels: 1 | 2 | 3 | 4;
}

/** Slimmed pixels and the faces that were found. */
export interface SlimmedPixels {
  /** The very buffer that was handed in when nothing changed, a new one otherwise, which may be in shared memory. */
  readonly pixels: PixelBuffer;
  /** From left to right; empty when no face was found. */
  readonly faces: readonly SlimmedFace[];
  readonly slimDegree: number;
}

/** An engine that slims faces: the remote API, the local engine, or a third party's. */
export interface FaceSlimmer {
  /** `'ailab'`, `'local'` or a third party's name. */
  readonly id: string;
  /** Changes whenever the same input may give other pixels; part of every cache key. */
  readonly version: string;
  /** What the engine accepts. */
  readonly requirements: ImageRequirements;
  /**
   * Slims every face in an encoded image.
   * @throws {SlimFaceError} one of the tree's classes, for anything the caller can act on
   */
  slim(image: ImageInput, options?: SlimOptions): Promise<SlimmedImage>;
  /** Lets running calls end, then frees what the engine holds; calls made afterwards reject with `InternalError`. */
  close(): Promise<void>;
}

/** An engine that also works on raw pixels, for pipelines without a codec in the way. */
export interface PixelSlimmer extends FaceSlimmer {
  /**
   * Finds the faces in an image, from left to right. An image without a face gives an empty list.
   * @throws {SlimFaceError} the image cannot be read or is not accepted, or the call was aborted
   */
  detectFaces(image: ImageInput | PixelBuffer, options?: { signal?: AbortSignal }): Promise<Face[]>;
  /**
   * Slims every face in upright pixels and leaves the buffer that was handed in as it is.
   * Pixels without a face come back as the same buffer: what that means is the pipeline's decision.
   * @throws {SlimFaceError} the pixels, their faces or the options are not accepted, or the call was aborted
   */
  slimPixels(pixels: PixelBuffer, options?: SlimOptions): Promise<SlimmedPixels>;
}

/** Whether an engine also works on raw pixels. */
export function isPixelSlimmer(slimmer: FaceSlimmer): slimmer is PixelSlimmer {
  return 'slimPixels' in slimmer && typeof slimmer.slimPixels === 'function';
}
