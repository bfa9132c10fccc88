import { orAborted } from '@slimface/core';
import { toCarrier } from './carrier/carrier.ts';
import type { ChangedHop } from './hop.ts';
import { fromPixels } from './pixels.ts';
import type { Call } from './run.ts';
import type { SharpFactory, SharpLike } from './sharp-like.ts';
import { toSourceFormat } from './source-format.ts';

/** Begins the second pipeline: an image over slimmed pixels that is written in the format of the source. */
export async function toImage<S extends SharpLike>(sharp: SharpFactory<S>, { pixels, source, kept }: ChangedHop, { options, signal }: Call): Promise<S> {
  if (!options.keepMetadata) {
    const image = fromPixels(sharp, pixels);
    toSourceFormat(image, source);
    return image;
  }
  const image = sharp(await orAborted(toCarrier(pixels, kept), signal), { limitInputPixels: false });
  image.keepMetadata();
  toSourceFormat(image, source);
  return image;
}
