import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Box, Point, SlimmedFace } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFaceFrame } from '../src/field/face-frame.ts';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import { loadEngineParts, planPhoto } from './_engine.ts';
import { groups, portrait } from './_photos.ts';

/** Jaw points of the mesh at and above mouth height, on either side of the face. */
const jaw = { left: [93, 132, 58, 172, 136], right: [323, 361, 288, 397, 365] };

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

const photos = [portrait, groups[2]!.path, groups[4]!.path];

describe.each(photos.map((path) => ({ name: basename(path), path })))('$name', ({ path }) => {
  it('gives the input bytes themselves at degree 0', async () => {
    const photo = await readFile(path);
    const slimmed = await engine.slim(photo, { slimDegree: 0 });
    expect(await slimmed.bytes()).toBe(photo);
    expect(slimmed.faces.length).toBeGreaterThan(0);
    expect(slimmed.faces.every(({ slimDegree }) => slimDegree === 0)).toBe(true);
  });

  it('changes no pixel outside the face regions', async () => {
    const photo = await readFile(path);
    const { fields } = await planPhoto(await loadEngineParts(), path, { slimDegree: 2 });
    const slimmed = await decodePixels(await (await engine.slim(photo, { slimDegree: 2 })).bytes());
    const plain = await decodePixels(await reencode(photo));
    const isJpeg = path.endsWith('.jpg');
    const inside = fields.map(({ region }) => (isJpeg ? toBlocks(region) : region));
    let differing = 0;
    let compared = 0;
    for (let y = 0; y < plain.height; y++) {
      for (let x = 0; x < plain.width; x++) {
        if (inside.some((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height)) continue;
        compared++;
        const at = (y * plain.width + x) * plain.channels;
        for (let channel = 0; channel < plain.channels; channel++) differing += Number(plain.data[at + channel] !== slimmed.data[at + channel]);
      }
    }
    expect(compared).toBeGreaterThan(0.2 * plain.width * plain.height);
    expect(differing).toBe(0);
  });

  it('moves the jaw line inwards on both sides, as matching blocks of pixels shows', async () => {
    const photo = await readFile(path);
    const { faces } = await engine.slim(photo, { slimDegree: 2 });
    const before = await decodeGrey(photo);
    const after = await decodeGrey(await (await engine.slim(photo, { slimDegree: 2 })).bytes());
    for (const face of faces.filter(isNearFrontal)) {
      const { halfWidth } = createFaceFrame(face.landmarks);
      // Degree 2 moves a jaw by 12 % of its half-width, which is 0.8 to 1 of the face's.
      expect(inwardShift(before, after, face, jaw.left), 'left, px').toBeGreaterThan(0.05 * halfWidth);
      expect(inwardShift(before, after, face, jaw.right), 'right, px').toBeGreaterThan(0.05 * halfWidth);
    }
    expect(faces.some(isNearFrontal)).toBe(true);
  });
});

it('moves more at a higher degree, and faces with their own degree by that', async () => {
  const photo = await readFile(groups[2]!.path);
  const plain = await decodePixels(await reencode(photo));
  const changes = async (options: object): Promise<number[]> => {
    const slimmed = await engine.slim(photo, options);
    const { data } = await decodePixels(await slimmed.bytes());
    return slimmed.faces.map(({ box }) => meanDifference(plain, data, box));
  };
  const [half, one, two] = [await changes({ slimDegree: 0.5 }), await changes({ slimDegree: 1 }), await changes({ slimDegree: 2 })];
  for (const i of [0, 1, 2]) {
    expect(half[i]).toBeGreaterThan(0);
    expect(one[i]).toBeGreaterThan(half[i]!);
    expect(two[i]).toBeGreaterThan(one[i]!);
  }
  const single = await changes({ slimDegree: 0, faces: [{ index: 1, slimDegree: 2 }] });
  expect(single[0]).toBe(0);
  expect(single[1]).toBeGreaterThan(one[1]!);
  expect(single[2]).toBe(0);
});

type Pixels = { data: Buffer; width: number; height: number; channels: number };

async function decodePixels(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

async function decodeGrey(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

/** What sharp makes of the photo when nothing is slimmed, with the engine's default options. */
async function reencode(photo: Buffer): Promise<Buffer> {
  if ((await sharp(photo).metadata()).format === 'png') return sharp(photo).png().toBuffer();
  // The group photos are 4:2:2, which sharp reports as 4:2:0 and does not write: the engine keeps all of their colour.
  return sharp(photo, { ignoreIcc: true }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();
}

/** A JPEG changes by blocks of 16 px, and chroma is interpolated across one more. */
function toBlocks({ x, y, width, height }: Box): Box {
  const [left, top] = [16 * Math.floor(x / 16) - 16, 16 * Math.floor(y / 16) - 16];
  return { x: left, y: top, width: 16 * Math.ceil((x + width) / 16) + 16 - left, height: 16 * Math.ceil((y + height) / 16) + 16 - top };
}

function meanDifference({ data: before, width, channels }: Pixels, after: Buffer, box: Box): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.ceil(box.y); y < box.y + box.height; y++) {
    for (let x = Math.ceil(box.x) * channels; x < (box.x + box.width) * channels; x++, count++) {
      sum += Math.abs(before[y * width * channels + x]! - after[y * width * channels + x]!);
    }
  }
  return sum / count;
}

/** Median shift of blocks around jaw points towards the midline, in pixels: the best match along the line of the eyes. */
function inwardShift(before: Pixels, after: Pixels, { landmarks }: SlimmedFace, points: readonly number[]): number {
  const { origin, across, halfWidth } = createFaceFrame(landmarks);
  const radius = Math.round(0.14 * halfWidth);
  const reach = Math.ceil(0.25 * halfWidth);
  const shifts = points.map((index) => {
    const point = landmarks[index]!;
    const side = Math.sign((point.x - origin.x) * across.x + (point.y - origin.y) * across.y);
    let best = { shift: 0, cost: Infinity };
    for (let shift = -reach; shift <= reach; shift += 0.5) {
      const target = { x: point.x - shift * side * across.x, y: point.y - shift * side * across.y };
      const cost = blockDifference(before, point, after, target, radius);
      if (cost < best.cost) best = { shift, cost };
    }
    return best.shift;
  });
  return shifts.sort((a, b) => a - b)[Math.floor(shifts.length / 2)]!;
}

function blockDifference(a: Pixels, from: Point, b: Pixels, to: Point, radius: number): number {
  let sum = 0;
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) sum += Math.abs(greyAt(a, from.x + x, from.y + y) - greyAt(b, to.x + x, to.y + y));
  }
  return sum;
}

function greyAt({ data, width, height }: Pixels, x: number, y: number): number {
  const [px, py] = [Math.min(width - 2, Math.max(0, x - 0.5)), Math.min(height - 2, Math.max(0, y - 0.5))];
  const [left, top] = [Math.floor(px), Math.floor(py)];
  const at = (dx: number, dy: number): number => data[(top + dy) * width + left + dx]!;
  const [fx, fy] = [px - left, py - top];
  return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
}

function isNearFrontal({ landmarks }: SlimmedFace): boolean {
  const { origin, across } = createFaceFrame(landmarks);
  const along = ({ x, y }: Point): number => (x - origin.x) * across.x + (y - origin.y) * across.y;
  const [left, right] = [Math.abs(along(landmarks[132]!)), Math.abs(along(landmarks[361]!))];
  return Math.min(left, right) / Math.max(left, right) > 0.55;
}
