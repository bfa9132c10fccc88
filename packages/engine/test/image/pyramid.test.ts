import { describe, expect, it } from 'vitest';
import { applyAffine, uprightView, type View } from '../../src/image/orientation.ts';
import { createPyramid, type Level } from '../../src/image/pyramid.ts';
import { loadKernels } from '../../src/kernels/load-kernels.ts';

const kernels = await loadKernels();
const [width, height] = [239, 187]; // odd at several levels: 239, 119, 59, 29 by 187, 93, 46, 23

/** Where the pixel that the view has at (x, y) lies among the stored ones. */
function storedPixel(x: number, y: number, { toStored }: View): { x: number; y: number } {
  const point = applyAffine(toStored, { x: x + 0.5, y: y + 0.5 });
  return { x: point.x - 0.5, y: point.y - 0.5 };
}

function redAt({ data, width: columns }: Level, x: number, y: number): number {
  return data[3 * (y * columns + x)]!;
}

describe('the pyramid of a photo', () => {
  const noise = (x: number, y: number): number => Math.imul(x * 73 + y * 1931 + 7, 2654435761) >>> 24;
  const lays = [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => {
    const [storedWidth, storedHeight] = orientation >= 5 ? [height, width] : [width, height];
    const view = uprightView(storedWidth, storedHeight, orientation);
    const data = new Uint8Array(storedWidth * storedHeight * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = storedPixel(x, y, view);
        data.fill(noise(x, y), 3 * (at.y * storedWidth + at.x), 3 * (at.y * storedWidth + at.x) + 3);
      }
    }
    return { orientation, view, pyramid: createPyramid({ data, width: storedWidth, height: storedHeight, channels: 3 }, view, kernels) };
  });

  it.each(lays)('is the same with EXIF orientation $orientation, and lies where its pixels come from', ({ orientation, view, pyramid }) => {
    for (const level of [0, 1, 2, 3]) {
      const upright = lays[0]!.pyramid(level);
      const stored = pyramid(level);
      const ofLevel = uprightView(stored.width, stored.height, orientation);
      expect([ofLevel.width, ofLevel.height]).toEqual([upright.width, upright.height]);
      const wrong: string[] = [];
      for (let y = 0; y < upright.height; y++) {
        for (let x = 0; x < upright.width; x++) {
          const at = storedPixel(x, y, ofLevel);
          if (redAt(upright, x, y) !== redAt(stored, at.x, at.y)) wrong.push(`${x}, ${y}`);
        }
      }
      expect(wrong, `level ${level}`).toEqual([]);
      // The view's first corner is kept, so the level's own first corner must lie on it.
      const corner = applyAffine(ofLevel.toStored, { x: 0, y: 0 });
      const scale = 2 ** level;
      expect({ x: corner.x * scale + stored.left, y: corner.y * scale + stored.top }).toEqual(applyAffine(view.toStored, { x: 0, y: 0 }));
    }
  });
});
