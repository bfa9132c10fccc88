import { readTiffDirectory, tiffByteOrder, tiffTypeSizes } from '@slimface/core';
import { stripJpeg } from './strip-jpeg.ts';

const [STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS, COMPRESSION, JPEG_TABLES] = [273, 279, 324, 325, 259, 347];
/** JPEG as TIFF 6.0 first had it, with tags of its own that nobody writes any more, and as it has it since. */
const [OLD_JPEG, JPEG] = [6, 7];
const [TEXT, SHORT, LONG] = [2, 3, 4];
/** What shows the picture (TIFF 6.0): its form, coding, way up, density and colours, and 34675, its ICC profile. */
const keptTags = new Set([
  254, 255, 256, 257, 258, COMPRESSION, 262, 266, STRIP_OFFSETS, 274, 277, 278, STRIP_COUNTS, 280, 281, 282, 283, 284, 292, 293, 296, 301, 317, 318, 319, 320, 322, 323,
  TILE_OFFSETS, TILE_COUNTS, 332, 334, 336, 338, 339, 340, 341, JPEG_TABLES, 529, 530, 531, 532, 34675,
]);

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly data: Buffer;
}

/**
 * Copies of a TIFF only what shows its first picture: nothing that it does not name is in the copy.
 *
 * @param bytes what `inspectImage` has accepted: values that overlap, each of which would be copied, are not among it
 */
export function stripTiff(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = tiffByteOrder(file);
  if (little === undefined) throw new RangeError('no TIFF');
  const order = little ? littleEndian : bigEndian;
  const entries = readEntries(file, order);
  const compression = numbersOf(entries, COMPRESSION, order)[0];
  if (compression === OLD_JPEG) throw new RangeError('a coding whose parts cannot be told');
  const [offsets, counts] = entries.has(TILE_OFFSETS) ? [TILE_OFFSETS, TILE_COUNTS] : [STRIP_OFFSETS, STRIP_COUNTS];
  const lengths = numbersOf(entries, counts, order);
  if (lengths.reduce((sum, length) => sum + length, 0) > file.length) throw new RangeError('parts that overlap'); // each would be copied
  const bare = (data: Buffer): Uint8Array => (compression === JPEG ? stripJpeg(data, 1) : data);
  const parts = numbersOf(entries, offsets, order).map((start, i) => bare(slice(file, start, lengths[i]!)));
  const tables = entries.get(JPEG_TABLES);
  if (tables !== undefined) entries.set(JPEG_TABLES, { ...tables, data: Buffer.from(stripJpeg(tables.data, 1)) });
  return write(entries, { offsets, counts, parts }, order);
}

type Order = { readonly mark: string; read(from: Buffer, at: number, bytes: number): number; write(to: Buffer, value: number, at: number, bytes: number): void };
const littleEndian: Order = { mark: 'II', read: (from, at, bytes) => from.readUIntLE(at, bytes), write: (to, value, at, bytes) => void to.writeUIntLE(value, at, bytes) };
const bigEndian: Order = { mark: 'MM', read: (from, at, bytes) => from.readUIntBE(at, bytes), write: (to, value, at, bytes) => void to.writeUIntBE(value, at, bytes) };

function readEntries(file: Buffer, order: Order): Map<number, Entry> {
  const directory = readTiffDirectory(file, order.read(file, 4, 4), order === littleEndian);
  if (directory === undefined) throw new RangeError('a directory that is cut off');
  const kept = [...directory.entries.values()].filter(({ tag, type }) => keptTags.has(tag) && type !== TEXT);
  return new Map(kept.map(({ tag, type, at, size }) => [tag, { tag, type, data: slice(file, at, size) }]));
}

function slice(file: Buffer, start: number, length: number): Buffer {
  if (!(start + length <= file.length)) throw new RangeError('a part that is cut off');
  return file.subarray(start, start + length);
}

/** The values of a tag whose type is SHORT or LONG. */
function numbersOf(entries: ReadonlyMap<number, Entry>, tag: number, { read }: Order): number[] {
  const { type, data } = entries.get(tag) ?? { type: LONG, data: Buffer.alloc(0) };
  const each = type === SHORT ? 2 : 4;
  if (type !== SHORT && type !== LONG) throw new RangeError('a tag of another type');
  return Array.from({ length: data.length / each }, (_, i) => read(data, i * each, each));
}

/** header, directory, its values, the picture */
function write(entries: Map<number, Entry>, { offsets, counts, parts }: { offsets: number; counts: number; parts: readonly Uint8Array[] }, order: Order): Uint8Array {
  const longs = (values: readonly number[]): Buffer => {
    const data = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => order.write(data, value, i * 4, 4));
    return data;
  };
  entries.set(counts, { tag: counts, type: LONG, data: longs(parts.map(({ length }) => length)) });
  entries.set(offsets, { tag: offsets, type: LONG, data: longs(parts.map(() => 0)) });
  const sorted = [...entries.values()].sort((a, b) => a.tag - b.tag);

  const even = (length: number): number => length + (length % 2);
  let end = 8 + 2 + sorted.length * 12 + 4;
  const place = (length: number): number => (end += even(length)) - even(length);
  const places = new Map(sorted.filter(({ data }) => data.length > 4).map(({ tag, data }) => [tag, place(data.length)]));
  const starts = parts.map(({ length }) => place(length));
  entries.set(offsets, { tag: offsets, type: LONG, data: longs(starts) });

  const file = Buffer.alloc(end);
  file.write(order.mark, 'latin1');
  order.write(file, 42, 2, 2);
  order.write(file, 8, 4, 4);
  order.write(file, sorted.length, 8, 2);
  sorted.forEach(({ tag, type }, i) => {
    const at = 10 + i * 12;
    const { data } = entries.get(tag)!;
    order.write(file, tag, at, 2);
    order.write(file, type, at + 2, 2);
    order.write(file, data.length / tiffTypeSizes[type]!, at + 4, 4);
    const start = places.get(tag);
    if (start !== undefined) order.write(file, start, at + 8, 4);
    data.copy(file, start ?? at + 8);
  });
  parts.forEach((part, i) => file.set(part, starts[i]));
  return file;
}
