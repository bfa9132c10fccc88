/** What the step asks of the description of an input file. */
export interface SharpMetadata {
  readonly format?: string | undefined;
  readonly compression?: string | undefined;
  readonly depth?: string | undefined;
  readonly channels?: number | undefined;
  readonly pages?: number | undefined;
  readonly hasAlpha?: boolean | undefined;
  readonly chromaSubsampling?: string | undefined;
  readonly isProgressive?: boolean | undefined;
  readonly density?: number | undefined;
  readonly icc?: Uint8Array | undefined;
  readonly exif?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
}

/** Samples of raw pixels: 8 or 16 bit. */
export type SampleDepth = 'uchar' | 'ushort';

/** Raw pixels as sharp hands them out. */
export interface SharpOutput {
  readonly data: Buffer;
  readonly info: {
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    /** Not told by sharp 0.34. */
    readonly hasAlpha?: boolean | undefined;
  };
}

/** Pixels in memory as an input of sharp. */
export interface RawInput {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/**
 * The part of a `Sharp` that the step uses, met by every copy of sharp from 0.34 on.
 *
 * Several copies of sharp in one tree are normal, each with a class and a type of its own, so images are told by their
 * shape and this package imports none of the copies.
 */
export interface SharpLike {
  metadata(): Promise<SharpMetadata>;
  clone(): SharpLike;
  autoOrient(): SharpLike;
  removeAlpha(): SharpLike;
  ensureAlpha(): SharpLike;
  greyscale(): SharpLike;
  toColourspace(colourspace: string): SharpLike;
  pipelineColourspace(colourspace: string): SharpLike;
  keepIccProfile(): SharpLike;
  keepMetadata(): SharpLike;
  withIccProfile(profile: string, options: { attach: boolean }): SharpLike;
  extract(region: { left: number; top: number; width: number; height: number }): SharpLike;
  resize(width: number, height: number, options: { fit: 'fill' }): SharpLike;
  composite(overlays: { input: Buffer; raw: RawInput; blend: 'source' }[]): SharpLike;
  raw(options: { depth: SampleDepth }): SharpLike;
  toFormat(format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff'): SharpLike;
  toFormat(format: 'jpeg', options: { quality: number; chromaSubsampling?: string; progressive?: boolean }): SharpLike;
  toFormat(format: 'png', options: { compressionLevel: number; colours?: number; palette?: boolean; progressive?: boolean }): SharpLike;
  toFormat(format: 'webp', options: { quality?: number; lossless?: boolean }): SharpLike;
  toFormat(format: 'tiff', options: { compression: 'lzw' }): SharpLike;
  toFormat(format: 'heif', options: { compression: 'av1' | 'hevc'; quality?: number }): SharpLike;
  toBuffer(options: { resolveWithObject: true }): Promise<SharpOutput>;
}

/** Options for pixels that are in memory already. */
export interface RawInputOptions {
  readonly raw: RawInput;
  readonly limitInputPixels: false;
}

/** The `sharp()` function of one copy of sharp. */
export type SharpFactory<S extends SharpLike = SharpLike> = (input: Uint8Array | Uint16Array, options?: RawInputOptions | { readonly limitInputPixels: false }) => S;

/** The `sharp()` function that made `image`: in every version the constructor can be called without `new`. */
export function sharpOf<S extends SharpLike>(image: S): SharpFactory<S> {
  return image.constructor as unknown as SharpFactory<S>;
}
