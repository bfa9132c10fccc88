import { FileTooLargeError } from '@slimface/core';
import type { PartSink } from './multipart-scanner.ts';

const FIRST_BYTES = 2 ** 16;

/** Gathers the content of a file in one piece of memory. */
export interface FileBytes extends PartSink {
  /** Copies `bytes`: held as they came, a byte that was sent alone would cost a hundred. */
  write(bytes: Uint8Array): void;
  /**
   * Hands the content over and lets go of it.
   * @throws {FileTooLargeError} it is longer than `maxBytes`
   */
  take(): Uint8Array;
}

/**
 * @param options.maxBytes a longer file is counted, and not kept
 * @param options.expectedBytes how long it may well be; memory that is not written to costs nothing, growing costs a copy
 */
export function createFileBytes({ maxBytes, expectedBytes = FIRST_BYTES }: { maxBytes: number; expectedBytes?: number | undefined }): FileBytes {
  let memory = Buffer.alloc(0);
  let byteSize = 0;
  return {
    write(bytes) {
      const start = byteSize;
      byteSize += bytes.byteLength;
      if (byteSize > maxBytes) {
        memory = Buffer.alloc(0);
        return;
      }
      if (byteSize > memory.byteLength) {
        const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(byteSize, expectedBytes, 2 * memory.byteLength), maxBytes));
        grown.set(memory.subarray(0, start));
        memory = grown;
      }
      memory.set(bytes, start);
    },
    end() {},
    take() {
      if (byteSize > maxBytes) throw new FileTooLargeError({ maxBytes, byteSize });
      const bytes = memory.subarray(0, byteSize);
      memory = Buffer.alloc(0);
      return bytes;
    },
  };
}
