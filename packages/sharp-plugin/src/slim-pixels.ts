import { isPixelSlimmer, NoFaceError, orAborted, type PixelBuffer } from '@slimface/core';
import type { Slimmed } from './cache/entry.ts';
import { keyOf } from './cache/key.ts';
import { recall, remember } from './cache/recall.ts';
import { toSharedMemory } from './pixels.ts';
import type { Call } from './run.ts';
import type { SharpFactory } from './sharp-like.ts';
import { slimEncoded } from './encoded/slim-encoded.ts';

/** Slimmed pixels, and where they come from. */
export type SlimmedOrCached = Slimmed & { readonly cached: boolean };

/**
 * Slims the faces in upright pixels: as remembered, together with others who want the same, or alone.
 *
 * @param sharp encodes and decodes for an engine that takes no pixels
 * @throws {SlimFaceError} what the engine refuses; `NoFaceError` among it
 * @throws {AbortedError} `call.signal` was aborted
 */
export async function slimPixels(pixels: PixelBuffer, sharp: SharpFactory, { options, signal, sharing }: Call): Promise<SlimmedOrCached> {
  const { cache, slimmer } = options;
  if (cache === undefined && sharing === undefined) return { ...(await orAborted(ask(signal), signal, billedOf())), cached: false };

  const key = keyOf(pixels, options);
  const remembered = cache && (await orAborted(recall(cache, key, pixels), signal));
  if (remembered !== undefined) return { ...remembered, cached: true };
  const slimmed = sharing === undefined ? orAborted(askAndRemember(signal), signal, billedOf()) : sharing.flights.join(key, signal, askAndRemember);
  return { ...(await slimmed), cached: false };

  async function askAndRemember(ownSignal: AbortSignal): Promise<Slimmed> {
    const answer = await ask(ownSignal).catch((error: unknown) => {
      if (error instanceof NoFaceError && cache !== undefined) remember(cache, key, pixels, { pixels: undefined, faces: [] });
      throw error;
    });
    if (cache !== undefined) remember(cache, key, pixels, answer);
    return answer;
  }

  async function ask(ownSignal: AbortSignal): Promise<Slimmed> {
    const slimOptions = { ...options.slimOptions, signal: ownSignal };
    const answer = isPixelSlimmer(slimmer)
      ? await slimmer.slimPixels(pixels, slimOptions)
      : await slimEncoded(slimmer, sharp, pixels, { ...slimOptions, scaleToFit: options.scaleToFit });
    return { pixels: answer.pixels === pixels ? undefined : toSharedMemory(answer.pixels), faces: answer.faces };
  }

  /** What a call that is cut off must reckon with. */
  function billedOf(): 'no' | 'unknown' {
    return isPixelSlimmer(slimmer) ? 'no' : 'unknown';
  }
}
