import { types } from 'node:util';
import type { Box, PixelBuffer } from '@slimface/core';
import { cubicWeights } from '../kernels/cubic-weights.ts';
import type { KernelModule } from '../kernels/kernel-module.ts';
import { createPortableKernels } from '../kernels/portable.ts';
import { hasTranslucency, warpExactly } from '../kernels/warp-exact.ts';
import type { DisplacementField } from './field.ts';

/** Taps of the cubic reach two pixels beyond a source position. */
const cubicReach = 3;
/** Rows made at a time: the output needs little room beside the copy of its source. */
const stripRows = 64;

/**
 * Moves the pixels of a field's region, in place. Pixels of cells that stand still keep their value to the bit.
 *
 * 8-bit pixels go through the integer kernels; 16-bit ones, and regions with translucent pixels, whose colours must be
 * weighted by their alpha, through double precision.
 *
 * @param options whether the last of 2 or 4 channels is alpha
 * @default options.alpha true; the fourth channel of CMYK is ink
 */
export function warp(pixels: PixelBuffer, field: DisplacementField, kernels: KernelModule, { alpha = true }: { alpha?: boolean } = {}): void {
  const { data, channels } = pixels;
  const around = sourceBox(pixels, field);
  const hasAlpha = alpha && channels % 2 === 0;
  if (types.isUint16Array(data) || (hasAlpha && hasTranslucency(pixels, around))) warpExactly(pixels, field, around, hasAlpha);
  else warp8Bit({ ...pixels, data }, field, around, channels < 3 ? createPortableKernels() : kernels); // wasm takes 3 or 4 channels
}

/** The region with all that it is resampled from, cut to the image: the field asks for nothing outside. */
function sourceBox({ width, height }: PixelBuffer, { region, reach }: DisplacementField): Box {
  const margin = reach + cubicReach;
  const x = Math.max(0, region.x - margin);
  const y = Math.max(0, region.y - margin);
  const right = Math.min(width, region.x + region.width + margin);
  const bottom = Math.min(height, region.y + region.height + margin);
  return { x, y, width: right - x, height: bottom - y };
}

function warp8Bit(pixels: PixelBuffer & { data: Uint8Array }, field: DisplacementField, around: Box, kernels: KernelModule): void {
  const { data, width, channels } = pixels;
  const { region, columns, grid, stepBits } = field;
  const sourceStride = around.width * channels;
  const targetStride = region.width * channels;
  const rowStart = (x: number, y: number): number => (y * width + x) * channels;

  // Layout of the kernels' memory: weights, grid, a copy of the source, one strip of output. At the image's border taps
  // of weight 0 are read up to two rows beyond the source.
  const spare = 2 * sourceStride + 16;
  const gridAt = cubicWeights.byteLength;
  const sourceAt = gridAt + grid.byteLength + spare;
  const targetAt = sourceAt + around.height * sourceStride + spare;
  const memory = kernels.reserve(targetAt + stripRows * targetStride + 16);
  memory.set(new Uint8Array(cubicWeights.buffer), 0);
  memory.set(new Uint8Array(grid.buffer, grid.byteOffset, grid.byteLength), gridAt);
  for (let y = 0; y < around.height; y++) {
    const start = rowStart(around.x, around.y + y);
    memory.set(data.subarray(start, start + sourceStride), sourceAt + y * sourceStride);
  }

  const [originX, originY] = [region.x - around.x, region.y - around.y];
  for (let y = 0; y < region.height; y += stripRows) {
    const rows = Math.min(stripRows, region.height - y);
    kernels.warpRows(sourceAt, sourceStride, originX, originY, gridAt, columns, stepBits, 0, targetAt, region.width, channels, y, rows);
    for (let row = 0; row < rows; row++) {
      const start = targetAt + row * targetStride;
      data.set(memory.subarray(start, start + targetStride), rowStart(region.x, region.y + y + row));
    }
  }
}
