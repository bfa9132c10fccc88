import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { InternalError } from '@slimface/core';

const require = createRequire(import.meta.url);

/** A file that an npm package brings, with the SHA-256 of the bytes that this engine was built and measured on. */
export interface ModelFile {
  readonly package: string;
  readonly file: string;
  /** Name of the member, when the file is a pack of several. */
  readonly member?: string;
  readonly sha256: string;
}

/** The files that the engine runs on. */
export const modelFiles: Readonly<Record<'shortRange' | 'fullRange' | 'fullRangeSparse' | 'faceMesh' | 'runtimeGlue' | 'runtimeWasm', ModelFile>> = {
  shortRange: {
    package: '@mediapipe/face_detection',
    file: 'face_detection_short_range.tflite',
    sha256: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
  },
  fullRange: {
    package: '@mediapipe/face_detection',
    file: 'face_detection_full_range.tflite',
    sha256: '99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3',
  },
  fullRangeSparse: {
    package: '@mediapipe/face_detection',
    file: 'face_detection_full_range_sparse.tflite',
    sha256: '671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce',
  },
  faceMesh: {
    package: '@mediapipe/face_mesh',
    file: 'face_mesh_solution_packed_assets.data',
    member: '/face_landmark.tflite',
    sha256: 'c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1',
  },
  runtimeGlue: {
    package: '@litertjs/core',
    file: 'wasm/litert_wasm_compat_internal.js',
    sha256: '4d8f894b7883654fd6e8439730aa41e79ceaab7d19184fc4f1f0b0f1a2a2c8a5',
  },
  runtimeWasm: {
    package: '@litertjs/core',
    file: 'wasm/litert_wasm_compat_internal.wasm',
    sha256: '5255c8ad06eabdbd2522cdebf6b22fc10faf74625c23a49b9e072570cd1fa41c',
  },
};

/**
 * Reads a model file from its npm package and checks that it is the very one.
 *
 * @throws {InternalError} the package is not installed, or its file has other bytes
 */
export async function readModelFile(model: ModelFile): Promise<Buffer> {
  const path = modelPath(model);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new InternalError(`Expected ${model.file} in the npm package ${model.package}, which could not be read`, { cause });
  });
  const content = model.member === undefined ? bytes : await packMember(path, bytes, model.member);
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (sha256 === model.sha256) return content;
  throw new InternalError(
    `Expected ${model.member ?? model.file} of the npm package ${model.package} to have SHA-256 ${model.sha256} but found ${sha256}: ` +
      'reinstall the exact version that @slimface/engine depends on',
  );
}

function modelPath({ package: name, file }: ModelFile): string {
  // None of these packages restricts its exports, so package.json resolves.
  let manifest: string;
  try {
    manifest = require.resolve(`${name}/package.json`);
  } catch (cause) {
    throw new InternalError(`Expected the npm package ${name} to be installed beside @slimface/engine`, { cause });
  }
  return join(dirname(manifest), file);
}

/** One member of an emscripten file pack; the loader script beside it holds the table of contents. */
async function packMember(path: string, pack: Buffer, member: string): Promise<Buffer> {
  try {
    const loader = await readFile(path.replace(/\.data$/, '_loader.js'), 'utf8');
    const { files } = JSON.parse(/loadPackage\((\{.*?\})\)/s.exec(loader)![1]!) as { files: { filename: string; start: number; end: number }[] };
    const { start, end } = files.find(({ filename }) => filename.endsWith(member))!;
    return pack.subarray(start, end);
  } catch (cause) {
    throw new InternalError(`Expected ${member} in the contents of ${basename(path)}, which could not be read`, { cause });
  }
}
