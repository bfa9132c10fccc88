import { FileTooLargeError, orAborted, type ImageRequirements, type PixelBuffer } from '@slimface/core';
import { fromPixels } from '../pixels.ts';
import type { SharpFactory, SharpLike } from '../sharp-like.ts';

/** Sides in pixels. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** An encoded image and its sides. */
export interface EncodedToFit extends Sides {
  readonly bytes: Uint8Array;
}

/** How pixels are made to fit. */
export interface FitOptions {
  /** Whether pixels that do not fit are made smaller, by no more than it takes. */
  readonly mayScale: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Encodes pixels for an engine: without loss as PNG where the engine takes that and it fits into `maxBytes`, else as the
 * best JPEG that fits, with all of its chroma. Alpha is left out.
 *
 * @throws {FileTooLargeError} not even a JPEG of quality 50 fits
 * @throws {AbortedError} the signal was aborted
 */
export async function encodeToFit(sharp: SharpFactory, pixels: PixelBuffer, requirements: ImageRequirements, { mayScale, signal }: FitOptions): Promise<EncodedToFit> {
  const { mediaTypes, maxBytes, maxSide, minSide } = requirements;
  let { width, height } = mayScale ? scaleSides(pixels, Math.min(1, maxSide / Math.max(pixels.width, pixels.height))) : pixels;
  for (;;) {
    const image = fromPixels(sharp, pixels).removeAlpha();
    if (width !== pixels.width || height !== pixels.height) image.resize(width, height, { fit: 'fill' });
    let encoded: Attempt = { byteSize: Infinity };
    if (mediaTypes.includes('image/png')) encoded = await encodePng(image, { width, height }, maxBytes, signal);
    if (encoded.bytes === undefined && mediaTypes.includes('image/jpeg')) encoded = await encodeJpeg(image, maxBytes, signal);
    if (encoded.bytes !== undefined) return { bytes: encoded.bytes, width, height };
    const smaller = scaleSides({ width, height }, 0.8);
    if (!mayScale || Math.min(smaller.width, smaller.height) < minSide) throw new FileTooLargeError({ maxBytes, byteSize: encoded.byteSize });
    ({ width, height } = smaller);
  }
}

/** A file that fits, or how large the smallest is that does not. */
interface Attempt {
  readonly bytes?: Uint8Array;
  readonly byteSize: number;
}

const qualities = [100, 98, 95, 92, 90, 87, 85, 80, 75, 70, 60, 50] as const;

/** The best of the qualities that fits, found by halving. */
async function encodeJpeg(image: SharpLike, maxBytes: number, signal: AbortSignal | undefined): Promise<Attempt> {
  let attempt: Attempt = { byteSize: Infinity };
  let [from, to]: [number, number] = [0, qualities.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const jpeg = image.clone().toFormat('jpeg', { quality: qualities[middle]!, chromaSubsampling: '4:4:4' });
    const { data } = await orAborted(jpeg.toBuffer({ resolveWithObject: true }), signal);
    const fits = data.byteLength <= maxBytes;
    if (fits) [attempt, to] = [{ bytes: data, byteSize: data.byteLength }, middle];
    else [attempt, from] = [attempt.bytes ? attempt : { byteSize: data.byteLength }, middle + 1];
  }
  return attempt;
}

async function encodePng(image: SharpLike, { width, height }: Sides, maxBytes: number, signal: AbortSignal | undefined): Promise<Attempt> {
  const toPng = async (part: SharpLike): Promise<Uint8Array> => (await orAborted(part.toFormat('png').toBuffer({ resolveWithObject: true }), signal)).data;
  // A whole PNG of a large photo takes seconds, and a band across its middle tells when it would be far too large.
  const band = { left: 0, top: Math.floor(height * 0.47), width, height: Math.ceil(height * 0.06) };
  if (width * height > maxBytes / 2) {
    const sample = await toPng(image.clone().extract(band));
    const byteSize = Math.round((sample.byteLength * height) / band.height);
    if (byteSize > 2 * maxBytes) return { byteSize };
  }
  const bytes = await toPng(image.clone());
  return bytes.byteLength <= maxBytes ? { bytes, byteSize: bytes.byteLength } : { byteSize: bytes.byteLength };
}

function scaleSides({ width, height }: Sides, factor: number): Sides {
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}
