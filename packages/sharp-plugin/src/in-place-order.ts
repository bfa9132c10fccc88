import { InvalidInputError } from '@slimface/core';
import type { SharpLike } from './sharp-like.ts';

/** Operations that sharp runs after its overlays: where it keeps their options, and what is there while they are not queued. */
const afterOverlays = [
  ['gamma', 'gammaOut', 0],
  ['linear', 'linearA', []],
  ['normalise', 'normalise', false],
  ['clahe', 'claheWidth', 0],
  ['boolean', 'boolean', undefined],
  ['bandbool', 'bandBoolOp', undefined],
  ['tint', 'tint', [-1, 0, 0, 0]],
  ['extractChannel', 'extractChannel', -1],
  ['negate', 'negate', false],
] as const;

/**
 * Refuses an instance whose queued operations would run on the pixels that are read and once more on the overlay. Sharp
 * tells of them in `options` alone, which it does not document; a version that keeps them elsewhere goes unchecked.
 *
 * @param step what it has to be queued after
 * @throws {InvalidInputError} one of them is queued
 */
export function checkOrder(image: SharpLike, step: string): void {
  const { options = {} } = image as { options?: Readonly<Record<string, unknown>> };
  for (const [operation, option, idle] of afterOverlays) {
    if (options[option] === undefined || JSON.stringify(options[option]) === JSON.stringify(idle)) continue;
    const message = `Expected ${operation}() to be queued after ${step} but it is queued already: sharp runs it after overlays, so it would be applied twice`;
    throw new InvalidInputError('', image, { message });
  }
}
