import { Readable } from 'node:stream';
import { types } from 'node:util';
import { AbortedError, InvalidInputError, UploadInterruptedError } from './errors/call-errors.ts';
import { InWords } from './errors/describe.ts';
import { FileTooLargeError } from './errors/image-errors.ts';
import { SlimFaceError } from './errors/slim-face-error.ts';
import type { ImageInput } from './face-slimmer.ts';
import { orAborted } from './or-aborted.ts';

/**
 * Collects an image's bytes and never holds more than `maxBytes` of them. Bytes that are in memory already are
 * returned as they are, not copied.
 *
 * @throws {InvalidInputError} not an `ImageInput`: paths and URLs are for the caller to read; or a stream that another
 *   reader holds, or a Response that failed or was read before
 * @throws {FileTooLargeError} more than `maxBytes`; a stream is cancelled as soon as it passes them
 * @throws {UploadInterruptedError} a stream failed before its end
 * @throws {AbortedError} `signal` was aborted; a stream is cancelled
 */
export async function readImageInput(image: ImageInput, options: { maxBytes: number; signal?: AbortSignal | undefined }): Promise<Uint8Array> {
  const { maxBytes, signal } = options;
  const source = toBytesOrStream(image, maxBytes);
  if (!(source instanceof Uint8Array)) return collect(source, maxBytes, signal);
  if (signal?.aborted) throw new AbortedError({ cause: signal.reason });
  if (source.byteLength > maxBytes) throw new FileTooLargeError({ maxBytes, byteSize: source.byteLength });
  return source;
}

function toBytesOrStream(image: ImageInput, maxBytes: number): Uint8Array | Readable | ReadableStream<Uint8Array> {
  if (image instanceof Uint8Array) return image;
  // Bytes of another realm, as under Jest or node:vm, are no instance of this realm's class.
  if (types.isUint8Array(image)) return new Uint8Array(image.buffer, image.byteOffset, image.byteLength);
  if (types.isArrayBuffer(image)) return new Uint8Array(image);
  if (image instanceof Blob) {
    if (image.size > maxBytes) throw new FileTooLargeError({ maxBytes, byteSize: image.size });
    return image.stream();
  }
  if (image instanceof Response) {
    if (!image.ok) throw new InvalidInputError('a successful Response as image', new InWords(`one with status ${image.status}`));
    return image.body === null ? new Uint8Array() : unlocked(image.body);
  }
  if (image instanceof ReadableStream) return unlocked(image);
  if (image instanceof Readable) return image;
  throw new InvalidInputError('image to be bytes, a Blob, a Response or a stream (read paths and URLs yourself)', image);
}

function unlocked(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  if (stream.locked) throw new InvalidInputError('image to be a stream that nobody else reads', new InWords('a locked stream'));
  return stream;
}

async function collect(stream: Readable | ReadableStream<Uint8Array>, maxBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const source = openStream(stream);
  try {
    for (;;) {
      const { done, value } = await orAborted(source.read(), signal);
      if (done) return Buffer.concat(chunks, size);
      if (!types.isUint8Array(value)) throw new InvalidInputError('a stream of bytes', value);
      size += value.byteLength;
      if (size > maxBytes) throw new FileTooLargeError({ maxBytes });
      chunks.push(value);
    }
  } catch (error) {
    source.cancel(error);
    if (error instanceof SlimFaceError) throw error;
    throw new UploadInterruptedError(`its stream failed after ${size} bytes`, { cause: error });
  }
}

interface OpenStream {
  read(): Promise<{ done?: boolean; value?: unknown }>;
  /** Stops the source at once, also while a read is under way, and does not wait for it. */
  cancel(reason: unknown): void;
}

function openStream(stream: Readable | ReadableStream<Uint8Array>): OpenStream {
  if (stream instanceof Readable) {
    const iterator = stream[Symbol.asyncIterator]();
    return { read: () => iterator.next(), cancel: () => stream.destroy() };
  }
  // Not its iterator: return() of that one waits for a read that is under way, for ever when the source hangs.
  const reader = stream.getReader();
  return { read: () => reader.read(), cancel: (reason) => void reader.cancel(reason).catch(() => {}) };
}
