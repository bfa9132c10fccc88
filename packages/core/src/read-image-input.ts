import { Readable } from 'node:stream';
import { AbortedError, InvalidInputError, UploadInterruptedError } from './errors/call-errors.ts';
import { FileTooLargeError } from './errors/image-errors.ts';
import { SlimFaceError } from './errors/slim-face-error.ts';
import type { ImageInput } from './face-slimmer.ts';
import { orAborted } from './or-aborted.ts';

/**
 * Collects an image's bytes and never holds more than `maxBytes` of them. Bytes that are in memory already are
 * returned as they are, not copied.
 *
 * @throws {InvalidInputError} not an `ImageInput`: paths and URLs are for the caller to read
 * @throws {FileTooLargeError} more than `maxBytes`; a stream is cancelled as soon as it passes them
 * @throws {UploadInterruptedError} a stream failed before its end
 * @throws {AbortedError} `signal` was aborted; a stream is cancelled
 */
export async function readImageInput(image: ImageInput, options: { maxBytes: number; signal?: AbortSignal | undefined }): Promise<Uint8Array> {
  const { maxBytes, signal } = options;
  if (signal?.aborted) throw new AbortedError({ cause: signal.reason });
  const source = toBytesOrStream(image, maxBytes);
  return source instanceof Uint8Array ? bounded(source, maxBytes) : collect(source, maxBytes, signal);
}

function toBytesOrStream(image: ImageInput, maxBytes: number): Uint8Array | AsyncIterable<Uint8Array> {
  if (image instanceof Uint8Array) return image;
  if (image instanceof ArrayBuffer) return new Uint8Array(image);
  if (image instanceof Blob) {
    if (image.size > maxBytes) throw new FileTooLargeError({ maxBytes, byteSize: image.size });
    return image.stream();
  }
  if (image instanceof Response) {
    if (!image.ok) throw new InvalidInputError('a successful Response as image', `status ${image.status}`);
    return image.body ?? new Uint8Array();
  }
  if (image instanceof Readable || image instanceof ReadableStream) return image;
  throw new InvalidInputError('image to be bytes, a Blob, a Response or a stream (read paths and URLs yourself)', image);
}

function bounded(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.byteLength > maxBytes) throw new FileTooLargeError({ maxBytes, byteSize: bytes.byteLength });
  return bytes;
}

async function collect(stream: AsyncIterable<Uint8Array>, maxBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orAborted(iterator.next(), signal);
      if (next.done) return Buffer.concat(chunks, size);
      if (!(next.value instanceof Uint8Array)) throw new InvalidInputError('a stream of bytes', next.value);
      size += next.value.byteLength;
      if (size > maxBytes) throw new FileTooLargeError({ maxBytes });
      chunks.push(next.value);
    }
  } catch (error) {
    // Not awaited: a source that hangs must not hold back the error.
    void iterator.return?.().catch(() => {});
    if (stream instanceof Readable) stream.destroy();
    if (error instanceof SlimFaceError) throw error;
    throw new UploadInterruptedError(`its stream failed after ${size} bytes`, { cause: error });
  }
}
