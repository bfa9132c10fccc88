import { readFile } from 'node:fs/promises';
import { inspectImage, resolveSlimOptions, type SlimmedFace, type SlimOptions } from '@slimface/core';
import { resolveFindOptions } from '../src/find-options.ts';
import { loadKernels } from '../src/kernels/load-kernels.ts';
import { startInferencePool } from '../src/models/inference-pool.ts';
import { plan, type Engine } from '../src/pipeline.ts';
import { engineRequirements } from '../src/requirements.ts';
import { decode } from '../src/stages/decode.ts';
import type { DisplacementField } from '../src/stages/field.ts';

/** The pipeline's parts, for tests that look between the stages. */
export async function loadEngineParts(): Promise<Engine> {
  return { inference: await startInferencePool(1), kernels: await loadKernels(), requirements: engineRequirements };
}

/** The faces of a photo and the very fields that slimming applies to it. */
export async function planPhoto(engine: Engine, path: string, options: SlimOptions): Promise<{ faces: SlimmedFace[]; fields: DisplacementField[] }> {
  const photo = await readFile(path);
  const { pixels, info } = await decode(photo, inspectImage(photo));
  return plan(pixels, info.orientation, engine, { ...resolveSlimOptions(options), find: resolveFindOptions({}) });
}
