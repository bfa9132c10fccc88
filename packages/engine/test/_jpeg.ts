/** How a picture is to be coded, in ways that sharp reads but does not write. */
export interface JpegCoding {
  /** Sampling factors across and down, for each of 1, 3 or 4 components: `[[2, 1], [1, 1], [1, 1]]` is 4:2:2. */
  readonly factors: readonly (readonly [across: number, down: number])[];
  /** Last byte of Adobe's marker: 0 for samples as they are, 1 for YCbCr, 2 for YCCK; without it there is no marker. */
  readonly adobe?: 0 | 1 | 2;
  /** MCUs between restart markers. */
  readonly restart?: number;
}

/** Sides in pixels, and a plane of 8-bit samples for each component. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Uint8Array[];
}

/**
 * A baseline JPEG (ITU-T T.81) with nearly no loss: all quantisers are 1. Its Huffman codes all have one length, 4 bits for
 * DC and 8 for AC, so that a code is the index of its symbol.
 */
export function codeJpeg({ width, height, planes }: Planes, { factors, adobe, restart = 0 }: JpegCoding): Buffer {
  const across = Math.max(...factors.map(([h]) => h));
  const down = Math.max(...factors.map(([, v]) => v));
  const [columns, rows] = [Math.ceil(width / (8 * across)), Math.ceil(height / (8 * down))];
  const dcSymbols = Array.from({ length: 12 }, (_, i) => i);
  const acSymbols = [0x00, 0xf0, ...Array.from({ length: 160 }, (_, i) => (Math.floor(i / 10) << 4) | ((i % 10) + 1))];
  const segment = (marker: number, payload: readonly number[]): Buffer => Buffer.from([0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 255, ...payload]);
  const counts = (length: number, count: number): number[] => Array.from({ length: 16 }, (_, i) => (i === length - 1 ? count : 0));
  const head = [
    Buffer.from([0xff, 0xd8]),
    ...(adobe === undefined ? [] : [segment(0xee, [...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, adobe])]),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => 1)]),
    segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, factors.length, ...factors.flatMap(([h, v], i) => [i + 1, (h << 4) | v, 0])]),
    segment(0xc4, [0x00, ...counts(4, 12), ...dcSymbols]),
    segment(0xc4, [0x10, ...counts(8, 162), ...acSymbols]),
    ...(restart === 0 ? [] : [segment(0xdd, [restart >> 8, restart & 255])]),
    segment(0xda, [factors.length, ...factors.flatMap((_, i) => [i + 1, 0]), 0, 63, 0]),
  ];

  const scan: number[] = [];
  let [held, bits] = [0, 0];
  const put = (value: number, length: number): void => {
    for (let i = length - 1; i >= 0; i--) {
      held = (held << 1) | ((value >> i) & 1);
      if (++bits < 8) continue;
      scan.push(held);
      if (held === 0xff) scan.push(0);
      [held, bits] = [0, 0];
    }
  };
  const flush = (): void => {
    while (bits > 0) put(1, 1);
  };
  const putNumber = (value: number, size: number): void => put(value < 0 ? value + 2 ** size - 1 : value, size);
  const sizeOf = (value: number): number => 32 - Math.clz32(Math.abs(value));

  const before = factors.map(() => 0);
  for (let mcu = 0; mcu < columns * rows; mcu++) {
    if (restart > 0 && mcu > 0 && mcu % restart === 0) {
      flush();
      scan.push(0xff, 0xd0 + ((mcu / restart - 1) % 8));
      before.fill(0);
    }
    for (const [component, [h, v]] of factors.entries()) {
      const [wide, high] = [across / h, down / v]; // samples of the picture in one of the component
      for (let block = 0; block < h * v; block++) {
        const left = 8 * across * (mcu % columns) + 8 * wide * (block % h);
        const top = 8 * down * Math.floor(mcu / columns) + 8 * high * Math.floor(block / h);
        const mean = (x: number, y: number): number => {
          let sum = 0;
          for (let j = 0; j < high; j++) for (let i = 0; i < wide; i++) sum += planes[component]![Math.min(height - 1, top + y * high + j) * width + Math.min(width - 1, left + x * wide + i)]!;
          return sum / (wide * high) - 128;
        };
        const coefficients = transform(mean);
        const step = coefficients[0]! - before[component]!;
        before[component] = coefficients[0]!;
        put(sizeOf(step), 4);
        putNumber(step, sizeOf(step));
        let run = 0;
        const last = coefficients.findLastIndex((value) => value !== 0);
        for (let i = 1; i <= last; i++) {
          const value = coefficients[i]!;
          if (value === 0) {
            run++;
            continue;
          }
          for (; run > 15; run -= 16) put(1, 8);
          put(acSymbols.indexOf((run << 4) | sizeOf(value)), 8);
          putNumber(value, sizeOf(value));
          run = 0;
        }
        if (last < 63) put(0, 8);
      }
    }
  }
  flush();
  return Buffer.concat([...head, Buffer.from(scan), Buffer.from([0xff, 0xd9])]);
}

const cosines = Float64Array.from({ length: 64 }, (_, i) => (i < 8 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (i % 8) + 1) * Math.floor(i / 8) * Math.PI) / 16));

/** Places of a block in the order of their frequency. */
const zigzag = Array.from({ length: 64 }, (_, i) => i).toSorted((a, b) => {
  const [sumA, sumB] = [(a >> 3) + (a & 7), (b >> 3) + (b & 7)];
  return sumA - sumB || (sumA % 2 === 0 ? b - a : a - b);
});

/** The 64 coefficients of a block, whole, in zigzag order. */
function transform(sample: (x: number, y: number) => number): number[] {
  const rowwise = new Float64Array(64);
  for (let y = 0; y < 8; y++) {
    const row = Array.from({ length: 8 }, (_, x) => sample(x, y));
    for (let u = 0; u < 8; u++) for (let x = 0; x < 8; x++) rowwise[8 * y + u]! += cosines[8 * u + x]! * row[x]!;
  }
  return zigzag.map((place) => {
    let sum = 0;
    for (let y = 0; y < 8; y++) sum += cosines[8 * (place >> 3) + y]! * rowwise[8 * y + (place & 7)]!;
    return Math.max(-1023, Math.min(1023, Math.round(sum)));
  });
}
