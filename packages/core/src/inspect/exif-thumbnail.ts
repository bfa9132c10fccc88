import { withoutExifPrefix } from './exif.ts';
import { readTiffDirectory, tiffByteOrder, type TiffDirectory, type TiffEntry } from './tiff.ts';
import { wipeJpegs } from './wipe-jpegs.ts';

/** Tags of Exif 3.0 and TIFF 6.0: the orientation, maker notes, and directories below one. */
const [orientationTag, makerNoteTag, innerTags] = [0x0112, 0x927c, [0x8769, 0x014a]];
/** Offsets and lengths of a picture: as a JPEG, in strips, in tiles. */
const pictureTags = [[0x0201, 0x0202], [0x0111, 0x0117], [0x0144, 0x0145]] as const;
/** The photo, EXIF, the thumbnail and further previews: no camera writes as many. */
const mostDirectories = 16;

/**
 * A copy of an EXIF block, of the same length, without thumbnail and previews, which show the photo as it was: the
 * directory of the thumbnail is not linked any more, and the bytes are wiped. Where a block cannot be read, its JPEGs are
 * wiped all the same.
 *
 * @param exif with or without the `Exif` prefix that JPEG puts before it
 * @param options `upright` sets the orientation to 1, for pixels that have been turned
 * @returns without the prefix
 */
export function withoutExifThumbnail(exif: Uint8Array, { upright = false }: { upright?: boolean } = {}): Uint8Array {
  const tiff = Uint8Array.from(withoutExifPrefix(exif));
  const numbers = readNumbers(tiff, tiffByteOrder(tiff) ?? true);
  const directories = readDirectories(tiff, numbers);
  const [main] = directories;
  const orientation = main?.entries.get(orientationTag);
  if (upright && orientation !== undefined) numbers.set16(orientation.at, 1);
  if (main !== undefined && main.next !== 0) tiff.fill(0, main.end, main.end + 4);

  const tables = directories.map(({ start, end }) => [start, tiff.slice(start, end + 4)] as const);
  for (const { entries } of directories) {
    for (const [offsets, lengths] of pictureTags) wipePieces(tiff, numbers, entries.get(offsets), entries.get(lengths));
  }
  const notes = directories.flatMap(({ entries }) => entries.get(makerNoteTag) ?? []);
  wipeJpegs(Buffer.from(tiff.buffer), notes.map(({ at, size }) => [at, at + size]));
  for (const [start, table] of tables) tiff.set(table, start); // they stay, wherever an offset of a damaged block points
  return tiff;
}

interface Directory extends TiffDirectory {
  readonly start: number;
  /** Offset of the link to the next one. */
  readonly end: number;
}

/** The first directory, the chain behind it, and those that hang below, as far as they can be read. */
function readDirectories(tiff: Uint8Array, numbers: Numbers): Directory[] {
  if (tiff.length < 8) return [];
  const found = new Map<number, Directory>();
  const ahead = [numbers.get32(4)];
  for (let start = ahead.shift(); start !== undefined && found.size < mostDirectories; start = ahead.shift()) {
    const directory = found.has(start) ? undefined : readTiffDirectory(tiff, start, numbers.little);
    if (directory === undefined) continue;
    found.set(start, { ...directory, start, end: start + 2 + 12 * numbers.get16(start) });
    ahead.push(directory.next);
    for (const inner of innerTags.flatMap((tag) => directory.entries.get(tag) ?? [])) {
      for (let i = 0; i < Math.min(inner.count, mostDirectories); i++) ahead.push(numbers.at(inner, i));
    }
  }
  return [...found.values()];
}

/** Wipes all pieces of a picture, but no more bytes than there are: a hostile block could name all of them again and again. */
function wipePieces(tiff: Uint8Array, numbers: Numbers, offsets: TiffEntry | undefined, lengths: TiffEntry | undefined): void {
  let left = tiff.length;
  for (let i = 0; i < Math.min(offsets?.count ?? 0, lengths?.count ?? 0); i++) {
    const [offset, length] = [numbers.at(offsets!, i), Math.min(left, numbers.at(lengths!, i))];
    if (offset >= 8) tiff.fill(0, offset, offset + length);
    left -= length;
  }
}

interface Numbers {
  readonly little: boolean;
  get16(at: number): number;
  get32(at: number): number;
  set16(at: number, value: number): void;
  /** One of an entry's values, 0 where they are no whole numbers. */
  at(entry: TiffEntry, index: number): number;
}

function readNumbers(tiff: Uint8Array, little: boolean): Numbers {
  const view = new DataView(tiff.buffer);
  const get16 = (at: number): number => view.getUint16(at, little);
  const get32 = (at: number): number => view.getUint32(at, little);
  return {
    little,
    get16,
    get32,
    set16: (at, value) => view.setUint16(at, value, little),
    at: ({ type, at }, index) => (type === 3 ? get16(at + 2 * index) : type === 4 || type === 13 ? get32(at + 4 * index) : 0),
  };
}
