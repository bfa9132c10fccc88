import type { ImageRequirements, SlimOptions } from '@slimface/core';
import type { FindFacesOptions } from './find-options.ts';

/** How to set up a local engine, and how its calls look for faces unless they say so themselves. */
export interface LocalEngineOptions extends FindFacesOptions {
  /**
   * What the engine accepts. `apiRequirements` of core makes it refuse what the remote API would refuse.
   * @default engineRequirements
   */
  readonly requirements?: ImageRequirements;
  /**
   * Photos of up to 12.5 megapixels in work at the same time; a larger one takes the place of several, and further calls
   * wait. Each holds its decoded pixels, 3 bytes a pixel and more.
   * @default os.availableParallelism()
   */
  readonly concurrency?: number;
  /**
   * Worker threads for the models. Each takes about 100 MB; one photo keeps two of them busy.
   * @default 2, or 1 on a single core
   */
  readonly threads?: number;
}

/** How the local engine slims an encoded image. */
export interface LocalSlimOptions extends SlimOptions, FindFacesOptions {
  /**
   * Quality of what is coded with loss, 1 to 100: JPEG, WebP, AVIF, and JPEG in TIFF. What is lossless stays so.
   * @default 92
   */
  readonly quality?: number;
  /**
   * What a photo without a face means: an error, or a photo that comes back as the very bytes it came in. A photo whose
   * faces are all too small is an error either way.
   * @default 'throw'
   */
  readonly onNoFace?: 'throw' | 'pass-through';
}

/** How the local engine lists faces. */
export interface DetectFacesOptions extends FindFacesOptions {
  /** Aborts the call; it then rejects with `AbortedError`. */
  readonly signal?: AbortSignal | undefined;
}
