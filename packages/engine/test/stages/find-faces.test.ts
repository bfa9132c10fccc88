import { readFile } from 'node:fs/promises';
import { inspectImage, resolveSlimOptions, type Face, type Point } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../../src/index.ts';
import { plan, type Engine } from '../../src/pipeline.ts';
import { decode } from '../../src/stages/decode.ts';
import { resolveFindOptions } from '../../src/find-options.ts';
import { loadEngineParts } from '../_engine.ts';
import { sourceOf } from '../_map.ts';
import { groups, portrait } from '../_photos.ts';

let engine: LocalEngine;
let parts: Engine;
beforeAll(async () => {
  engine = await createLocalEngine();
  parts = await loadEngineParts();
});
afterAll(() => engine.close());

/** The portrait turned clockwise about its own centre, on grey. */
async function turned(degrees: number): Promise<Buffer> {
  return sharp(portrait).removeAlpha().rotate(degrees, { background: '#888' }).png().toBuffer();
}

/** Where a point of the portrait lies in the turned picture. */
function turnPoint({ x, y }: Point, degrees: number, side: number): Point {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return { x: side / 2 + (x - 256) * cos - (y - 256) * sin, y: side / 2 + (x - 256) * sin + (y - 256) * cos };
}

/** Mean distance of the landmarks from where they should be, in outer-eye distances. */
function landmarkError({ landmarks }: Face, expected: readonly Point[]): number {
  const eyes = Math.hypot(expected[263]!.x - expected[33]!.x, expected[263]!.y - expected[33]!.y);
  const sum = landmarks.reduce((total, { x, y }, i) => total + Math.hypot(x - expected[i]!.x, y - expected[i]!.y), 0);
  return sum / landmarks.length / eyes;
}

describe('a head that is not upright', () => {
  it.each([0, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180, 225, 270, 315])('is found right at %i degrees', async (degrees) => {
    const [upright] = await engine.detectFaces(await readFile(portrait));
    const photo = await turned(degrees);
    const { width } = await sharp(photo).metadata();
    const faces = await engine.detectFaces(photo);
    expect(faces).toHaveLength(1);
    const expected = upright!.landmarks.map((point) => turnPoint(point, degrees, width));
    expect(landmarkError(faces[0]!, expected)).toBeLessThan(0.05);
  });
});

describe('a face at the border of the photo', () => {
  it.each([
    ['left', { left: 205, top: 0, width: 307, height: 400 }],
    ['right', { left: 0, top: 0, width: 245, height: 400 }],
    ['bottom', { left: 60, top: 0, width: 340, height: 165 }],
    ['top', { left: 60, top: 90, width: 340, height: 300 }],
    ['tight', { left: 170, top: 55, width: 112, height: 128 }],
  ])('is slimmed from what the photo shows alone: %s', async (_, crop) => {
    const { width, height } = crop;
    const photo = await sharp(portrait).removeAlpha().extract(crop).png().toBuffer();
    const { pixels } = await decode(photo, inspectImage(photo));
    const { faces, fields } = await plan(pixels, 1, parts, { ...resolveSlimOptions({ slimDegree: 2 }), find: resolveFindOptions({}) });
    expect(faces).toHaveLength(1);
    // A cubic tap outside the photo has weight 0 only where the source lies on a whole pixel along that axis.
    const needs = (position: number, length: number): boolean => {
      const phase = Math.round(position * 256) / 256;
      if (Number.isInteger(phase)) return phase >= 0 && phase <= length - 1;
      return Math.floor(phase) >= 1 && Math.floor(phase) + 2 <= length - 1;
    };
    for (const { region } of fields) {
      for (let y = region.y; y < region.y + region.height; y++) {
        for (let x = region.x; x < region.x + region.width; x++) {
          const source = sourceOf(fields, { x, y });
          if (!needs(source.x, width) || !needs(source.y, height)) expect.fail(`pixel ${x}, ${y} asks for ${source.x}, ${source.y} of ${width} x ${height}`);
        }
      }
    }
    const before = await sharp(photo).raw().toBuffer();
    const after = await sharp(Buffer.from(await (await engine.slim(photo, { slimDegree: 2 })).bytes())).raw().toBuffer();
    expect(Buffer.compare(before, after)).not.toBe(0);
    expect(largestOvershoot(before, after, width, height)).toBeLessThan(48);
  });
});

describe('a face of which the photo shows a part', () => {
  it.each(['left', 'right', 'top', 'bottom'] as const)('is found when a seventh is outside, and right or not at all when a half is: %s', async (side) => {
    const [whole] = await engine.detectFaces(await readFile(portrait));
    const { x, y, width, height } = whole!.box;
    for (const outside of [1 / 7, 0.3, 0.5]) {
      const left = side === 'left' ? Math.round(x + outside * width) : 0;
      const top = side === 'top' ? Math.round(y + outside * height) : 0;
      const right = side === 'right' ? Math.round(x + (1 - outside) * width) : 512;
      const bottom = side === 'bottom' ? Math.round(y + (1 - outside) * height) : 512;
      const faces = await engine.detectFaces(await sharp(portrait).extract({ left, top, width: right - left, height: bottom - top }).toBuffer());
      if (outside < 0.2) expect(faces).toHaveLength(1);
      const expected = whole!.landmarks.map((point) => ({ x: point.x - left, y: point.y - top }));
      for (const face of faces) expect(landmarkError(face, expected)).toBeLessThan(0.15);
    }
  });
});

it('finds a face of 4 % of the width, and slims all faces of a group', async () => {
  const head = await sharp(portrait).extract({ left: 110, top: 0, width: 230, height: 230 }).resize(118).toBuffer();
  const scene = await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#9aa' } }).composite([{ input: head, left: 800, top: 400 }]).jpeg({ quality: 95 }).toBuffer();
  const [face] = await engine.detectFaces(scene);
  expect(face!.box.width / 1200).toBeLessThan(0.045);

  for (const { path, faces } of groups) {
    const photo = await readFile(path);
    const result = await engine.slim(photo);
    expect(result.faces).toHaveLength(faces);
    const before = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
    const after = await sharp(Buffer.from(await result.bytes())).raw().toBuffer();
    for (const { box } of result.faces) {
      let changed = 0;
      for (let y = Math.ceil(box.y); y < box.y + box.height; y++) {
        for (let x = Math.ceil(box.x); x < box.x + box.width; x++) {
          const at = 3 * (y * before.info.width + x);
          if (Math.abs(before.data[at]! - after[at]!) > 12) changed++;
        }
      }
      expect(changed / (box.width * box.height)).toBeGreaterThan(0.005);
    }
  }
});

/** How far any value leaves the range of values within 14 px of it before. */
function largestOvershoot(before: Buffer, after: Buffer, width: number, height: number): number {
  const radius = 14;
  let largest = 0;
  for (let y = 0; y < height; y += 3) {
    for (let x = 0; x < width; x += 3) {
      let [low, high] = [255, 0];
      for (let j = Math.max(0, y - radius); j <= Math.min(height - 1, y + radius); j++) {
        for (let i = Math.max(0, x - radius); i <= Math.min(width - 1, x + radius); i++) {
          const value = before[3 * (j * width + i)]!;
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      const value = after[3 * (y * width + x)]!;
      largest = Math.max(largest, low - value, value - high);
    }
  }
  return largest;
}
