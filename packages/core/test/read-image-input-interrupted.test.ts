import { getEventListeners } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { AbortedError, readImageInput, UploadInterruptedError, type ImageInput } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture } from './_images.ts';
import { servePhoto, type PhotoServer } from './_photo-server.ts';
import { rejection } from './_rejection.ts';
import { hangingStream, piecesOf, turn } from './_streams.ts';

const maxBytes = 2 ** 20;
const reason = new Error('the client left');
let photo: Buffer<ArrayBuffer>;
let server: PhotoServer;

beforeAll(async () => {
  photo = Buffer.from(await picture(300, 200).png().toBuffer());
  server = await servePhoto(photo);
});
afterAll(() => server.close());

describe('a stream that fails midway', () => {
  const failure = new Error('connection reset');
  const failing: Record<string, () => ImageInput> = {
    'a Node stream': () =>
      Readable.from(
        (function* () {
          yield Buffer.alloc(1000);
          throw failure;
        })(),
      ),
    'a web stream': () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(1000)),
        pull: (controller) => controller.error(failure),
      }),
  };

  it.each(Object.entries(failing))('is an interrupted upload: %s', async (_, source) => {
    const { signal } = new AbortController();
    const error = await rejection(() => readImageInput(source(), { maxBytes, signal }));
    expect(error).toBeInstanceOf(UploadInterruptedError);
    expect(error).toMatchObject({ code: 'UPLOAD_INTERRUPTED', retryable: true, cause: failure });
    expect(error).toHaveProperty('message', expect.stringMatching(/^Expected a complete upload but its stream failed after (0|1000) bytes$/));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is an interrupted upload when the server hangs up', async () => {
    const error = await rejection(async () => readImageInput(await fetch(`${server.address}/half`), { maxBytes }));
    expect(error).toBeInstanceOf(UploadInterruptedError);
    expect(error).toHaveProperty('cause', expect.any(Error));
  });

  it('is an interrupted upload when it was destroyed before', async () => {
    const destroyed = new PassThrough();
    destroyed.destroy();
    expect(await rejection(() => readImageInput(destroyed, { maxBytes }))).toBeInstanceOf(UploadInterruptedError);
  });

  it('keeps the error that its source chose', async () => {
    const chosen = new UploadInterruptedError('the client disconnected');
    const stream = new PassThrough();
    const reading = rejection(() => readImageInput(stream, { maxBytes }));
    stream.destroy(chosen);
    expect(await reading).toBe(chosen);
  });
});

describe('an aborted readImageInput', () => {
  it('reads no bytes when it was aborted before', async () => {
    for (const image of [photo, new Blob([photo]), new Response(new Uint8Array(photo)), Readable.from(piecesOf(photo))]) {
      const error = await rejection(() => readImageInput(image, { maxBytes, signal: AbortSignal.abort(reason) }));
      expect(error).toBeInstanceOf(AbortedError);
      expect(error).toHaveProperty('cause', reason);
    }
  });

  it('stops streams when it was aborted before', async () => {
    const signal = AbortSignal.abort(reason);
    const { stream: web, cancelled } = hangingStream([]);
    const node = new PassThrough();
    for (const image of [web, node]) expect(await rejection(() => readImageInput(image, { maxBytes, signal }))).toBeInstanceOf(AbortedError);
    expect(await cancelled).toMatchObject({ code: 'ABORTED', cause: reason });
    expect(node.destroyed).toBe(true);
  });

  it('stops a web stream that hangs', async () => {
    const controller = new AbortController();
    const { stream, cancelled } = hangingStream([new Uint8Array(1000)]);
    const reading = rejection(() => readImageInput(stream, { maxBytes, signal: controller.signal }));
    await turn();
    controller.abort(reason);
    expect(await reading).toMatchObject({ code: 'ABORTED', cause: reason });
    expect(await cancelled).toMatchObject({ code: 'ABORTED' });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('stops a Node stream that hangs', async () => {
    const controller = new AbortController();
    const stream = new PassThrough();
    stream.write(Buffer.alloc(1000));
    const reading = rejection(() => readImageInput(stream, { maxBytes, signal: controller.signal }));
    await turn();
    controller.abort(reason);
    expect(await reading).toMatchObject({ code: 'ABORTED', cause: reason });
    expect(stream.destroyed).toBe(true);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('leaves no listener behind when it was not', async () => {
    const { signal } = new AbortController();
    for (const image of [photo, new Blob([photo]), Readable.from(piecesOf(photo))]) await readImageInput(image, { maxBytes, signal });
    await rejection(() => readImageInput(Readable.from(piecesOf(photo)), { maxBytes: 1, signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
