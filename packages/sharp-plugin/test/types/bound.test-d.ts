import type { Duplex } from 'node:stream';
import type { FaceSlimmer } from '@slimface/core';
import { createMemoryCache, createSlimFace, slimFaceBuffer, slimFaceInPlace, slimFaceStream, type SlimFace, type SlimFaceBufferResult, type SlimFaceCache, type SlimFaceInfo, type SlimFaceResult } from '@slimface/sharp-plugin';
import sharp, { type Sharp } from 'sharp';
import sharp034, { type Sharp as Sharp034 } from 'sharp-0.34';
import { expectTypeOf } from 'vitest';

declare const slimmer: FaceSlimmer;
declare const bytes: Buffer;

// Bytes and streams take the sharp() function of either copy.
expectTypeOf(slimFaceBuffer(bytes, { slimmer })).toEqualTypeOf<Promise<Uint8Array>>();
expectTypeOf(slimFaceBuffer(bytes, { slimmer, sharp })).toEqualTypeOf<Promise<Uint8Array>>();
expectTypeOf(slimFaceBuffer(bytes, { slimmer, sharp: sharp034, resolveWithObject: true })).toEqualTypeOf<Promise<SlimFaceBufferResult>>();
expectTypeOf(slimFaceStream({ slimmer, sharp: sharp034, maxBytes: 9 })).toEqualTypeOf<Duplex>();

// In place takes both copies.
expectTypeOf(slimFaceInPlace(sharp(), { slimmer })).toEqualTypeOf<Promise<SlimFaceInfo>>();
expectTypeOf(slimFaceInPlace(sharp034(), { slimmer })).toEqualTypeOf<Promise<SlimFaceInfo>>();

// A bound step needs no options, and gives back the type that it was handed.
const slimFace = createSlimFace({ slimmer, slimDegree: 1.2, concurrency: 2, maxWaiting: 9, cache: createMemoryCache({ maxBytes: 9 }) });
expectTypeOf(slimFace).toEqualTypeOf<SlimFace>();
expectTypeOf(slimFace(sharp())).toEqualTypeOf<Promise<Sharp>>();
expectTypeOf(slimFace(sharp034())).toEqualTypeOf<Promise<Sharp034>>();
expectTypeOf(slimFace(sharp(), { resolveWithObject: true, slimDegree: 2 })).toEqualTypeOf<Promise<SlimFaceResult<Sharp>>>();
expectTypeOf(slimFace.inPlace(sharp034())).toEqualTypeOf<Promise<SlimFaceInfo>>();
expectTypeOf(slimFace.buffer(bytes)).toEqualTypeOf<Promise<Uint8Array>>();
expectTypeOf(slimFace.buffer(bytes, { resolveWithObject: true, timeout: 9 })).toEqualTypeOf<Promise<SlimFaceBufferResult>>();
expectTypeOf(slimFace.stream()).toEqualTypeOf<Duplex>();
expectTypeOf(slimFace.cacheKey({ slimDegree: 1 })).toEqualTypeOf<string>();

// Stores that people have are caches.
expectTypeOf(new Map<string, Uint8Array>()).toExtend<SlimFaceCache>();

// @ts-expect-error the engine and its cache belong together
void slimFace(sharp(), { slimmer });
// @ts-expect-error the engine is required
void createSlimFace({});
// @ts-expect-error a step in place has no image to give
expectTypeOf(slimFaceInPlace(sharp(), { slimmer })).toEqualTypeOf<Promise<Sharp>>();
