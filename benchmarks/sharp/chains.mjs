import { createSlimFace, slimFace } from '@slimface/sharp-plugin';
import sharp from 'sharp';

/** The names of the chains, without the step first. */
export const chainNames = ['plain', 'raw hop', 'slimFace', 'keepMetadata', 'bound, miss', 'bound, hit'];

/**
 * The same chain, decode + resize + JPEG, without the step and with each form of it. "raw hop" is what sharp's two
 * pipelines cost by themselves: whatever needs all pixels of a photo cannot do with less.
 */
export function makeChains(photo, slimmer, width) {
  const finish = (image) => image.resize(width).jpeg().toBuffer();
  const warm = createSlimFace({ slimmer });
  return {
    plain: () => finish(sharp(photo)),
    async 'raw hop'() {
      const { data, info } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
      return finish(sharp(data, { raw: info }));
    },
    slimFace: async () => finish(await slimFace(sharp(photo), { slimmer })),
    keepMetadata: async () => finish((await slimFace(sharp(photo), { slimmer, keepMetadata: true })).keepMetadata()),
    'bound, miss': async () => finish(await createSlimFace({ slimmer })(sharp(photo))),
    'bound, hit': async () => finish(await warm(sharp(photo))),
  };
}

/** An engine that counts the time that is spent in it, in ms. */
export function withClock(engine) {
  const clock = { ms: 0 };
  const slimmer = {
    ...engine,
    async slimPixels(pixels, options) {
      const start = performance.now();
      try {
        return await engine.slimPixels(pixels, options);
      } finally {
        clock.ms += performance.now() - start;
      }
    },
  };
  return { slimmer, clock };
}
