import { UnreadableImageError } from '../errors/image-errors.ts';

/** One entry of a TIFF directory. */
export interface TiffEntry {
  readonly tag: number;
  /** 1 BYTE, 2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL and so on (TIFF 6.0, section 2). */
  readonly type: number;
  readonly count: number;
  /** Offset of the values: in the entry itself when they take 4 bytes or less. */
  readonly at: number;
  /** Bytes of all values. */
  readonly size: number;
}

/** One directory of a TIFF file, or of an EXIF block, which is built like one. */
export interface TiffDirectory {
  readonly entries: ReadonlyMap<number, TiffEntry>;
  /** Offset of the next directory, 0 behind the last. */
  readonly next: number;
}

/** Bytes of one value by its type, 0 for types that nobody knows. */
export const tiffTypeSizes: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

/** Entries of a directory; no camera and no program writes a quarter as many. */
export const mostTiffEntries = 512;

const [newSubfileType, imageWidth, imageLength, photometric, orientationTag, subDirectories, dngVersion] = [254, 256, 257, 262, 274, 330, 50706];
/** Photometric interpretations of what a sensor has seen: a colour filter array, and linear raw (DNG 1.7). */
const sensorPhotometrics: ReadonlySet<number> = new Set([32803, 34892]);
/** More pages than that are as many as anybody needs to know. */
const mostDirectories = 100;

/** Whether numbers are stored with their low byte first; undefined when the bytes do not start like a TIFF file. */
export function tiffByteOrder(bytes: Uint8Array): boolean | undefined {
  const mark = String.fromCharCode(...bytes.subarray(0, 4));
  return mark === 'II*\0' ? true : mark === 'MM\0*' ? false : undefined;
}

/**
 * Reads a directory. Entries of an unknown type, or whose values lie outside the bytes, are left out.
 *
 * @param mostEntries how many are put up with
 * @default mostEntries as many as a directory can have, 65535
 * @returns undefined when the directory itself is not within the bytes
 * @throws {UnreadableImageError} there are more entries
 */
export function readTiffDirectory(bytes: Uint8Array, start: number, little: boolean, mostEntries = 65535): TiffDirectory | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start < 8 || start + 2 > bytes.length) return undefined;
  const entryCount = view.getUint16(start, little);
  const end = start + 2 + 12 * entryCount;
  if (end > bytes.length) return undefined;
  if (entryCount > mostEntries) throw new UnreadableImageError(`a TIFF directory has ${entryCount} entries, more than ${mostEntries}`);
  const entries = new Map<number, TiffEntry>();
  for (let entry = start + 2; entry < end; entry += 12) {
    const [tag, type, count] = [view.getUint16(entry, little), view.getUint16(entry + 2, little), view.getUint32(entry + 4, little)];
    const size = count * (tiffTypeSizes[type] ?? 0);
    const at = size <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    if (size > 0 && at + size <= bytes.length) entries.set(tag, { tag, type, count, at, size });
  }
  return { entries, next: end + 4 <= bytes.length ? view.getUint32(end, little) : 0 };
}

/** The first value of an entry as a whole number; undefined for no entry or values that are none. */
export function tiffNumber(bytes: Uint8Array, entry: TiffEntry | undefined, little: boolean): number | undefined {
  if (entry === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + entry.at, entry.size);
  if (entry.type === 3) return view.getUint16(0, little);
  if (entry.type === 4 || entry.type === 13) return view.getUint32(0, little);
  return entry.type === 1 ? view.getUint8(0) : undefined;
}

/**
 * Size and orientation of a TIFF file and how many pages it has, of which reduced copies of the first do not count. A raw
 * photo in TIFF's clothes is told apart, since its first page is a preview only: DNG by its version, those of the makers
 * (NEF, ARW and their like) by a page below the first that is larger, or holds what the sensor has seen.
 *
 * @throws {UnreadableImageError} it is cut off or damaged, a directory has more than 512 entries, or values overlap, of which a
 *   decoder would make a copy each
 */
export function inspectTiff(bytes: Uint8Array): { width: number; height: number; orientation: number; pages: number; raw: 'dng' | 'other' | undefined } {
  const little = tiffByteOrder(bytes)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes.length < 8 ? 0 : view.getUint32(4, little);
  const directory = readTiffDirectory(bytes, start, little, mostTiffEntries);
  if (directory === undefined) throw new UnreadableImageError(`the TIFF file is cut off after ${bytes.length} bytes`);
  const number = (tag: number, of = directory): number => tiffNumber(bytes, of.entries.get(tag), little) ?? 0;
  const [width, height, orientation] = [number(imageWidth), number(imageLength), number(orientationTag)];
  if (width === 0 || height === 0) throw new UnreadableImageError(`the TIFF header states ${width} x ${height} px`);

  let [pages, left] = [1, bytes.length];
  const count = ({ entries }: TiffDirectory): void => {
    for (const { size } of entries.values()) left -= size;
    if (left < 0) throw new UnreadableImageError(`the values of the TIFF directories overlap: they are more than the ${bytes.length} bytes of the file`);
  };
  count(directory);
  const seen = new Set([start]);
  for (let at = directory.next; at !== 0 && seen.size < mostDirectories; ) {
    const further = seen.has(at) ? undefined : readTiffDirectory(bytes, at, little, mostTiffEntries);
    if (further === undefined) throw new UnreadableImageError(`the TIFF file is damaged near byte ${at}`);
    seen.add(at);
    count(further);
    if (!(number(newSubfileType, further) & 1)) pages++;
    at = further.next;
  }
  const inner = pagesBelow(bytes, directory, little);
  const isReduced = (number(newSubfileType) & 1) === 1 && directory.entries.has(subDirectories);
  const hasRaw = [directory, ...inner].some((page) => sensorPhotometrics.has(number(photometric, page)) || number(imageWidth, page) * number(imageLength, page) > width * height);
  const raw = directory.entries.has(dngVersion) ? 'dng' : isReduced || hasRaw ? 'other' : undefined;
  return { width, height, orientation: orientation >= 1 && orientation <= 8 ? orientation : 1, pages, raw };
}

/** The pages that a page holds (TIFF Technical Note 1). */
function pagesBelow(bytes: Uint8Array, { entries }: TiffDirectory, little: boolean): TiffDirectory[] {
  const entry = entries.get(subDirectories);
  if (entry === undefined || (entry.type !== 4 && entry.type !== 13)) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset + entry.at, entry.size);
  const starts = Array.from({ length: Math.min(entry.count, mostDirectories) }, (_, i) => view.getUint32(4 * i, little));
  return starts.map((start) => readTiffDirectory(bytes, start, little, mostTiffEntries)).filter((page) => page !== undefined);
}
