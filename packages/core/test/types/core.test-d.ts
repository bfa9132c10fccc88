import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  apiRequirements,
  checkSlimDegree,
  createAilabClient,
  createSlimmedImage,
  InternalError,
  isAilabErrorCode,
  isPixelSlimmer,
  readImageInput,
  SlimFaceError,
  TooManyFacesError,
  type AbortedError,
  type AilabClient,
  type AilabErrorCode,
  type CachedSlimming,
  type Face,
  type FaceDegree,
  type FaceShape,
  type FaceSlimmer,
  type FaceWarning,
  type FileTooLargeError,
  type ImageInput,
  type PixelBuffer,
  type PixelSlimmer,
  type SlimFaceErrorCode,
  type SlimmedFace,
  type SlimmedImage,
  type SlimmingCache,
  type SlimOptions,
} from '@slimface/core';
import { expectTypeOf } from 'vitest';

// An image is bytes or a source of bytes, never a path or a URL.
expectTypeOf<Buffer>().toExtend<ImageInput>();
expectTypeOf<Uint8Array>().toExtend<ImageInput>();
expectTypeOf<ArrayBuffer>().toExtend<ImageInput>();
expectTypeOf<Blob>().toExtend<ImageInput>();
expectTypeOf<File>().toExtend<ImageInput>();
expectTypeOf<Response>().toExtend<ImageInput>();
expectTypeOf<Readable>().toExtend<ImageInput>();
expectTypeOf<ReadableStream<Uint8Array>>().toExtend<ImageInput>();
expectTypeOf(createReadStream('')).toExtend<ImageInput>();
expectTypeOf(new Blob().stream()).toExtend<ImageInput>();
expectTypeOf<string>().not.toExtend<ImageInput>();
expectTypeOf<URL>().not.toExtend<ImageInput>();
expectTypeOf<Uint16Array>().not.toExtend<ImageInput>();
expectTypeOf<ReadableStream<string>>().not.toExtend<ImageInput>();
expectTypeOf(readImageInput).returns.toEqualTypeOf<Promise<Uint8Array>>();

// Options are all optional; an option that is present has a value.
expectTypeOf<{}>().toExtend<SlimOptions>();
expectTypeOf<{ slimDegree: 1.2; faces: [{ index: 0; slimDegree: 2 }]; signal: AbortSignal }>().toExtend<SlimOptions>();
expectTypeOf<{ slimDegree: undefined; shape: undefined; faces: undefined }>().toExtend<SlimOptions>();
expectTypeOf<{ shape: { jaw: -0.5; chin: undefined }; faces: [{ at: { x: 1; y: 2 }; shape: { symmetry: 1 } }] }>().toExtend<SlimOptions>();
expectTypeOf<{ shape: number }>().not.toExtend<SlimOptions>();
expectTypeOf<{ at: [1, 2] }>().not.toExtend<FaceDegree>();
// @ts-expect-error no such part of a face
const longNose: FaceShape = { nose: 1 };
void longNose;
expectTypeOf<{ slimDegree: '1' }>().not.toExtend<SlimOptions>();
expectTypeOf<{ slimDegree: null }>().not.toExtend<SlimOptions>();
expectTypeOf(checkSlimDegree).parameter(0).toBeUnknown();

// An engine is written against the port alone, and may take more options than the port has.
const result: SlimmedImage = createSlimmedImage(
  { mediaType: 'image/jpeg', width: 512, height: 512, faces: [], slimDegree: 1, engine: 'third-party' },
  new Uint8Array(),
);
const slimmer: FaceSlimmer = {
  id: 'third-party',
  version: '1',
  requirements: { ...apiRequirements, maxFaces: 10 },
  slim: async (_image, _options?: SlimOptions & { quality?: number }) => result,
  close: async () => {},
};
void slimmer.slim(Buffer.alloc(1));
void slimmer.slim(createReadStream(''), { slimDegree: 0.5, signal: AbortSignal.timeout(1000) });
// @ts-expect-error a path is for the caller to read
void slimmer.slim('portrait.jpg');
// @ts-expect-error the word is slimDegree
void slimmer.slim(Buffer.alloc(1), { strength: 1 });
void slimmer.slim(Buffer.alloc(1), { faces: [{ index: 0 }, { at: { x: 1, y: 2 }, slimDegree: 2, shape: { jaw: -1 } }] });
// @ts-expect-error a face has a name
void slimmer.slim(Buffer.alloc(1), { faces: [{ slimDegree: 1 }] });
// @ts-expect-error a face has one name
void slimmer.slim(Buffer.alloc(1), { faces: [{ index: 0, at: { x: 1, y: 2 } }] });
// @ts-expect-error no such control
void slimmer.slim(Buffer.alloc(1), { shape: { nose: 1 } });
// @ts-expect-error an engine says what it requires
const incomplete: FaceSlimmer = { id: 'a', version: '1', slim: slimmer.slim, close: slimmer.close };
void incomplete;
// @ts-expect-error a media type that no engine puts out
createSlimmedImage({ mediaType: 'image/gif', width: 1, height: 1, faces: [], slimDegree: 1, engine: 'a' }, new Uint8Array());

// What was done to a face; an engine that measures nothing says no more than the degree.
expectTypeOf<SlimmedFace['slimDegree']>().toBeNumber();
expectTypeOf<SlimmedFace['narrowing']>().toEqualTypeOf<{ readonly pixels: number; readonly percent: number } | undefined>();
expectTypeOf<SlimmedFace['warnings']>().toEqualTypeOf<readonly FaceWarning[] | undefined>();
expectTypeOf<Face['roll']>().toEqualTypeOf<number | undefined>();

// Pixels are one step away, for engines that have them.
expectTypeOf<PixelSlimmer>().toExtend<FaceSlimmer>();
expectTypeOf<FaceSlimmer>().not.toExtend<PixelSlimmer>();
if (isPixelSlimmer(slimmer)) {
  expectTypeOf(slimmer).toExtend<PixelSlimmer>();
  expectTypeOf(slimmer.detectFaces).parameter(0).toEqualTypeOf<ImageInput | PixelBuffer>();
  expectTypeOf(slimmer.detectFaces).returns.toEqualTypeOf<Promise<Face[]>>();
  void slimmer.slimPixels({ data: new Uint8ClampedArray(3) as unknown as Uint8Array, width: 1, height: 1, channels: 3 });
  void slimmer.slimPixels({ data: new Uint16Array(4), width: 1, height: 1, channels: 4 }, { slimDegree: 2 });
  // @ts-expect-error five channels are no picture
  void slimmer.slimPixels({ data: new Uint8Array(5), width: 1, height: 1, channels: 5 });
}
// @ts-expect-error not before the engine was asked
void slimmer.slimPixels;

// Errors: the class gives the fields, the code tells the classes apart.
declare const caught: unknown;
if (caught instanceof SlimFaceError) {
  expectTypeOf(caught.code).toEqualTypeOf<SlimFaceErrorCode>();
  expectTypeOf(caught.retryable).toBeBoolean();
  expectTypeOf(caught.billed).toEqualTypeOf<'no' | 'yes' | 'unknown'>();
}
if (caught instanceof TooManyFacesError) expectTypeOf(caught).toExtend<{ code: 'TOO_MANY_FACES'; found?: number; max: number }>();
declare const refusal: FileTooLargeError | TooManyFacesError;
if (refusal.code === 'FILE_TOO_LARGE') expectTypeOf(refusal.byteSize).toEqualTypeOf<number | undefined>();
else expectTypeOf(refusal.max).toBeNumber();
expectTypeOf<typeof AbortedError.code>().toEqualTypeOf<'ABORTED'>();
void new InternalError('the disk is full', { cause: new Error('ENOSPC'), billed: 'unknown' });
// @ts-expect-error the root is no error of its own
void new SlimFaceError('anything');

// The client: a FaceSlimmer whose results say where they are.
const client = createAilabClient();
expectTypeOf(client).toEqualTypeOf<AilabClient>();
expectTypeOf(client).toExtend<FaceSlimmer>();
expectTypeOf(client.id).toEqualTypeOf<'ailab'>();
expectTypeOf(client.with({ timeoutMs: 5000 })).toEqualTypeOf<AilabClient>();
// @ts-expect-error the queue is shared
client.with({ concurrency: 5 });
async function useClient(): Promise<void> {
  const slimmed = await client.slim(new Uint8Array(), { slimDegree: 1, timeoutMs: 1000, maxRetries: 0, retryUnknown: true, preflight: false });
  expectTypeOf(slimmed.url).toBeString();
  expectTypeOf(slimmed.expiresAt).toEqualTypeOf<Date>();
  await slimmed.bytes({ signal: new AbortController().signal });
  expectTypeOf((await client.credits()).usable).toBeNumber();
}
void useClient;
// What others keep results in.
expectTypeOf<Map<string, CachedSlimming>>().toExtend<SlimmingCache>();

// Codes of the API: the documented ones are known by name, others are names too.
declare const said: NonNullable<SlimFaceError['upstream']>['code'];
expectTypeOf<AilabErrorCode>().toExtend<typeof said>();
expectTypeOf<'ERROR_OF_TOMORROW'>().toExtend<typeof said>();
if (isAilabErrorCode(said)) expectTypeOf(said).toEqualTypeOf<AilabErrorCode>();
// @ts-expect-error not one of the documented ones
const unknownCode: AilabErrorCode = 'ERROR_OF_TOMORROW';
void unknownCode;
