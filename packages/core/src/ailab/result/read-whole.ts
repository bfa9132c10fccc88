import type { Dispatcher } from 'undici';

/** How much to read, and who counts. */
export interface WholeOptions {
  readonly maxBytes: number;
  /** What the sender announced; 0 or NaN when it did not. */
  readonly expectedBytes: number;
  onBytes(count: number): void;
}

/**
 * Reads a body into one piece of memory, which is the caller's alone. Undefined when there is more than allowed.
 *
 * By events, and copied on arrival: an iterator waits for every 64 KiB anew, and memory of 2 MiB that was written a while
 * ago has left the processor's cache when it is joined.
 */
export function readWhole(body: Dispatcher.ResponseData['body'], { maxBytes, expectedBytes, onBytes }: WholeOptions): Promise<Uint8Array | undefined> {
  let bytes = Buffer.allocUnsafeSlow(expectedBytes > 0 && expectedBytes <= maxBytes ? expectedBytes : 2 ** 16);
  let size = 0;
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Uint8Array) => {
      onBytes(chunk.byteLength);
      if (size + chunk.byteLength > maxBytes) return void resolve(undefined);
      if (size + chunk.byteLength > bytes.byteLength) bytes = grown(bytes, size + chunk.byteLength);
      bytes.set(chunk, size);
      size += chunk.byteLength;
    });
    body.on('end', () => resolve(bytes.subarray(0, size)));
    body.on('error', reject);
    // The others come first; a body that is destroyed without an error has only this one.
    body.on('close', () => reject(new Error('closed')));
  });
}

/** Twice the memory, so that a body of unknown length is not copied with every chunk. */
function grown(bytes: Buffer<ArrayBuffer>, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.byteLength, needed));
  larger.set(bytes);
  return larger;
}
