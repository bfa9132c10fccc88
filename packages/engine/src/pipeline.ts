import { types } from 'node:util';
import { AbortedError, type ImageInfo, type ImageRequirements, type PixelBuffer, type ResolvedSlimOptions, type SlimmedFace } from '@slimface/core';
import { chooseFaces } from './accept-faces.ts';
import { applyAffine, uprightView } from './image/orientation.ts';
import type { KernelModule } from './kernels/kernel-module.ts';
import type { InferencePool } from './models/inference-pool.ts';
import { decode } from './stages/decode.ts';
import { encode, type EncodeOptions } from './stages/encode.ts';
import { buildFields, type DisplacementField } from './stages/field.ts';
import { findFaces } from './stages/find-faces.ts';
import { warp } from './stages/warp.ts';

/** What every run of the pipeline needs. */
export interface Engine {
  readonly inference: InferencePool;
  readonly kernels: KernelModule;
  readonly requirements: ImageRequirements;
}

/** A photo with its faces slimmed; `bytes` are the input's own when nothing was to change. */
export interface SlimmedPhoto {
  readonly faces: readonly SlimmedFace[];
  readonly bytes: Uint8Array;
}

/** decode -> detect -> landmarks -> field -> warp -> encode */
export async function slimPhoto(
  source: Uint8Array,
  info: ImageInfo,
  engine: Engine,
  options: ResolvedSlimOptions & EncodeOptions,
): Promise<SlimmedPhoto> {
  const image = await decode(source, info);
  const { faces, fields } = await plan(image.pixels, image.info.orientation, engine, options);
  if (fields.length === 0) return { faces, bytes: source };
  for (const field of fields) warp(image.pixels, field, engine.kernels);
  const bytes = await encode(image, options);
  throwIfAborted(options.signal);
  return { faces, bytes };
}

/** The same without a codec; the pixels are upright and stay as they are. */
export async function slimPixelBuffer(
  pixels: PixelBuffer,
  engine: Engine,
  options: ResolvedSlimOptions,
): Promise<{ pixels: PixelBuffer; faces: readonly SlimmedFace[] }> {
  const { faces, fields } = await plan(pixels, 1, engine, options);
  if (fields.length === 0) return { pixels, faces };
  const { data } = pixels;
  const memory = new SharedArrayBuffer(data.byteLength); // which sharp and worker threads take without another copy
  const copy = types.isUint16Array(data) ? new Uint16Array(memory) : new Uint8Array(memory);
  copy.set(data);
  const slimmed = { ...pixels, data: copy };
  for (const field of fields) warp(slimmed, field, engine.kernels);
  return { pixels: slimmed, faces };
}

/** Finds the faces, chooses those to slim, and builds their displacement fields in stored pixels. */
export async function plan(
  pixels: PixelBuffer,
  orientation: number,
  { inference, kernels, requirements }: Engine,
  { slimDegree, faceDegrees, signal }: ResolvedSlimOptions,
): Promise<{ faces: SlimmedFace[]; fields: DisplacementField[] }> {
  throwIfAborted(signal);
  const view = uprightView(pixels.width, pixels.height, orientation);
  const found = await findFaces(pixels, view, inference, kernels);
  throwIfAborted(signal);
  const faces = chooseFaces(found, requirements, slimDegree, faceDegrees);
  const leftAlone = found.filter(({ box }) => !faces.some((face) => face.box === box)).map((face) => ({ ...face, slimDegree: 0 }));
  const stored = [...faces, ...leftAlone].map((face) => ({ ...face, landmarks: face.landmarks.map((point) => applyAffine(view.toStored, point)) }));
  return { faces, fields: buildFields(stored, pixels.width, pixels.height) };
}

/** @throws {AbortedError} the signal was aborted; its reason is the cause */
function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError({ cause: signal.reason });
}
