import { hash } from 'node:crypto';
import { endianness } from 'node:os';
import type { PixelBuffer } from '@slimface/core';
import type { ResolvedOptions } from '../options.ts';

/** Changes with the form of an entry and with whatever this package does to pixels on their way. */
const formatVersion = 1;

/**
 * Key of a slimming: the same for the same pixels and the same wishes, in every process.
 * SHA-256 over the pixels, whatever file they came from, and the sides, the degrees and the engine as text.
 */
export function keyOf({ data, width, height, channels }: PixelBuffer, options: ResolvedOptions): string {
  const bits = data.BYTES_PER_ELEMENT === 2 ? `16${endianness()}` : '8';
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `slimface:${formatVersion}:${hash('sha256', `${nameWishes(options)} ${hash('sha256', bytes)} ${width}x${height}x${channels} ${bits}`)}`;
}

/**
 * Everything but the pixels that decides about the result, as text: the engine with its version and what it accepts, and the
 * degrees.
 */
export function nameWishes({ slimmer, slimDegree, faceDegrees, scaleToFit }: Omit<ResolvedOptions, 'signal'>): string {
  const degrees = [...faceDegrees].sort(([a], [b]) => a - b).map(([index, degree]) => `${index}=${degree}`);
  const wishes = [slimDegree, ...degrees].join(',');
  return `${slimmer.id}@${slimmer.version} ${wishes} ${scaleToFit ? 'scaled ' : ''}${JSON.stringify(slimmer.requirements)}`;
}
