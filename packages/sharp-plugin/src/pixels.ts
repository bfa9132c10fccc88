import { InvalidInputError, type PixelBuffer } from '@slimface/core';
import { hasOutputProfile, isBoundForSrgb } from './queued.ts';
import { sharpOf, type RawInputOptions, type SampleDepth, type SharpFactory, type SharpLike, type SharpMetadata } from './sharp-like.ts';

/** How pixels are read. */
export interface ReadOptions {
  readonly depth: SampleDepth;
  /** In sRGB, in Display P3 (what sharp works in at 16 bit), or in the colours of the embedded profile, whatever they are. */
  readonly colours: 'srgb' | 'p3' | 'own';
}

/**
 * Runs everything that is queued on `image` and gives its upright pixels, as 1, 3 or 4 channels. `image` itself stays as
 * it is.
 *
 * @param source what `image.metadata()` says; a stream-fed image of sharp 0.34 can only be cloned after that call
 * @throws {InvalidInputError} the queued operations end in more than 4 channels
 */
export async function readPixels(image: SharpLike, source: SharpMetadata, { depth, colours }: ReadOptions): Promise<PixelBuffer> {
  // A colour space that was queued for the output must not reach the engine: as raw pixels CMYK would pass for RGBA.
  const upright = image.clone().autoOrient().toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb');
  // Raw pixels carry no profile, so they must not need one: after keepIccProfile() they would be in the file's own colour
  // space, and those of a 16-bit file with a profile in Display P3. Otherwise sharp gives sRGB by itself, in half the time.
  if (colours === 'own') upright.keepIccProfile();
  else if (source.icc !== undefined && (colours === 'p3' || depth === 'ushort' || !isBoundForSrgb(image))) upright.withIccProfile(colours, { attach: false });
  // A profile that is queued for the output would be converted to; what sharp works in is P3 at 16 bit.
  else if (source.icc === undefined && hasOutputProfile(image)) upright.withIccProfile(source.depth === 'ushort' ? 'p3' : 'srgb', { attach: false });
  const { data, info } = await upright.raw({ depth }).toBuffer({ resolveWithObject: true });
  if (info.channels === 1 && (info.hasAlpha ?? true)) {
    // As raw pixels, sharp gives a greyscale() chain without its alpha, and 0.34 does not say whether there was any. A PNG
    // file keeps it, and all of its greys once a palette that may be queued is out of the way.
    const png = await upright.toFormat('png', { compressionLevel: 0, colours: 256, palette: false }).toBuffer({ resolveWithObject: true });
    const grey = sharpOf(image)(png.data);
    if ((await grey.metadata()).hasAlpha) return readPixels(grey, {}, { depth, colours });
  }
  const { width, height, channels } = info;
  if (!isChannelCount(channels)) throw new InvalidInputError('an image of 1 to 4 channels', channels);
  return { data: depth === 'ushort' ? toUint16(data) : data, width, height, channels };
}

/**
 * Whether the embedded profile is one of RGB, so that pixels can stay in its colours; the profile of a CMYK or grey file
 * does not fit what sharp decodes it to. ICC.1:2022, section 7.2.6: the colour space is told in bytes 16 to 19.
 */
export function hasOwnColours({ icc }: SharpMetadata): boolean {
  return icc !== undefined && Buffer.from(icc.subarray(16, 20)).toString('latin1') === 'RGB ';
}

/** A new `Sharp` over raw pixels. */
export function fromPixels<S extends SharpLike>(sharp: SharpFactory<S>, { data, width, height, channels }: PixelBuffer): S {
  // The limit on pixels guards against files that announce more than they hold; these pixels are in memory already.
  const options: RawInputOptions = { raw: { width, height, channels }, limitInputPixels: false };
  return sharp(data, options);
}

/** The same pixels in shared memory: `clone()` copies the input of a `Sharp` unless it is shared. */
export function toSharedMemory(pixels: PixelBuffer): PixelBuffer {
  return pixels.data.buffer instanceof SharedArrayBuffer ? pixels : copyToSharedMemory(pixels);
}

/** A copy in shared memory. */
export function copyToSharedMemory(pixels: PixelBuffer): PixelBuffer {
  const { data } = pixels;
  const memory = new SharedArrayBuffer(data.byteLength);
  const shared = data.BYTES_PER_ELEMENT === 2 ? new Uint16Array(memory) : new Uint8Array(memory);
  shared.set(data);
  return { ...pixels, data: shared };
}

function isChannelCount(channels: number): channels is PixelBuffer['channels'] {
  return channels >= 1 && channels <= 4;
}

function toUint16(bytes: Buffer): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}
