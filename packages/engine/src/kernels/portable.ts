import type { KernelModule } from './kernel-module.ts';

/** Memory grows in pages, as wasm's does, so views of its integers always fit. */
const pageSize = 2 ** 16;

/**
 * The kernels in TypeScript: the oracle of the wasm ones in tests, and their replacement on a host without wasm SIMD.
 * Unlike those it takes any number of channels.
 */
export function createPortableKernels(): KernelModule {
  let memory = new Uint8Array(pageSize);

  return {
    reserve(bytes) {
      if (memory.length < bytes) memory = new Uint8Array(pageSize * Math.ceil(bytes / pageSize));
      return memory;
    },

    warpRows(source, sourceStride, originX, originY, grid, nodes, stepBits, weights, target, width, channels, firstRow, rows) {
      const displacement = new Int32Array(memory.buffer, grid);
      const weight = new Int16Array(memory.buffer, weights, 1024);
      const step = 1 << stepBits;

      for (let y = firstRow; y < firstRow + rows; y++) {
        const below = y & (step - 1);
        const gridRow = (y >> stepBits) * nodes * 2;
        const out = target + (y - firstRow) * width * channels;
        const plain = source + (y + originY) * sourceStride + originX * channels;

        for (let x0 = 0; x0 < width; x0 += step) {
          const span = Math.min(step, width - x0);
          const above = gridRow + (x0 >> stepBits) * 2;
          const under = above + nodes * 2;
          if (isStill(displacement, above) && isStill(displacement, under)) {
            memory.copyWithin(out + x0 * channels, plain + x0 * channels, plain + (x0 + span) * channels);
            continue;
          }

          const edge = (lane: number): number =>
            (displacement[above + lane]! * (step - below) + displacement[under + lane]! * below) >> stepBits;
          const dx = edge(0);
          const dy = edge(1);
          const stepX = ((edge(2) - dx) >> stepBits) + 0x10000;
          const stepY = (edge(3) - dy) >> stepBits;
          let sx = ((x0 + originX) << 16) + dx + 128; // + 128 rounds to the 256 phases
          let sy = ((y + originY) << 16) + dy + 128;

          for (let i = 0; i < span; i++) {
            const first = source + ((sy >> 16) - 1) * sourceStride + ((sx >> 16) - 1) * channels;
            const phaseX = ((sx >> 8) & 0xff) << 2;
            const phaseY = ((sy >> 8) & 0xff) << 2;
            for (let channel = 0; channel < channels; channel++) {
              memory[out + (x0 + i) * channels + channel] = cubic(memory, first + channel, sourceStride, channels, weight, phaseX, phaseY);
            }
            sx += stepX;
            sy += stepY;
          }
        }
      }
    },

    halve(top, bottom, target, width) {
      for (let x = 0; x < width; x++) {
        const left = 6 * x;
        for (let channel = 0; channel < 3; channel++) {
          const at = left + channel;
          const sum = memory[top + at]! + memory[top + at + 3]! + memory[bottom + at]! + memory[bottom + at + 3]!;
          memory[target + 3 * x + channel] = (sum + 2) >> 2;
        }
      }
    },
  };
}

/** Whether two neighbouring nodes of a grid row are both zero. */
function isStill(displacement: Int32Array, at: number): boolean {
  return (displacement[at]! | displacement[at + 1]! | displacement[at + 2]! | displacement[at + 3]!) === 0;
}

/** One channel of one pixel: four rows to Q6, then one column of them to 8 bits. */
function cubic(memory: Uint8Array, first: number, rowStride: number, tapStride: number, weight: Int16Array, phaseX: number, phaseY: number): number {
  let sum = 0;
  for (let row = 0; row < 4; row++) {
    const at = first + row * rowStride;
    const across =
      memory[at]! * weight[phaseX]! +
      memory[at + tapStride]! * weight[phaseX + 1]! +
      memory[at + 2 * tapStride]! * weight[phaseX + 2]! +
      memory[at + 3 * tapStride]! * weight[phaseX + 3]!;
    sum += ((across + 128) >> 8) * weight[phaseY + row]!;
  }
  const value = (sum + (1 << 19)) >> 20;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
