import { Transform, type Duplex, type TransformCallback } from 'node:stream';
import { callbackify } from 'node:util';
import { AbortedError, FileTooLargeError, InvalidInputError } from '@slimface/core';
import { toCarrier } from './carrier/carrier.ts';
import { hopFile, openFile, sharpFor, type ImageFile } from './image-file.ts';
import { resolveOptions, type SlimFaceBytesOptions } from './options.ts';
import { run, unchanged } from './run.ts';
import type { Sharing } from './sharing/sharing.ts';

/** How a stream is slimmed. */
export interface SlimFaceStreamOptions extends SlimFaceBytesOptions {
  /**
   * Most bytes of one image; more are an error, whatever `onError` says.
   * @default 64 MiB
   */
  readonly maxBytes?: number | undefined;
}

/**
 * A stream that takes the bytes of one image file and gives those of its slimmed image, to be piped on into `sharp()`: an
 * uncompressed PNG, which costs neither time nor quality, or the very bytes that came in when nothing changes.
 *
 * `timeout` counts from the last byte on. A stream that is destroyed, by `pipeline` for instance, aborts its engine.
 *
 * @throws {InvalidInputError | InvalidSlimDegreeError} at once: an unknown option value
 *
 * The stream is destroyed with a `FileTooLargeError` for more than `maxBytes`, an `UnreadableImageError` for bytes that
 * sharp cannot read, and with whatever else `slimFace` throws.
 *
 * @example
 * await pipeline(request, slimFaceStream({ slimmer }), sharp().resize(800).webp(), createWriteStream('portrait.webp'));
 */
export function slimFaceStream(options: SlimFaceStreamOptions): Duplex {
  return slimStream(options);
}

/** The same, with what calls of one `createSlimFace` share. */
export function slimStream(options: SlimFaceStreamOptions, sharing?: Sharing): Duplex {
  const maxBytes = checkMaxBytes(options?.maxBytes);
  const { signal: outer } = resolveOptions(options);
  const controller = new AbortController();
  const chunks: Buffer[] = [];
  let byteSize = 0;
  const onOuterAbort = (): void => void stream.destroy(new AbortedError({ cause: outer!.reason }));
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      byteSize += chunk.length;
      if (byteSize > maxBytes) return done(new FileTooLargeError({ maxBytes, byteSize }));
      chunks.push(chunk);
      done();
    },
    flush(done: TransformCallback) {
      callbackify(slimCarried)(Buffer.concat(chunks), { ...options, signal: controller.signal }, sharing, done);
    },
    destroy(error, done) {
      chunks.length = 0;
      outer?.removeEventListener('abort', onOuterAbort);
      controller.abort(error ?? undefined);
      done(error);
    },
  });
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  if (outer?.aborted) onOuterAbort();
  return stream;
}

async function slimCarried(bytes: Buffer, options: SlimFaceBytesOptions, sharing: Sharing | undefined): Promise<Uint8Array> {
  const sharp = await sharpFor(options);
  const open = (signal: AbortSignal): Promise<ImageFile> => openFile(bytes, sharp, signal);
  const { value } = await run<Uint8Array, ImageFile>(bytes, resolveOptions(options), sharing, open, async (file, call) => {
    const hopped = await hopFile(file, call);
    if (!hopped.changed) return unchanged<Uint8Array>(bytes, hopped.reason);
    return { value: await toCarrier(hopped.pixels, hopped.kept), info: hopped.info };
  });
  return value;
}

/** @throws {InvalidInputError} not a whole number from 1 up */
export function checkMaxBytes(maxBytes: number = 64 * 2 ** 20): number {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new InvalidInputError('maxBytes to be a whole number from 1 up', maxBytes);
  return maxBytes;
}
