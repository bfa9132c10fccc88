import { FileTooLargeError } from '@slimface/core';
import type { PartSink } from './multipart-scanner.ts';

/** Shorter pieces are gathered: a byte that is sent and held alone would cost a hundred. */
const MIN_PIECE_BYTES = 2 ** 14;
const BLOCK_BYTES = 2 ** 16;

/** Gathers the content of a file. */
export interface FileBytes extends PartSink {
  /**
   * Hands the content over in one piece, and lets go of it.
   * @throws {FileTooLargeError} it is longer than `maxBytes`
   */
  take(): Uint8Array;
}

/** @param maxBytes a longer file is counted, and not kept */
export function createFileBytes(maxBytes: number): FileBytes {
  let pieces: Uint8Array[] = [];
  let byteSize = 0;
  /** The last piece, as long as there is room in it. */
  let block = Buffer.alloc(0);
  let filled = 0;

  const gather = (bytes: Uint8Array): void => {
    const room = block.byteLength - filled;
    if (bytes.byteLength > room) {
      closeBlock();
      block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    }
    block.set(bytes, filled);
    filled += bytes.byteLength;
  };
  const closeBlock = (): void => {
    if (filled > 0) pieces.push(block.subarray(0, filled));
    block = Buffer.alloc(0);
    filled = 0;
  };

  return {
    write(bytes) {
      byteSize += bytes.byteLength;
      if (byteSize > maxBytes) {
        pieces = [];
        block = Buffer.alloc(0);
        filled = 0;
      } else if (bytes.byteLength < MIN_PIECE_BYTES) {
        gather(bytes);
      } else {
        closeBlock();
        pieces.push(bytes);
      }
    },
    end() {},
    take() {
      if (byteSize > maxBytes) throw new FileTooLargeError({ maxBytes, byteSize });
      closeBlock();
      const whole = Buffer.allocUnsafeSlow(byteSize); // shares its memory with nothing else
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.byteLength;
      }
      pieces = [];
      return whole;
    },
  };
}
