import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { FileTooLargeError, InvalidInputError, readImageInput, type ImageInput } from '@slimface/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture } from './_images.ts';
import { servePhoto, type PhotoServer } from './_photo-server.ts';
import { rejection } from './_rejection.ts';
import { hangingStream, piecesOf, turn, webStream } from './_streams.ts';

const maxBytes = 2 ** 20;
let photo: Buffer<ArrayBuffer>;
let folder: string;
let server: PhotoServer;

beforeAll(async () => {
  photo = Buffer.from(await picture(300, 200).png().toBuffer());
  folder = await mkdtemp(join(tmpdir(), 'slimface-read-'));
  await writeFile(join(folder, 'photo.png'), photo);
  server = await servePhoto(photo);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe('readImageInput reads', () => {
  const sources: Record<string, () => ImageInput | Promise<ImageInput>> = {
    'a Buffer': () => photo,
    'a Uint8Array': () => new Uint8Array(photo),
    'an ArrayBuffer': () => new Uint8Array(photo).buffer,
    'a view in the middle of a buffer': () => new Uint8Array(Buffer.concat([Buffer.alloc(9), photo, Buffer.alloc(5)])).subarray(9, 9 + photo.length),
    'a Uint8Array of another realm': () => runInNewContext('Uint8Array.from(bytes)', { bytes: photo }) as Uint8Array,
    'an ArrayBuffer of another realm': () => runInNewContext('Uint8Array.from(bytes).buffer', { bytes: photo }) as ArrayBuffer,
    'a Blob': () => new Blob([photo]),
    'a File': () => new File([photo], 'photo.jpg', { type: 'text/plain' }),
    'a slice of a Blob': () => new Blob([new Uint8Array(7), photo]).slice(7),
    'a Response': () => new Response(new Uint8Array(photo)),
    'a Response from the network': () => fetch(`${server.address}/photo`),
    'a file stream': () => createReadStream(join(folder, 'photo.png'), { highWaterMark: 1000 }),
    'a Node stream': () => Readable.from(piecesOf(photo)),
    'a web stream': () => webStream(piecesOf(photo)),
    'a byte stream': () => new Blob([photo]).stream(),
  };

  it.each(Object.entries(sources))('%s', async (_, source) => {
    const bytes = await readImageInput(await source(), { maxBytes, signal: new AbortController().signal });
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect(Buffer.compare(bytes, photo)).toBe(0);
  });

  it('bytes in memory without a copy', async () => {
    const view = new Uint8Array(photo.buffer, photo.byteOffset, 100);
    expect(await readImageInput(view, { maxBytes })).toBe(view);
    const { buffer } = new Uint8Array(100);
    expect((await readImageInput(buffer, { maxBytes })).buffer).toBe(buffer);
    const foreign = runInNewContext('new Uint8Array(100).subarray(10, 20)') as Uint8Array;
    expect(await readImageInput(foreign, { maxBytes })).toMatchObject({ buffer: foreign.buffer, byteOffset: 10, byteLength: 10 });
  });

  it('nothing as no bytes: what that means is for inspectImage to say', async () => {
    const nothing: ImageInput[] = [new Uint8Array(), new ArrayBuffer(0), new Blob(), new Response(null), await fetch(`${server.address}/nothing`), Readable.from([]), new Blob().stream()];
    for (const image of nothing) expect(await readImageInput(image, { maxBytes })).toHaveLength(0);
  });
});

describe('the limit of readImageInput', () => {
  it('includes its last byte, for every kind of image', async () => {
    const exact = { maxBytes: photo.length };
    const tight = { maxBytes: photo.length - 1 };
    const kinds: (() => ImageInput)[] = [
      () => photo,
      () => new Uint8Array(photo).buffer,
      () => new Blob([photo]),
      () => new Response(new Uint8Array(photo)),
      () => Readable.from(piecesOf(photo)),
      () => webStream(piecesOf(photo)),
    ];
    for (const kind of kinds) {
      expect(await readImageInput(kind(), exact)).toHaveLength(photo.length);
      expect(await rejection(() => readImageInput(kind(), tight))).toBeInstanceOf(FileTooLargeError);
    }
  });

  it('names the size where it is known', async () => {
    for (const image of [new Uint8Array(101), new ArrayBuffer(101), new Blob([new Uint8Array(101)])]) {
      expect(await rejection(() => readImageInput(image, { maxBytes: 100 }))).toMatchObject({
        maxBytes: 100,
        byteSize: 101,
        message: 'Expected an image of at most 100 bytes but received 101 bytes',
      });
    }
  });

  it('stops a web stream once it is passed', async () => {
    let handedOut = 0;
    const endless = (function* () {
      for (;;) yield new Uint8Array(++handedOut && 1000);
    })();
    const { stream, cancelled } = hangingStream(endless);
    const error = await rejection(() => readImageInput(stream, { maxBytes: 10_000 }));
    expect(error).toMatchObject({ code: 'FILE_TOO_LARGE', maxBytes: 10_000, message: 'Expected an image of at most 10000 bytes but received more than that' });
    expect(error).not.toHaveProperty('byteSize');
    expect(await cancelled).toBe(error);
    expect(handedOut).toBeLessThanOrEqual(12); // 10 fit, one is too many, one waits in the stream
  });

  it('stops a Node stream once it is passed', async () => {
    let handedOut = 0;
    const endless = new Readable({
      highWaterMark: 1000,
      read() {
        handedOut++;
        this.push(Buffer.alloc(1000));
      },
    });
    expect(await rejection(() => readImageInput(endless, { maxBytes: 10_000 }))).toBeInstanceOf(FileTooLargeError);
    expect(endless.destroyed).toBe(true);
    expect(handedOut).toBeLessThanOrEqual(20);
  });

  it('survives a source that fails while it is being stopped', async () => {
    const stubbornNode = new Readable({
      read() {
        this.push(Buffer.alloc(1000));
      },
      destroy: (_, callback) => callback(new Error('cannot stop')),
    });
    const stubbornWeb = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => Promise.reject(new Error('cannot stop')),
    });
    for (const image of [stubbornNode, stubbornWeb]) {
      expect(await rejection(() => readImageInput(image, { maxBytes: 10_000 }))).toBeInstanceOf(FileTooLargeError);
    }
    await turn(); // an unhandled error would fail the run by now
  });
});

describe('readImageInput refuses', () => {
  const expected = 'Expected image to be bytes, a Blob, a Response or a stream (read paths and URLs yourself) but received';
  const notImages: [what: string, image: unknown, named: string][] = [
    ['a path', '/photos/portrait.jpg', '"/photos/portrait.jpg"'],
    ['an address', 'https://example.com/portrait.jpg', '"https://example.com/portrait.jpg"'],
    ['a data address', `data:image/png;base64,${'A'.repeat(100)}`, 'a string of 122 characters'],
    ['a URL', new URL('https://example.com/portrait.jpg'), 'URL'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['an array of bytes', [0xff, 0xd8], 'Array'],
    ['other typed arrays', new Uint16Array(4), 'Uint16Array'],
    ['an iterable', new Map(), 'Map'],
    ['a promise', Promise.resolve(new Uint8Array()), 'Promise'],
  ];

  it.each(notImages)('%s', async (_, image, named) => {
    const error = await rejection(() => readImageInput(image as ImageInput, { maxBytes }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toHaveProperty('message', `${expected} ${named}`);
  });

  it('a stream of anything but bytes, and stops it', async () => {
    const web = hangingStream(['text']);
    const node = Readable.from(['text', 'more']);
    for (const image of [web.stream, node]) {
      expect(await rejection(() => readImageInput(image, { maxBytes }))).toMatchObject({ code: 'INVALID_INPUT', message: 'Expected a stream of bytes but received "text"' });
    }
    expect(await web.cancelled).toMatchObject({ code: 'INVALID_INPUT' });
    expect(node.destroyed).toBe(true);
  });

  it('a stream that somebody else reads', async () => {
    const held = new Blob([photo]).stream();
    held.getReader();
    const read = new Response(new Uint8Array(photo));
    await read.arrayBuffer();
    for (const image of [held, read]) {
      expect(await rejection(() => readImageInput(image, { maxBytes }))).toMatchObject({
        code: 'INVALID_INPUT',
        message: 'Expected image to be a stream that nobody else reads but received a locked stream',
      });
    }
  });

  it('a Response that is no success', async () => {
    const error = await rejection(async () => readImageInput(await fetch(`${server.address}/missing`), { maxBytes }));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message: 'Expected a successful Response as image but received one with status 404' });
  });
});
