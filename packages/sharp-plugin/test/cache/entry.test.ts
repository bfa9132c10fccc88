import type { PixelBuffer, SlimmedFace } from '@slimface/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedBox, nothing } from '../../src/cache/changed-box.ts';
import { fromEntry, toEntry } from '../../src/cache/entry.ts';

const face: SlimmedFace = { box: { x: 1.5, y: 2, width: 3, height: 4 }, landmarks: [{ x: 1, y: 2 }], presence: 0.75, slimDegree: 1.2 };
const measured: SlimmedFace = { ...face, roll: -3, yaw: 20, pitch: 0, narrowing: { pixels: 4.25, percent: -1 }, lambda: 0.5, warnings: ['FACE_PROFILE'] };

/** Two images of one form, of which the second differs in some samples. */
const pairs = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }), channels: fc.constantFrom(1, 2, 3, 4), deep: fc.boolean() })
  .chain(({ width, height, channels, deep }) => {
    const length = width * height * channels;
    return fc.record({ changes: fc.array(fc.tuple(fc.nat(length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }), seed: fc.nat(255) }).map(({ changes, seed }) => {
      const data = deep ? new Uint16Array(length) : new Uint8Array(length);
      for (let i = 0; i < length; i++) data[i] = i * 7 + seed;
      const before = { data, width, height, channels } as PixelBuffer;
      const after = { ...before, data: data.slice() };
      for (const [at, by] of changes) after.data[at]! ^= by;
      return { before, after };
    });
  });

describe('a cache entry', () => {
  it('repeats every change on the same pixels, in memory of its own, and holds no more than the box of the changes', () => {
    fc.assert(
      fc.property(pairs, ({ before, after }) => {
        const untouched = before.data.slice();
        const entry = toEntry(before, { pixels: after, faces: [face, measured] });
        const repeated = fromEntry(before, entry)!;
        expect(repeated.faces).toEqual([face, measured]);
        expect([...(repeated.pixels ?? before).data]).toEqual([...after.data]);
        expect([...before.data]).toEqual([...untouched]);
        if (repeated.pixels !== undefined) expect(repeated.pixels.data.buffer).toBeInstanceOf(SharedArrayBuffer);
        const box = changedBox(before, after);
        const changed = [...before.data].flatMap((sample, i) => (sample === after.data[i] ? [] : [Math.floor(i / before.channels)]));
        const [columns, rows] = [changed.map((i) => i % before.width), changed.map((i) => Math.floor(i / before.width))];
        const [left, top] = [Math.min(...columns), Math.min(...rows)];
        const around = { left, top, width: Math.max(...columns) + 1 - left, height: Math.max(...rows) + 1 - top };
        expect(box).toEqual(changed.length === 0 ? nothing : around);
      }),
    );
  });

  it('remembers that nothing was to change', () => {
    const source: PixelBuffer = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };
    expect(fromEntry(source, toEntry(source, { pixels: undefined, faces: [] }))).toEqual({ pixels: undefined, faces: [] });
  });

  it('is nothing when what it says of a face makes no sense', () => {
    const source: PixelBuffer = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };
    const wrong: Record<string, unknown>[] = [{ box: null }, { box: { x: 1, y: 2, width: 3 } }, { landmarks: {} }, { landmarks: [{ x: 1 }] }, { presence: '1' }, { slimDegree: null }, { narrowing: null }, { narrowing: { pixels: 1 } }, { lambda: null }, { warnings: 'FACE_SMALL' }, { warnings: [1] }, { yaw: '3' }];
    for (const change of wrong) {
      expect(fromEntry(source, toEntry(source, { pixels: undefined, faces: [face, { ...measured, ...change }] as never })), JSON.stringify(change)).toBeUndefined();
    }
    expect(fromEntry(source, toEntry(source, { pixels: undefined, faces: [null] as never }))).toBeUndefined();
  });

  it('is nothing when it was cut off, damaged, or made for another image', () => {
    const source: PixelBuffer = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64, channels: 3 };
    const after = { ...source, data: source.data.map((_, i) => i % 256) };
    const entry = toEntry(source, { pixels: after, faces: [face] });
    expect(fromEntry(source, entry)).toBeDefined();
    for (const length of [0, 3, 4, 50, entry.length - 1]) expect(fromEntry(source, entry.subarray(0, length))).toBeUndefined();
    expect(fromEntry({ data: new Uint8Array(32 * 32 * 3), width: 32, height: 32, channels: 3 }, entry)).toBeUndefined();
    expect(fromEntry({ ...source, data: new Uint16Array(64 * 64 * 3) }, entry)).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        expect(fromEntry(source, garbage)).toBeUndefined();
      }),
    );
    const withHeader = (header: unknown) => {
      const json = Buffer.from(JSON.stringify(header));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(json.length);
      return Buffer.concat([length, json]);
    };
    for (const header of [null, 7, {}, { faces: 1 }, { faces: [], left: -1, top: 0, width: 0, height: 0 }, { faces: [], left: 0, top: 0, width: 1e15, height: 0 }]) {
      expect(fromEntry(source, withHeader(header))).toBeUndefined();
    }
  });
});
