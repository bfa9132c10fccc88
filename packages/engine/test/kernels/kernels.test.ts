import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cubicWeights } from '../../src/kernels/cubic-weights.ts';
import type { KernelModule } from '../../src/kernels/kernel-module.ts';
import { loadKernels } from '../../src/kernels/load-kernels.ts';
import { createPortableKernels } from '../../src/kernels/portable.ts';

const portable = createPortableKernels();
let wasm: KernelModule;
beforeAll(async () => {
  wasm = await loadKernels();
});

/** Repeatable noise, 0 to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

interface Scene {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly stepBits: number;
  readonly grid: Int32Array;
  readonly source: Uint8Array;
}

const margin = 40;

function createScene(seed: number, channels: number, stepBits: number, amplitude: number): Scene {
  const random = createRandom(seed);
  const [width, height] = [50 + Math.floor(random() * 90), 40 + Math.floor(random() * 60)];
  const step = 2 ** stepBits;
  const nodes = (Math.ceil(width / step) + 1) * (Math.ceil(height / step) + 1);
  const grid = Int32Array.from({ length: 2 * nodes }, () => (random() < 0.3 ? 0 : Math.round((random() - 0.5) * 2 * amplitude * 65536)));
  const source = Uint8Array.from({ length: (width + 2 * margin) * (height + 2 * margin) * channels }, () => Math.floor(random() * 256));
  return { width, height, channels, stepBits, grid, source };
}

function warpWith(kernels: KernelModule, { width, height, channels, stepBits, grid, source }: Scene): Uint8Array {
  const stride = (width + 2 * margin) * channels;
  const gridAt = 2048;
  const sourceAt = gridAt + grid.byteLength;
  const targetAt = sourceAt + source.length + 16;
  const memory = kernels.reserve(targetAt + width * height * channels + 16);
  memory.set(new Uint8Array(cubicWeights.buffer), 0);
  memory.set(new Uint8Array(grid.buffer), gridAt);
  memory.set(source, sourceAt);
  const nodes = Math.ceil(width / 2 ** stepBits) + 1;
  // In two goes, as the engine does it in strips.
  const first = 32;
  kernels.warpRows(sourceAt, stride, margin, margin, gridAt, nodes, stepBits, 0, targetAt, width, channels, 0, first);
  kernels.warpRows(sourceAt, stride, margin, margin, gridAt, nodes, stepBits, 0, targetAt + first * width * channels, width, channels, first, height - first);
  return memory.slice(targetAt, targetAt + width * height * channels);
}

it('runs the wasm kernels on this host, so that the comparison below means something', () => {
  expect(wasm.warpRows).not.toBe(portable.warpRows);
  expect(String(wasm.warpRows)).toContain('native code');
});

it('falls back on the portable twin where the host refuses the wasm', async () => {
  const { WebAssembly: host } = globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } };
  const validate = vi.spyOn(host, 'validate').mockReturnValue(false);
  const fallback = await loadKernels();
  validate.mockRestore();
  expect(String(fallback.warpRows)).not.toContain('native code');
  const scene = createScene(7, 3, 3, 9);
  expect(Buffer.compare(warpWith(fallback, scene), warpWith(wasm, scene))).toBe(0);
});

describe.each([3, 4])('%i channels', (channels) => {
  it.each([0, 1, 2, 3, 4])('gives the same bits as the portable twin, grid step 2^%i', (stepBits) => {
    for (let seed = 1; seed <= 40; seed++) {
      const scene = createScene(seed * 977 + stepBits, channels, stepBits, 0.5 + seed * 0.8);
      expect(Buffer.compare(warpWith(wasm, scene), warpWith(portable, scene))).toBe(0);
    }
  });

  it('keeps every pixel that does not move, to the bit', () => {
    const scene = createScene(5, channels, 3, 0);
    const { width, height, source } = scene;
    const warped = warpWith(wasm, scene);
    for (let y = 0; y < height; y++) {
      const start = ((y + margin) * (width + 2 * margin) + margin) * channels;
      expect(Buffer.compare(warped.subarray(y * width * channels, (y + 1) * width * channels), source.subarray(start, start + width * channels))).toBe(0);
    }
  });
});

it('interpolates as Keys wrote it down, to within one level', () => {
  const scene = createScene(11, 3, 3, 12);
  const { width, height, channels, grid, source, stepBits } = scene;
  const warped = warpWith(wasm, scene);
  const columns = Math.ceil(width / 8) + 1;
  const stride = width + 2 * margin;
  const keys = (t: number): number[] => {
    const a = -0.75;
    const near = (x: number): number => (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
    const far = (x: number): number => a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a;
    return [far(1 + t), near(t), near(1 - t), far(2 - t)];
  };
  let worst = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row, fx, fy] = [x >> stepBits, y >> stepBits, (x & 7) / 8, (y & 7) / 8];
      const node = (c: number, r: number, lane: number): number => grid[2 * ((row + r) * columns + column + c) + lane]! / 65536;
      const lerp = (lane: number): number =>
        (node(0, 0, lane) * (1 - fx) + node(1, 0, lane) * fx) * (1 - fy) + (node(0, 1, lane) * (1 - fx) + node(1, 1, lane) * fx) * fy;
      // The kernels tell 256 positions in a pixel apart.
      const [sx, sy] = [lerp(0) + x + margin, lerp(1) + y + margin].map((s) => Math.round(s * 256) / 256) as [number, number];
      const [wx, wy] = [keys(sx - Math.floor(sx)), keys(sy - Math.floor(sy))];
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let j = 0; j < 4; j++) {
          for (let i = 0; i < 4; i++) sum += wy[j]! * wx[i]! * source[((Math.floor(sy) - 1 + j) * stride + Math.floor(sx) - 1 + i) * channels + channel]!;
        }
        const exact = Math.min(255, Math.max(0, sum));
        const error = Math.abs(exact - warped[(y * width + x) * channels + channel]!);
        if (error > 1.6) worst++; // a phase that rounds the other way, on noise
      }
    }
  }
  expect(worst / (width * height * channels)).toBeLessThan(0.01);
});

it('has weights whose rows sum to one and leave whole positions alone', () => {
  for (let phase = 0; phase < 256; phase++) {
    const row = cubicWeights.subarray(4 * phase, 4 * phase + 4);
    expect(row.reduce((sum, weight) => sum + weight, 0)).toBe(16384);
  }
  expect([...cubicWeights.subarray(0, 4)]).toEqual([0, 16384, 0, 0]);
});

it('halves rows to the same bits as the portable twin, and to the rounded mean', () => {
  const random = createRandom(3);
  for (let width = 1; width <= 40; width++) {
    const rows = Uint8Array.from({ length: 2 * (width * 6 + 16) }, () => Math.floor(random() * 256));
    const [bottom, target] = [width * 6 + 16, rows.length];
    const halved = [wasm, portable].map((kernels) => {
      const memory = kernels.reserve(rows.length + width * 3 + 16);
      memory.set(rows);
      kernels.halve(0, bottom, target, width);
      return memory.slice(target, target + width * 3);
    });
    const mean = Uint8Array.from({ length: width * 3 }, (_, i) => {
      const left = 6 * Math.floor(i / 3) + (i % 3);
      return (rows[left]! + rows[left + 3]! + rows[bottom + left]! + rows[bottom + left + 3]! + 2) >> 2;
    });
    expect(halved[0]).toEqual(mean);
    expect(halved[1]).toEqual(mean);
  }
});
