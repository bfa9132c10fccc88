import { createSlimFace, slimFace } from '@slimface/sharp-plugin';
import sharp from 'sharp';

const widths = [1600, 1200, 960, 800, 640, 480, 320, 160];

/** One photo in several sizes: without the step, slimmed once and cloned, slimmed for each, and asked of one `createSlimFace`. */
export function makeFanOut(photo, slimmer, sizes) {
  const each = (image) => Promise.all(widths.slice(0, sizes).map(async (width) => (await image()).resize(width).jpeg().toBuffer()));
  return {
    plain: () => each(() => sharp(photo)),
    async once() {
      const slimmed = await slimFace(sharp(photo), { slimmer });
      return each(() => slimmed.clone());
    },
    each: () => each(() => slimFace(sharp(photo), { slimmer })),
    bound() {
      const bound = createSlimFace({ slimmer });
      return each(() => bound(sharp(photo)));
    },
  };
}

/** Times of single calls of `clone()` on a slimmed photo, in ms. */
export async function timeClones(photo, slimmer, count = 100) {
  const slimmed = await slimFace(sharp(photo), { slimmer });
  return Array.from({ length: count }, () => {
    const start = performance.now();
    slimmed.clone();
    return performance.now() - start;
  });
}
