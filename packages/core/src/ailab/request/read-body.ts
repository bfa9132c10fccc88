import type { DispatchedAnswer } from '../dispatcher.ts';

/** How much to read. */
export interface ReadBodyOptions {
  readonly maxBytes: number;
  /** Of the answer: a length that it announces is taken at its word, up to `maxBytes`. */
  readonly headers: DispatchedAnswer['headers'];
}

/** What was read, and why not more. */
export interface ReadBody {
  /** In memory that is nobody else's. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly end: 'complete' | 'cut' | 'too long';
  /** Why it was cut. */
  readonly error?: unknown;
}

/**
 * Reads a body up to a limit, into one piece of memory. A connection that breaks, or a longer body, leaves what came until
 * then; a longer body is given up.
 *
 * By events, and copied on arrival: an iterator waits anew for every 64 KiB, and bytes that arrived a while ago have left
 * the processor's cache when they are joined in the end.
 */
export function readBody(body: DispatchedAnswer['body'], { maxBytes, headers }: ReadBodyOptions): Promise<ReadBody> {
  let memory = Buffer.allocUnsafeSlow(Math.min(announcedBytes(headers) ?? firstBytes, maxBytes));
  let size = 0;
  return new Promise((resolve) => {
    const stop = (end: ReadBody['end'], error?: unknown): void => resolve({ bytes: memory.subarray(0, size), end, error });
    body.on('data', (chunk: Uint8Array) => {
      if (size + chunk.byteLength > maxBytes) {
        stop('too long');
        return void body.destroy();
      }
      if (size + chunk.byteLength > memory.byteLength) memory = enlarge(memory, size + chunk.byteLength);
      memory.set(chunk, size);
      size += chunk.byteLength;
    });
    body.on('end', () => stop('complete'));
    body.on('error', (error) => stop('cut', error));
    body.on('close', () => stop('cut')); // after one of the others, unless the body was destroyed without an error
  });
}

/** Length of the body by its header; undefined when there is none that can be read. */
export function announcedBytes(headers: DispatchedAnswer['headers']): number | undefined {
  const value = headers['content-length'];
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

const firstBytes = 2 ** 14;

/** Twice the memory, so that a body of unknown length is not copied with every chunk. */
function enlarge(memory: Buffer<ArrayBuffer>, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * memory.byteLength, needed));
  larger.set(memory);
  return larger;
}
