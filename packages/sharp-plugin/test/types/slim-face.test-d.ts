import type { FaceSlimmer, FaceWarning } from '@slimface/core';
import { slimFace, type SharpLike, type SlimFaceInfo, type SlimFaceResult } from '@slimface/sharp-plugin';
import sharp, { type Sharp } from 'sharp';
import sharp034, { type Sharp as Sharp034 } from 'sharp-0.34';
import { expectTypeOf } from 'vitest';

declare const slimmer: FaceSlimmer;

// Both copies of sharp are images, and each call gives back the type that it was handed.
expectTypeOf<Sharp>().toExtend<SharpLike>();
expectTypeOf<Sharp034>().toExtend<SharpLike>();
expectTypeOf(slimFace(sharp(), { slimmer })).toEqualTypeOf<Promise<Sharp>>();
expectTypeOf(slimFace(sharp034(), { slimmer })).toEqualTypeOf<Promise<Sharp034>>();
expectTypeOf(slimFace(sharp().resize(800), { slimmer, slimDegree: 1.2, resolveWithObject: false })).toEqualTypeOf<Promise<Sharp>>();

// The overload with details comes first, for both copies.
expectTypeOf(slimFace(sharp(), { slimmer, resolveWithObject: true })).toEqualTypeOf<Promise<SlimFaceResult<Sharp>>>();
expectTypeOf(slimFace(sharp034(), { slimmer, resolveWithObject: true })).toEqualTypeOf<Promise<SlimFaceResult<Sharp034>>>();

// `changed` tells the two kinds of info apart.
declare const info: SlimFaceInfo;
if (info.changed) expectTypeOf(info.width).toEqualTypeOf<number>();
else expectTypeOf(info.reason).toEqualTypeOf<'no-face' | 'too-small' | 'zero-degree' | 'animated' | 'vector' | 'error'>();

// Shapes and points are options of the step; what was done to a face is in `info`.
expectTypeOf(slimFace(sharp(), { slimmer, shape: { jaw: -0.5 }, faces: [{ at: { x: 1, y: 2 }, shape: { chin: 1 } }] })).toEqualTypeOf<Promise<Sharp>>();
if (info.changed) expectTypeOf(info.faces[0]!.warnings).toEqualTypeOf<readonly FaceWarning[] | undefined>();
// @ts-expect-error no such part of a face
void slimFace(sharp(), { slimmer, shape: { nose: 1 } });

// @ts-expect-error the engine is required
void slimFace(sharp(), {});
// @ts-expect-error bytes are no image yet
void slimFace(Buffer.alloc(1), { slimmer });
// @ts-expect-error a call with details has another type
expectTypeOf(slimFace(sharp(), { slimmer, resolveWithObject: true })).toEqualTypeOf<Promise<Sharp>>();
// @ts-expect-error the type of one copy is not that of the other
expectTypeOf(slimFace(sharp034(), { slimmer })).toEqualTypeOf<Promise<Sharp>>();
// @ts-expect-error not a value of onNoFace
void slimFace(sharp(), { slimmer, onNoFace: 'ignore' });
