import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { modelFiles, readModelFile } from './model-files.ts';

/** A model that is ready to run. It has one input buffer, so runs must not overlap. */
export interface Model {
  /** @returns the output tensors, in the model's own order */
  run(input: Float32Array): Promise<Float32Array[]>;
}

/** A loaded inference runtime. */
export interface Runtime {
  /** Compiles a TensorFlow Lite model that has one input tensor. */
  load(bytes: Uint8Array): Promise<Model>;
}

/*
 * The part of LiteRT's internal wasm module that is used. Its public loader wants a browser and touches globals, so
 * the module is driven directly; an exact version pin and a hash of both files hold these names in place.
 */
interface Handle {
  delete(): void;
}
interface TensorType extends Handle {
  bytes(): number;
}
interface TensorBuffer extends Handle {
  lock(mode: unknown): number;
  unlock(): void;
  packedSize(): number;
}
interface CompiledModel extends Handle {
  run(signature: number, inputs: TensorBuffer[]): Promise<TensorBuffer[]>;
}
interface LiteRtModule {
  /** Changes its identity whenever the heap grows: read it anew after every call. */
  readonly HEAPU8: Uint8Array;
  readonly LiteRtEnvironment: { create(options: null): Handle };
  readonly LiteRtTensorBuffer: { createManaged(environment: Handle, kind: unknown, type: TensorType, bytes: number): TensorBuffer };
  readonly LiteRtTensorBufferType: { readonly HOST_MEMORY: unknown };
  readonly LiteRtTensorBufferLockMode: { readonly READ: unknown; readonly WRITE: unknown };
  _malloc(bytes: number): number;
  loadModel(environment: Handle, pointer: number, bytes: number): Handle & { getInputTensorType(signature: number, index: number): TensorType };
  compileModel(environment: Handle, model: Handle, options: object): Promise<CompiledModel>;
}
type ModuleFactory = (options: { wasmBinary: Uint8Array; print(): void; printErr(): void }) => Promise<LiteRtModule>;

/**
 * Starts LiteRT's `compat` build: one thread and plain wasm SIMD, so it runs on Node 20 and gives the same bits on
 * every machine.
 *
 * @throws {InternalError} a runtime file is missing or has other bytes than the pinned version
 */
export async function loadRuntime(): Promise<Runtime> {
  const [glue, wasmBinary] = await Promise.all([readModelFile(modelFiles.runtimeGlue), readModelFile(modelFiles.runtimeWasm)]);
  const createModule = evaluateCommonJs(glue.toString('utf8')) as ModuleFactory;
  const silent = (): void => {}; // it would write INFO lines to the process's own streams
  const lite = await createModule({ wasmBinary, print: silent, printErr: silent });
  const environment = lite.LiteRtEnvironment.create(null);
  return { load: (bytes) => loadModel(lite, environment, bytes) };
}

async function loadModel(lite: LiteRtModule, environment: Handle, bytes: Uint8Array): Promise<Model> {
  const pointer = lite._malloc(bytes.length); // stays: the compiled model reads its weights from here
  lite.HEAPU8.set(bytes, pointer);
  const model = lite.loadModel(environment, pointer, bytes.length);
  const compiled = await lite.compileModel(environment, model, {
    environment,
    accelerator: 'wasm',
    cpuOptions: { numThreads: 1 },
    gpuOptions: {},
    webNNOptions: {},
  });
  const inputType = model.getInputTensorType(0, 0);
  const input = lite.LiteRtTensorBuffer.createManaged(environment, lite.LiteRtTensorBufferType.HOST_MEMORY, inputType, inputType.bytes());

  return {
    async run(values) {
      write(lite, input, values);
      const outputs = await compiled.run(0, [input]);
      return outputs.map((output) => {
        const tensor = read(lite, output);
        output.delete();
        return tensor;
      });
    },
  };
}

function write(lite: LiteRtModule, buffer: TensorBuffer, values: Float32Array): void {
  const pointer = buffer.lock(lite.LiteRtTensorBufferLockMode.WRITE);
  lite.HEAPU8.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), pointer);
  buffer.unlock();
}

function read(lite: LiteRtModule, buffer: TensorBuffer): Float32Array {
  const pointer = buffer.lock(lite.LiteRtTensorBufferLockMode.READ);
  const bytes = lite.HEAPU8.slice(pointer, pointer + buffer.packedSize());
  buffer.unlock();
  return new Float32Array(bytes.buffer);
}

/** The package says `"type": "module"`, yet its glue is a CommonJS script, so neither `import` nor `require` loads it. */
function evaluateCommonJs(source: string): unknown {
  const module = { exports: {} };
  const run = compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname']);
  run(module.exports, createRequire(import.meta.url), module, 'litert.js', '.');
  return module.exports;
}
