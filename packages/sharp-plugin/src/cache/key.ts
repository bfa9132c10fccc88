import { hash } from 'node:crypto';
import { endianness } from 'node:os';
import { shapeControls, type FaceWish, type PixelBuffer } from '@slimface/core';
import type { ResolvedOptions } from '../options.ts';

/** Changes with the form of an entry and with whatever this package does to pixels on their way. */
const formatVersion = 1;

/**
 * Key of a slimming: the same for the same pixels and the same wishes, in every process.
 * SHA-256 over the pixels, whatever file they came from, and the sides, the wishes and the engine as text.
 */
export function keyOf({ data, width, height, channels }: PixelBuffer, options: ResolvedOptions): string {
  const bits = data.BYTES_PER_ELEMENT === 2 ? `16${endianness()}` : '8';
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `slimface:${formatVersion}:${hash('sha256', `${nameWishes(options)} ${hash('sha256', bytes)} ${width}x${height}x${channels} ${bits}`)}`;
}

/**
 * Everything but the pixels that decides about the result, as text: the engine with its version and what it accepts, and what is
 * wished for.
 */
export function nameWishes({ slimmer, slimDegree, shape, faceWishes, scaleToFit }: Omit<ResolvedOptions, 'signal'>): string {
  const byIndex = faceWishes.flatMap(({ face, ...wish }) => (typeof face === 'number' ? { face, wish } : [])).sort((a, b) => a.face - b.face);
  const byPoint = faceWishes.flatMap(({ face, ...wish }) => (typeof face === 'number' ? [] : `${face.x}:${face.y}=${nameWish(wish)}`)).sort();
  const wishes = [nameWish({ slimDegree, shape }), ...byIndex.map(({ face, wish }) => `${face}=${nameWish(wish)}`), ...byPoint].join(',');
  return `${slimmer.id}@${slimmer.version} ${wishes} ${scaleToFit ? 'scaled ' : ''}${JSON.stringify(slimmer.requirements)}`;
}

/** A degree, and behind it the controls of the shape that change something. */
function nameWish({ slimDegree, shape }: FaceWish): string {
  const controls = shapeControls.filter((name) => shape[name] !== 0).map((name) => ` ${name} ${shape[name]}`);
  return `${slimDegree}${controls.join('')}`;
}
