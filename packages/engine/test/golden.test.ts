import { readFile } from 'node:fs/promises';
import { inspectImage, type PixelBuffer } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import type { KernelModule } from '../src/kernels/kernel-module.ts';
import { loadKernels } from '../src/kernels/load-kernels.ts';
import { createPortableKernels } from '../src/kernels/portable.ts';
import type { Engine } from '../src/pipeline.ts';
import { decode } from '../src/stages/decode.ts';
import { warp } from '../src/stages/warp.ts';
import { loadEngineParts, planPhoto } from './_engine.ts';
import { fixture, portrait } from './_photos.ts';

/** What the golden pictures show of the portrait: all that may change. */
const face = { left: 128, top: 48, width: 192, height: 192 };

let photo: Buffer;
let engine: LocalEngine;
let parts: Engine;
beforeAll(async () => {
  photo = await readFile(portrait);
  engine = await createLocalEngine();
  parts = await loadEngineParts();
});
afterAll(async () => {
  await engine.close();
  await parts.inference.close();
});

const toPixels = (encoded: Uint8Array): Promise<Buffer> => sharp(encoded).raw().toBuffer();

/** The portrait as the golden picture has it: its face from there, the rest from the photo. The tolerance is 0. */
async function expected(slimDegree: number): Promise<Buffer> {
  const [picture, golden] = [await toPixels(photo), await toPixels(await readFile(fixture(`golden/astronaut-${slimDegree}.png`)))];
  expect(golden).toHaveLength(3 * face.width * face.height);
  for (let y = 0; y < face.height; y++) golden.copy(picture, 3 * ((face.top + y) * 512 + face.left), 3 * y * face.width, 3 * (y + 1) * face.width);
  return picture;
}

/** What a difference says is where it is: a list of a million samples is no message. */
function expectSame(actual: Uint8Array, golden: Uint8Array, width: number, channels: number): void {
  expect(actual.length).toBe(golden.length);
  const at = actual.findIndex((sample, i) => sample !== golden[i]);
  if (at === -1) return;
  const pixel = Math.floor(at / channels);
  expect.fail(`pixel ${pixel % width}, ${Math.floor(pixel / width)} is ${actual[at]} and not ${golden[at]} in channel ${at % channels}`);
}

async function warped(slimDegree: number, kernels: KernelModule): Promise<PixelBuffer> {
  const { pixels } = await decode(photo, inspectImage(photo));
  const { fields } = await planPhoto(parts, portrait, { slimDegree });
  expect(fields).toHaveLength(1);
  for (const field of fields) warp(pixels, field, kernels);
  return pixels;
}

describe.each([0.5, 1, 2])('the portrait at degree %d', (slimDegree) => {
  it('is the golden picture to the bit, and the photo around it', async () => {
    const slimmed = await (await engine.slim(photo, { slimDegree })).bytes();
    expectSame(await toPixels(slimmed), await expected(slimDegree), 512, 3);
  });

  it('is the same by the wasm kernels and by the portable ones', async () => {
    for (const kernels of [await loadKernels(), createPortableKernels()]) {
      const { data, width, channels } = await warped(slimDegree, kernels);
      expectSame(data as Uint8Array, await expected(slimDegree), width, channels);
    }
  });
});

it('is another picture at each degree', async () => {
  const [half, one, two] = await Promise.all([0.5, 1, 2].map(expected));
  const before = await toPixels(photo);
  const changed = [half!, one!, two!].map((picture) => picture.reduce((sum, sample, i) => sum + Math.abs(sample - before[i]!), 0));
  expect(changed[0]).toBeGreaterThan(10_000);
  expect(changed[1]).toBeGreaterThan(changed[0]!);
  expect(changed[2]).toBeGreaterThan(changed[1]!);
});
