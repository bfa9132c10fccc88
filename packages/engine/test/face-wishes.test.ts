import type { Face, PixelBuffer, SlimOptions } from '@slimface/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../src/index.ts';
import { ovalLeft, ovalRight } from '../src/field/face-points.ts';
import { groups, portrait } from './_photos.ts';

let engine: LocalEngine;
let photo: PixelBuffer;
let found: Face[];
beforeAll(async () => {
  engine = await createLocalEngine();
  const { data, info } = await sharp(groups[2]!.path).raw().toBuffer({ resolveWithObject: true });
  photo = { data, width: info.width, height: info.height, channels: 3 };
  found = await engine.detectFaces(photo);
});
afterAll(() => engine.close());

const centre = ({ box }: Face): { x: number; y: number } => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** Indices of the faces in whose boxes a pixel changed, and whether all changes lie near those boxes. */
async function changesOf(options: SlimOptions): Promise<{ indices: number[]; data: PixelBuffer['data'] }> {
  const { data } = (await engine.slimPixels(photo, options)).pixels;
  const changed = found.map(() => 0);
  for (let at = 0; at < data.length; at++) {
    if (data[at] === photo.data[at]) continue;
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % photo.width, Math.floor(pixel / photo.width)];
    const distance = ({ box }: Face): number => Math.hypot(x - box.x - box.width / 2, y - box.y - box.height / 2) / box.width;
    const nearest = found.toSorted((a, b) => distance(a) - distance(b))[0]!;
    expect(distance(nearest), `a change at ${x}, ${y}`).toBeLessThan(1.2);
    changed[found.indexOf(nearest)]!++;
  }
  return { indices: [...changed.keys()].filter((index) => changed[index]! > 0), data };
}

describe('a face with its own degree', () => {
  it('is the only one that changes, by index and by a point in its box alike', async () => {
    expect(found).toHaveLength(3);
    for (const index of found.keys()) {
      const byIndex = await changesOf({ faces: [{ index, slimDegree: 2 }] });
      expect(byIndex.indices).toEqual([index]);
      const byPoint = await changesOf({ faces: [{ at: centre(found[index]!), slimDegree: 2 }] });
      expect(Buffer.compare(byPoint.data as Uint8Array, byIndex.data as Uint8Array)).toBe(0);
    }
  });

  it('leaves the rest to the degree of the call, where there is one', async () => {
    expect((await changesOf({ slimDegree: 1, faces: [{ index: 1, slimDegree: 0 }] })).indices).toEqual([0, 2]);
    expect((await changesOf({ faces: [] })).indices).toEqual([]);
  });

  it('is slimmed by 1 when nothing else is said, and by its shape alone at degree 0', async () => {
    const { faces } = await engine.slimPixels(photo, { faces: [{ index: 2 }, { index: 0, slimDegree: 0, shape: { jaw: -1 } }] });
    expect(faces.map(({ slimDegree }) => slimDegree)).toEqual([0, 0, 1]);
    expect(faces[0]!.narrowing!.percent).toBeGreaterThan(1);
    expect(faces[1]!.narrowing).toEqual({ pixels: 0, percent: 0 });
    expect(faces[2]!.narrowing!.percent).toBeGreaterThan(4.5);
  });

  it('that is not there is refused in words', async () => {
    await expect(engine.slimPixels(photo, { faces: [{ index: 3, slimDegree: 1 }] })).rejects.toThrow('Expected faces[].index below the number of faces (3) but received 3');
    await expect(engine.slimPixels(photo, { faces: [{ at: { x: 2, y: 3 } }] })).rejects.toThrow('Expected faces[].at inside one of the 3 faces but received x 2, y 3');
    await expect(engine.slimPixels(photo, { faces: [{ index: 1 }, { at: centre(found[1]!) }] })).rejects.toThrow('Expected each face in faces once but received face 1 twice');
  });
});

it('gives the buffer itself back where every wish is for nothing', async () => {
  for (const options of [{ slimDegree: 0 }, { slimDegree: 0, shape: {} }, { faces: [] }, { faces: [{ index: 0, slimDegree: 0 }] }]) {
    expect((await engine.slimPixels(photo, options)).pixels).toBe(photo);
  }
});

describe('a face that touches another', () => {
  // The portrait's head, and the same again so close beside it that their ovals touch.
  const pair = async (): Promise<PixelBuffer> => {
    const head = await sharp(portrait).removeAlpha().extract({ left: 172, top: 20, width: 110, height: 190 }).resize(330, 570).toBuffer();
    const beside = { left: 300, top: 40 };
    const canvas = sharp({ create: { width: 760, height: 640, channels: 3, background: '#888' } });
    const { data } = await canvas.composite([{ input: head, left: 20, top: 20 }, { input: head, ...beside }]).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { data, width: 760, height: 640, channels: 3 };
  };

  it.each([
    ['is not wished for', { faces: [{ index: 1, slimDegree: 2 }] }],
    ['is one more than maxFaces', { slimDegree: 2, maxFaces: 1 }],
  ])('keeps every pixel of its oval when it %s', async (_, options) => {
    const pixels = await pair();
    const both = await engine.detectFaces(pixels);
    expect(both).toHaveLength(2);
    const slimmed = await engine.slimPixels(pixels, options);
    const kept = both.find(({ box }) => !slimmed.faces.some((face) => face.slimDegree > 0 && face.box.x === box.x))!;
    const moved = both.find((face) => face !== kept)!;
    expect(changedIn(moved, pixels, slimmed.pixels)).toBeGreaterThan(1000);
    expect(changedIn(kept, pixels, slimmed.pixels)).toBe(0);
  });
});

/** Pixels in a face's oval that differ. */
function changedIn({ landmarks }: Face, before: PixelBuffer, after: PixelBuffer): number {
  const oval = [...ovalLeft, ...ovalRight.toReversed()].map((index) => landmarks[index]!);
  let changed = 0;
  for (let y = 0; y < before.height; y++) {
    for (let x = 0; x < before.width; x++) {
      const at = 3 * (y * before.width + x);
      if ([0, 1, 2].every((channel) => before.data[at + channel] === after.data[at + channel])) continue;
      let inside = false;
      oval.forEach((a, i) => {
        const b = oval[(i + 1) % oval.length]!;
        if (a.y > y + 0.5 !== b.y > y + 0.5 && x + 0.5 < a.x + ((y + 0.5 - a.y) * (b.x - a.x)) / (b.y - a.y)) inside = !inside;
      });
      if (inside) changed++;
    }
  }
  return changed;
}
