import type { SlimFace } from '@slimface/sharp-plugin';
import { slimFaceImagetools, type SlimFaceImagetools, type SlimFaceTransformFactory } from '@slimface/sharp-plugin/imagetools';
import { builtins, type TransformFactory } from 'imagetools-core';
import { imagetools, type VitePluginOptions } from 'vite-imagetools';
import { expectTypeOf } from 'vitest';

declare const slimFace: SlimFace;

expectTypeOf<SlimFaceTransformFactory>().toExtend<TransformFactory>();
expectTypeOf<SlimFaceImagetools>().toExtend<Partial<VitePluginOptions>>();
const factories: TransformFactory[] = slimFaceImagetools(slimFace).extendTransforms(builtins as TransformFactory[]);

// To be handed on or to be spread, and with options of the user's own, which stay.
imagetools(slimFaceImagetools(slimFace));
imagetools({ ...slimFaceImagetools(slimFace), cache: { dir: 'cache' } });
const own: Partial<VitePluginOptions> = {
  extendTransforms: (given) => [...given, ...factories],
  defaultDirectives: async (_url, metadata) => new URLSearchParams({ w: `${(await metadata()).width}` }),
  removeMetadata: false,
};
imagetools(slimFaceImagetools(slimFace, own));
expectTypeOf(slimFaceImagetools(slimFace, { namedExports: true }).namedExports).toEqualTypeOf<boolean>();

// @ts-expect-error not what imagetools takes
slimFaceImagetools(slimFace, { removeMetadata: 'no' });
