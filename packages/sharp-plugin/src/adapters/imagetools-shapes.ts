import type { SharpLike } from '../sharp-like.ts';

/** What imagetools knows of an image between two transforms: sides in pixels. */
export interface ImagetoolsState {
  info: { width: number; height: number; autoOriented: { width: number; height: number } };
}

/** Makes the step for the directive `slimFace`, and none for an import without it. */
export type SlimFaceTransformFactory = (
  directives: { readonly slimFace?: unknown },
  context: { useParam(directive: string): void },
) => (<S extends SharpLike>(state: ImagetoolsState, image: S) => Promise<S>) | undefined;

/** Those of your own options for imagetools that the adapter builds upon. */
export interface ImagetoolsOptions {
  readonly extendTransforms?: (builtins: never[]) => unknown[];
  readonly defaultDirectives?: URLSearchParams | ((url: URL, metadata: never) => URLSearchParams | Promise<URLSearchParams>);
  readonly removeMetadata?: boolean;
}

/** Options of imagetools. */
export interface SlimFaceImagetools {
  readonly extendTransforms: <F>(builtins: F[]) => (F | SlimFaceTransformFactory)[];
  readonly defaultDirectives: (url: URL, metadata: () => unknown) => Promise<URLSearchParams>;
}
