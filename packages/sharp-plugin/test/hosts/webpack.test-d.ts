import type { SlimFace } from '@slimface/sharp-plugin';
import { slimFaceBefore, slimFaceMinimizer } from '@slimface/sharp-plugin/webpack';
import ImageMinimizerPlugin from 'image-minimizer-webpack-plugin';
import { expectTypeOf } from 'vitest';

declare const slimFace: SlimFace;

// It is what the plug-in takes, alone and with others after it.
void new ImageMinimizerPlugin(slimFaceMinimizer(slimFace));
void new ImageMinimizerPlugin({ ...slimFaceMinimizer(slimFace, [{ implementation: ImageMinimizerPlugin.sharpMinify }], { slimDegree: 1.2 }), test: /photos/ });
expectTypeOf(slimFaceMinimizer(slimFace).minimizer[0]!).toExtend<ImageMinimizerPlugin.Minimizer<unknown>>();

// A transformer keeps its type.
const webp = { preset: 'webp', implementation: ImageMinimizerPlugin.sharpGenerate, options: { encodeOptions: { webp: { quality: 80 } } } };
expectTypeOf(slimFaceBefore(slimFace, webp)).toEqualTypeOf<typeof webp>();
// Its own implementations need their type of options named.
void new ImageMinimizerPlugin<unknown, ImageMinimizerPlugin.CustomOptions>({ generator: [slimFaceBefore(slimFace, webp)] });

// @ts-expect-error no transformer
slimFaceBefore(slimFace, { implementation: 'sharp' });
// @ts-expect-error the engine is bound
slimFaceMinimizer(slimFace, [], { slimmer: undefined });
