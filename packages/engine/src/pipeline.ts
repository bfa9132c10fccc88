import { types } from 'node:util';
import { AbortedError, type ImageInfo, type ImageRequirements, type PixelBuffer, resolveFaceShape, type ResolvedSlimOptions, type SlimmedFace } from '@slimface/core';
import { chooseFaces } from './accept-faces.ts';
import { applyAffine, uprightView } from './image/orientation.ts';
import type { KernelModule } from './kernels/kernel-module.ts';
import { reportFace } from './report-face.ts';
import type { ResolvedFindOptions } from './find-options.ts';
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

/** How to slim, with all defaults in place. */
export interface ResolvedWishes extends ResolvedSlimOptions {
  readonly find: ResolvedFindOptions;
}

/** decode -> detect -> landmarks -> field -> warp -> encode */
export async function slimPhoto(source: Uint8Array, info: ImageInfo, engine: Engine, options: ResolvedWishes & EncodeOptions): Promise<SlimmedPhoto> {
  const image = await decode(source, info);
  const { faces, fields } = await plan(image.visible, image.info.orientation, engine, options);
  if (fields.length === 0) return { faces, bytes: source };
  for (const field of fields) warp(image.pixels, field, engine.kernels, { alpha: image.coding.colour !== 'cmyk' });
  const bytes = await encode(image, options);
  throwIfAborted(options.signal);
  return { faces, bytes };
}

/** The same without a codec; the pixels are upright and stay as they are. */
export async function slimPixelBuffer(
  pixels: PixelBuffer,
  engine: Engine,
  options: ResolvedWishes,
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
  options: ResolvedWishes,
): Promise<{ faces: SlimmedFace[]; fields: DisplacementField[] }> {
  const { find, signal } = options;
  throwIfAborted(signal);
  const view = uprightView(pixels.width, pixels.height, orientation);
  const { faces: found, others } = await findFaces(pixels, view, find, inference, kernels);
  throwIfAborted(signal);
  const chosen = chooseFaces(found, requirements, options);
  const leftAlone = [...found, ...others].filter((face) => !chosen.some((other) => other.face === face)).map((face) => ({ face, ...leaveAlone }));
  const stored = [...chosen, ...leftAlone].map(({ face, ...wish }) => ({ ...wish, landmarks: face.landmarks.map((point) => applyAffine(view.toStored, point)) }));
  const fields = buildFields(stored, pixels.width, pixels.height);
  const moved = fields.flatMap((field) => field.faces);
  const faces = chosen.map((face, i) => {
    const lambda = moved.find((other) => other.face === stored[i])?.lambda ?? 1;
    return reportFace(face, stored[i]!.landmarks, fields, lambda, view);
  });
  return { faces, fields };
}

const leaveAlone = { slimDegree: 0, shape: resolveFaceShape() };

/** @throws {AbortedError} the signal was aborted; its reason is the cause */
function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError({ cause: signal.reason });
}
