import type { SlimFace } from '@slimface/sharp-plugin';
import { slimFaceEleventy, type SlimFaceEleventy } from '@slimface/sharp-plugin/eleventy';
import type { Sharp } from 'sharp';
import { expectTypeOf } from 'vitest';

declare const slimFace: SlimFace;

// Eleventy Image brings no types: these are its documented options.
interface ImageOptions {
  manualCacheKey?: string | number;
  transform?: (image: Sharp, target: { width: number; height: number; format: string }) => void | Promise<void>;
}

expectTypeOf<SlimFaceEleventy>().toExtend<ImageOptions>();
expectTypeOf(slimFaceEleventy(slimFace)).toEqualTypeOf<SlimFaceEleventy>();
expectTypeOf(slimFaceEleventy(slimFace, { slimDegree: 1.2, onNoFace: 'throw', timeout: 10_000 })).toEqualTypeOf<SlimFaceEleventy>();

// @ts-expect-error the engine belongs to the bound function
slimFaceEleventy(slimFace, { slimmer: undefined });
