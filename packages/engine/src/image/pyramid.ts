import { types } from 'node:util';
import type { PixelBuffer } from '@slimface/core';
import type { KernelModule } from '../kernels/kernel-module.ts';
import type { View } from './orientation.ts';

/** 8-bit RGB pixels. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One copy of an image in a pyramid, and where its top left corner lies among the stored pixels. */
export interface Level extends RgbImage {
  readonly left: number;
  readonly top: number;
}

/**
 * Half-size copies of an image, made when they are first asked for.
 * Level 0 is the image, each further level an exact 2x2 box mean of the one before. Of an odd number of rows or columns the
 * one drops out that is last in the view: so a photo has the same pyramid however it is stored.
 */
export type Pyramid = (level: number) => Level;

/** Rows to make for one trip into the kernels' memory: few, so that they stay in the processor's cache. */
const stripRows = 8;

/** @param view the upright view of the pixels */
export function createPyramid(pixels: PixelBuffer, { toStored: [a, b, , d, e] }: View, kernels: KernelModule): Pyramid {
  const levels: Level[] = [{ ...toRgb(pixels), left: 0, top: 0 }];
  // The last line of the view is the first stored one where the axes run against each other.
  const [dropsLeft, dropsTop] = [a + b < 0, d + e < 0];
  return (level) => {
    while (levels.length <= level) {
      const { left, top, ...image } = levels.at(-1)!;
      const skipX = dropsLeft ? image.width % 2 : 0;
      const skipY = dropsTop ? image.height % 2 : 0;
      const scale = 2 ** (levels.length - 1);
      levels.push({ ...halveImage(image, skipX, skipY, kernels), left: left + skipX * scale, top: top + skipY * scale });
    }
    return levels[level]!;
  };
}

/** The half-size image of the pixels behind the first `skipX` columns and `skipY` rows. */
function halveImage({ data, width, height }: RgbImage, skipX: number, skipY: number, kernels: KernelModule): RgbImage {
  const half = { width: width >> 1, height: height >> 1 };
  const target = Buffer.allocUnsafeSlow(half.width * half.height * 3); // every byte is written
  const stride = width * 3;
  const halfStride = half.width * 3;
  const made = 2 * stripRows * stride + 16; // behind the source rows
  const memory = kernels.reserve(made + stripRows * halfStride + 16);

  for (let y = 0; y < half.height; y += stripRows) {
    const rows = Math.min(stripRows, half.height - y);
    memory.set(data.subarray((skipY + 2 * y) * stride, (skipY + 2 * (y + rows)) * stride), 0);
    for (let row = 0; row < rows; row++) {
      const from = 2 * row * stride + 3 * skipX;
      kernels.halve(from, from + stride, made + row * halfStride, half.width);
    }
    target.set(memory.subarray(made, made + rows * halfStride), y * halfStride);
  }
  return { data: target, ...half };
}

/** The detectors look at 8-bit colour: grey is spread, alpha dropped, 16 bits cut to 8. 8-bit RGB is not copied. */
function toRgb({ data, width, height, channels }: PixelBuffer): RgbImage {
  if (channels === 3 && types.isUint8Array(data)) return { data, width, height };
  const shift = types.isUint16Array(data) ? 8 : 0;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = data[from]! >> shift;
    rgb[to + 1] = data[from + green]! >> shift;
    rgb[to + 2] = data[from + blue]! >> shift;
  }
  return { data: rgb, width, height };
}
