import {
  ResolutionOutOfRangeError,
  SlimFaceError,
  UpstreamProtocolError,
  type FaceDegree,
  type FaceSlimmer,
  type PixelBuffer,
  type Point,
  type SlimmedFace,
  type SlimmedPixels,
  type SlimOptions,
} from '@slimface/core';
import { readPixels } from '../pixels.ts';
import type { SharpFactory, SharpLike, SharpMetadata } from '../sharp-like.ts';
import { encodeToFit, type Sides } from './encode-to-fit.ts';

/** How pixels are slimmed by an engine for files. */
export interface SlimEncodedOptions extends SlimOptions {
  /** Whether pixels that the engine would refuse for their size are scaled for it. */
  readonly scaleToFit: boolean;
}

/**
 * Slims 8-bit pixels through an engine that takes encoded images only, such as the remote API. Alpha does not travel:
 * the result gets that of `pixels`. An engine that hands back the very bytes it was given has changed nothing.
 *
 * @throws {ResolutionOutOfRangeError} a side that the engine does not accept, without `scaleToFit`
 * @throws {FileTooLargeError} neither as PNG nor as JPEG do the pixels fit into the engine's `maxBytes`
 * @throws {UpstreamProtocolError} the engine's result has another size, or is no image; it may have been paid for
 * @throws {SlimFaceError} whatever else `slimmer.slim` throws, `NoFaceError` among it
 */
export async function slimEncoded(
  slimmer: FaceSlimmer,
  sharp: SharpFactory,
  pixels: PixelBuffer,
  { scaleToFit, ...options }: SlimEncodedOptions,
): Promise<SlimmedPixels> {
  const { minSide, maxSide } = slimmer.requirements;
  const { width, height } = pixels;
  const isAccepted = Math.min(width, height) >= minSide && Math.max(width, height) <= maxSide;
  if (!isAccepted && !scaleToFit) throw new ResolutionOutOfRangeError({ width, height, minSide, maxSide });
  const sent = await encodeToFit(sharp, pixels, slimmer.requirements, { mayScale: scaleToFit, signal: options.signal });
  const slimmed = await slimmer.slim(sent.bytes, { ...options, faces: options.faces?.map((face) => scaleWish(face, sent.width / width)) });
  const received = await slimmed.bytes();
  const { faces, slimDegree } = slimmed;
  if (received === sent.bytes) return { pixels, faces, slimDegree };
  const decoded = await decode(sharp(received), sent, pixels).catch((cause: unknown) => {
    if (cause instanceof SlimFaceError) throw cause;
    throw new UpstreamProtocolError('Expected an image as the result but received bytes that sharp cannot read', { cause, billed: 'unknown' });
  });
  return { pixels: decoded, faces: faces.map((face) => scaleFace(face, width / sent.width)), slimDegree };
}

/** Decodes a result for `source`, at the size of `source` whatever the size that was sent. */
async function decode(image: SharpLike, sent: Sides, source: PixelBuffer): Promise<PixelBuffer> {
  const { width, height, channels } = source;
  const hasAlpha = channels === 4;
  const metadata = await image.metadata();
  const received = hasAlpha ? image.ensureAlpha() : image.removeAlpha();
  if (channels === 1) received.greyscale();
  const decoded = await readPixels(received, metadata, { depth: 'uchar', colours: 'srgb' });
  if (decoded.width !== sent.width || decoded.height !== sent.height) {
    throw new UpstreamProtocolError(
      `Expected a result of ${sent.width} x ${sent.height} px but received ${decoded.width} x ${decoded.height} px`,
      { billed: 'unknown' },
    );
  }
  const isScaled = sent.width !== width || sent.height !== height;
  const pixels = isScaled ? await resize(image, metadata, source) : decoded;
  if (hasAlpha) for (let i = 3; i < source.data.length; i += 4) pixels.data[i] = source.data[i]!;
  return pixels;
}

const resize = (image: SharpLike, metadata: SharpMetadata, { width, height }: Sides): Promise<PixelBuffer> =>
  readPixels(image.clone().resize(width, height, { fit: 'fill' }), metadata, { depth: 'uchar', colours: 'srgb' });

/** A point is one of the pixels that were handed in, not of those that were sent. */
function scaleWish(face: FaceDegree, factor: number): FaceDegree {
  return face.at === undefined || factor === 1 ? face : { ...face, at: scalePoint(face.at, factor) };
}

function scaleFace(face: SlimmedFace, factor: number): SlimmedFace {
  const { box, landmarks, narrowing } = face;
  return {
    ...face,
    box: { ...scalePoint(box, factor), width: box.width * factor, height: box.height * factor },
    landmarks: landmarks.map((point) => scalePoint(point, factor)),
    ...(narrowing && { narrowing: { ...narrowing, pixels: narrowing.pixels * factor } }),
  };
}

const scalePoint = ({ x, y }: Point, factor: number): Point => ({ x: x * factor, y: y * factor });
