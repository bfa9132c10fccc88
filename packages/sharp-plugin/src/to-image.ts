import { orAborted } from '@slimface/core';
import { toCarrier } from './carrier/carrier.ts';
import type { ChangedHop } from './hop.ts';
import { fromPixels } from './pixels.ts';
import type { Call } from './run.ts';
import type { SharpFactory, SharpLike, SharpMetadata } from './sharp-like.ts';
import { toSourceFormat } from './source-format.ts';

/** Begins the second pipeline: an image over slimmed pixels that is written in the format of the source. */
export async function toImage<S extends SharpLike>(sharp: SharpFactory<S>, { pixels, source, kept }: ChangedHop, { options, signal, hold }: Call): Promise<S> {
  if (!options.keepMetadata || isBare(kept)) {
    const image = fromPixels(sharp, pixels);
    toSourceFormat(image, source);
    return image;
  }
  const writing = toCarrier(pixels, kept);
  hold(writing);
  const image = sharp(await orAborted(writing, signal), { limitInputPixels: false });
  image.keepMetadata();
  toSourceFormat(image, source);
  return image;
}

/** Whether there is nothing to carry. 72 pixels per inch is what sharp writes by itself. */
function isBare({ icc, exif, xmp, density = 72 }: SharpMetadata): boolean {
  return icc === undefined && exif === undefined && xmp === undefined && density === 72;
}
