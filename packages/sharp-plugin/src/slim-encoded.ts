import {
  FileTooLargeError,
  UpstreamProtocolError,
  type FaceSlimmer,
  type ImageRequirements,
  type PixelBuffer,
  type SlimmedPixels,
  type SlimOptions,
} from '@slimface/core';
import { fromPixels, readPixels } from './pixels.ts';
import type { SharpFactory, SharpLike } from './sharp-like.ts';

/**
 * Slims 8-bit pixels through an engine that takes encoded images only, such as the remote API. Alpha does not travel:
 * the result gets that of `pixels`. An engine that hands back the very bytes it was given has changed nothing.
 *
 * @throws {FileTooLargeError} neither as PNG nor as JPEG do the pixels fit into the engine's `maxBytes`
 * @throws {UpstreamProtocolError} the engine's result has another size
 * @throws {SlimFaceError} whatever else `slimmer.slim` throws, `NoFaceError` among it
 */
export async function slimEncoded(
  slimmer: FaceSlimmer,
  sharp: SharpFactory<SharpLike>,
  pixels: PixelBuffer,
  options: SlimOptions,
): Promise<SlimmedPixels> {
  const sent = await encode(fromPixels(sharp, pixels).removeAlpha(), slimmer.requirements);
  const slimmed = await slimmer.slim(sent, options);
  const received = await slimmed.bytes();
  const { faces, slimDegree } = slimmed;
  if (received === sent) return { pixels, faces, slimDegree };
  return { pixels: await decode(sharp(received), pixels), faces, slimDegree };
}

/** As PNG if the engine takes that and it fits, else as JPEG with all of its chroma. */
async function encode(image: SharpLike, { mediaTypes, maxBytes }: ImageRequirements): Promise<Uint8Array> {
  const toPng = (): SharpLike => image.clone().toFormat('png');
  const toJpeg = (): SharpLike => image.clone().toFormat('jpeg', { quality: 95, chromaSubsampling: '4:4:4' });
  let byteSize = 0;
  for (const [mediaType, toEncoded] of [['image/png', toPng], ['image/jpeg', toJpeg]] as const) {
    if (!mediaTypes.includes(mediaType)) continue;
    const { data } = await toEncoded().toBuffer({ resolveWithObject: true });
    if (data.byteLength <= maxBytes) return data;
    byteSize = data.byteLength;
  }
  throw new FileTooLargeError({ maxBytes, byteSize });
}

async function decode(image: SharpLike, source: PixelBuffer): Promise<PixelBuffer> {
  const hasAlpha = source.channels === 4;
  const pixels = await readPixels(hasAlpha ? image.ensureAlpha() : image.removeAlpha(), await image.metadata(), 'uchar');
  if (pixels.width !== source.width || pixels.height !== source.height) {
    throw new UpstreamProtocolError(
      `Expected a result of ${source.width} x ${source.height} px but received ${pixels.width} x ${pixels.height} px`,
    );
  }
  if (hasAlpha) for (let i = 3; i < source.data.length; i += 4) pixels.data[i] = source.data[i]!;
  return pixels;
}
