import { types } from 'node:util';
import type { Box, PixelBuffer } from '@slimface/core';
import type { DisplacementField } from '../stages/field.ts';
import { cubicWeights, weightBits } from './cubic-weights.ts';

/** Whether a box of an image with alpha has pixels that are not opaque. */
export function hasTranslucency({ data, width, channels }: PixelBuffer, box: Box): boolean {
  const opaque = types.isUint16Array(data) ? 65535 : 255;
  for (let y = box.y; y < box.y + box.height; y++) {
    const end = (y * width + box.x + box.width) * channels;
    for (let at = (y * width + box.x + 1) * channels - 1; at < end; at += channels) {
      if (data[at]! < opaque) return true;
    }
  }
  return false;
}

/**
 * The warp in double precision, for what the 8-bit kernels cannot hold: 16-bit samples, and colours that must be
 * weighted by alpha. The weights and the map are theirs, and pixels that stand still keep their value to the bit.
 *
 * @param around the part of the image that the region is resampled from
 * @param hasAlpha whether the last channel is alpha
 */
export function warpExactly(pixels: PixelBuffer, field: DisplacementField, around: Box, hasAlpha: boolean): void {
  const { region } = field;
  const { data, width, channels } = pixels;
  const source = copyPremultiplied(pixels, around, hasAlpha);
  const most = types.isUint16Array(data) ? 65535 : 255;
  const sample = new Float64Array(channels);
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      const [dx, dy] = displacementAt(field, x, y);
      if (dx === 0 && dy === 0) continue;
      const sourceX = ((x + region.x - around.x) << 16) + dx;
      const sourceY = ((y + region.y - around.y) << 16) + dy;
      sampleCubic(source, around.width, channels, sourceX, sourceY, sample);
      if (hasAlpha) unpremultiply(sample, most);
      const at = ((y + region.y) * width + x + region.x) * channels;
      for (let channel = 0; channel < channels; channel++) data[at + channel] = Math.min(most, Math.max(0, Math.round(sample[channel]!)));
    }
  }
}

function copyPremultiplied({ data, width, channels }: PixelBuffer, box: Box, hasAlpha: boolean): Float64Array {
  const opaque = types.isUint16Array(data) ? 65535 : 255;
  const copy = new Float64Array(box.width * box.height * channels);
  for (let y = 0, to = 0; y < box.height; y++) {
    for (let x = 0, from = ((box.y + y) * width + box.x) * channels; x < box.width; x++, from += channels, to += channels) {
      const alpha = hasAlpha ? data[from + channels - 1]! / opaque : 1;
      for (let channel = 0; channel < channels; channel++) copy[to + channel] = data[from + channel]! * alpha;
      if (hasAlpha) copy[to + channels - 1] = alpha * opaque;
    }
  }
  return copy;
}

function unpremultiply(sample: Float64Array, opaque: number): void {
  const last = sample.length - 1;
  const alpha = Math.min(opaque, Math.max(0, sample[last]!)) / opaque;
  for (let channel = 0; channel < last; channel++) sample[channel] = alpha === 0 ? 0 : sample[channel]! / alpha;
}

/** The displacement of a region's pixel in Q16 pixels, as the 8-bit kernels step through it. */
function displacementAt({ grid, columns, stepBits }: DisplacementField, x: number, y: number): [dx: number, dy: number] {
  const step = 1 << stepBits;
  const across = x & (step - 1);
  const below = y & (step - 1);
  const above = ((y >> stepBits) * columns + (x >> stepBits)) * 2;
  const under = above + columns * 2;
  const edge = (lane: number): number => (grid[above + lane]! * (step - below) + grid[under + lane]! * below) >> stepBits;
  const [dx, dy] = [edge(0), edge(1)];
  return [dx + across * ((edge(2) - dx) >> stepBits), dy + across * ((edge(3) - dy) >> stepBits)];
}

function sampleCubic(source: Float64Array, width: number, channels: number, x: number, y: number, out: Float64Array): void {
  const phaseX = (((x + 128) >> 8) & 0xff) << 2;
  const phaseY = (((y + 128) >> 8) & 0xff) << 2;
  const first = (((y + 128) >> 16) - 1) * width + ((x + 128) >> 16) - 1;
  out.fill(0);
  for (let row = 0; row < 4; row++) {
    for (let tap = 0; tap < 4; tap++) {
      const weight = cubicWeights[phaseY + row]! * cubicWeights[phaseX + tap]!;
      if (weight === 0) continue; // may lie outside the image
      const at = (first + row * width + tap) * channels;
      for (let channel = 0; channel < channels; channel++) out[channel]! += weight * source[at + channel]!;
    }
  }
  for (let channel = 0; channel < channels; channel++) out[channel]! /= 2 ** (2 * weightBits);
}
