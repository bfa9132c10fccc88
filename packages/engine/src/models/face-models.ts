import { loadRuntime, type Model } from './litert.ts';
import { modelFiles, readModelFile } from './model-files.ts';

/** The three models that find a face, ready to run. */
export interface FaceModels {
  /** BlazeFace for near faces: 128 x 128, values -1 to 1. */
  readonly shortRange: Model;
  /** BlazeFace for far faces: 192 x 192, values -1 to 1. */
  readonly fullRange: Model;
  /** 468-point face mesh: 192 x 192, values 0 to 1. */
  readonly faceMesh: Model;
}

/**
 * Loads the runtime and the models from their npm packages.
 * @throws {InternalError} a file is missing or is not the one that this engine was made for
 */
export async function loadFaceModels(): Promise<FaceModels> {
  const runtime = await loadRuntime();
  return {
    shortRange: await runtime.load(await readModelFile(modelFiles.shortRange)),
    fullRange: await runtime.load(await readModelFile(modelFiles.fullRange)),
    faceMesh: await runtime.load(await readModelFile(modelFiles.faceMesh)),
  };
}
