import { InvalidSlimDegreeError, slimDegreeRange } from '@slimface/core';
import type { CallOptions, SlimFace } from '../create-slim-face.ts';
import type { ImagetoolsOptions, SlimFaceImagetools, SlimFaceTransformFactory } from './imagetools-shapes.ts';

export type { ImagetoolsOptions, ImagetoolsState, SlimFaceImagetools, SlimFaceTransformFactory } from './imagetools-shapes.ts';

/**
 * Options that teach `vite-imagetools` and `imagetools-core` the directive `slimFace`: `?slimFace` for the degree that
 * `slimFace` is bound to, `?slimFace=1.2` for another, `?slimFace=0` for none; anything that is no degree fails the build, and so
 * does a photo that cannot be slimmed, whatever `onError` says: files stay in caches.
 * Faces are slimmed before all other transforms, once for all sizes and formats.
 *
 * An import that is slimmed gets a second directive, `slimFaceKey`, which names engine and version in the keys of
 * imagetools' cache: it would go on with files of an older engine otherwise.
 *
 * @param options your own options for imagetools; what comes back contains them
 *
 * @example
 * const slimFace = createSlimFace({ slimmer: await createLocalEngine() });
 * export default defineConfig({ plugins: [imagetools(slimFaceImagetools(slimFace))] });
 * // import portrait from './portrait.jpg?slimFace=1.2&w=320;640&as=srcset';
 */
export function slimFaceImagetools<O extends object>(slimFace: SlimFace, options?: O & ImagetoolsOptions): Omit<O, keyof SlimFaceImagetools> & SlimFaceImagetools {
  const { extendTransforms, defaultDirectives, removeMetadata = true } = options ?? {};
  const bound: CallOptions = { keepMetadata: !removeMetadata, onError: 'throw' };

  const factory: SlimFaceTransformFactory = ({ slimFace: directive }, context) => {
    if (directive === undefined) return undefined;
    context.useParam('slimFace');
    const wishes = directive === '' ? bound : { ...bound, slimDegree: toDegree(directive) };
    return async (state, image) => {
      const slimmed = await slimFace(image, { ...wishes, resolveWithObject: true });
      if (!slimmed.info.changed) return image;
      const { width, height } = slimmed.info; // upright, whatever ?noAutoOrient says
      state.info = { width, height, autoOriented: { width, height } };
      return slimmed.image;
    };
  };

  return {
    ...(options as O),
    extendTransforms: <F>(builtins: F[]) => [factory, ...((extendTransforms?.(builtins as never[]) as F[] | undefined) ?? builtins)],
    async defaultDirectives(url, metadata) {
      const own = typeof defaultDirectives === 'function' ? await defaultDirectives(url, metadata as never) : defaultDirectives;
      const directives = new URLSearchParams(own);
      if (url.searchParams.has('slimFace') || directives.has('slimFace')) directives.set('slimFaceKey', slimFace.cacheKey(bound));
      return directives;
    },
  };
}

function toDegree(directive: unknown): number {
  const degree = /^\d+(\.\d+)?$/.test(String(directive)) ? Number(directive) : Number.NaN;
  const { min, max } = slimDegreeRange;
  if (degree >= min && degree <= max) return degree;
  throw new InvalidSlimDegreeError({ received: directive, min, max });
}
