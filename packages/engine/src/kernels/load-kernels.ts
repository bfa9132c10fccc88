import type { KernelModule } from './kernel-module.ts';
import { createPortableKernels } from './portable.ts';
import { wasmBase64 } from './wasm-bytes.ts';

const pageSize = 2 ** 16;

/** The part of the WebAssembly API that is used; TypeScript declares it for browsers only. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: unknown } }>;
};

interface WasmExports extends Pick<KernelModule, 'warpRows' | 'halve'> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
}

/** The wasm kernels where the host has wasm SIMD, their portable twin elsewhere. Both give the same bits. */
export async function loadKernels(): Promise<KernelModule> {
  const bytes = Buffer.from(wasmBase64, 'base64');
  return WebAssembly.validate(bytes) ? instantiate(bytes) : createPortableKernels();
}

async function instantiate(bytes: Uint8Array): Promise<KernelModule> {
  const { instance } = await WebAssembly.instantiate(bytes);
  const { memory, warpRows, halve } = instance.exports as WasmExports;
  return {
    reserve(size) {
      const missing = size - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageSize));
      return new Uint8Array(memory.buffer);
    },
    warpRows,
    halve,
  };
}
