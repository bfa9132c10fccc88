import { mostTiffEntries, readTiffDirectory, tiffByteOrder, tiffNumber, tiffTypeSizes, type TiffDirectory, type TiffEntry, UnreadableImageError } from '@slimface/core';
import { holdsJpeg } from './holds-jpeg.ts';
import { withoutIptcPreviews } from './iptc.ts';
import { withoutThumbnailResources } from './photoshop.ts';
import { createTail, type Entry, type Tail } from './tiff-tail.ts';
import { withoutPictures } from './xmp.ts';

/** Tags of TIFF 6.0 and its supplements that say how the pixels are coded and where they are, and Photoshop's layers. */
const codingTags = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291, 292, 293, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326,
  327, 328, 332, 334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 32995, 32996, 37724,
]);
/** Directories of their own: EXIF and GPS. */
const directoryTags = new Set([34665, 34853]);
/** Further pictures: pages below this one. */
const subDirectories = 330;
const [xmpTag, iptcTag, photoshopTag, iccTag, makerNote] = [700, 33723, 34377, 34675, 37500];
const [compressionTag, photometricTag, interopTag, offsetType] = [259, 262, 40965, 13];
/** Starts of the datasets 2:200 to 2:202 of IPTC, which are a preview (IPTC-IIM 4.2, section 6). */
const previewDatasets = [200, 201, 202].map((dataset) => Buffer.from([0x1c, 2, dataset]));

/** How the pixels of a TIFF file are compressed, as TIFF numbers it: 1 not at all, 5 LZW, 7 JPEG, 8 Deflate. */
export function tiffCompression(bytes: Uint8Array): number {
  const { little, directory } = firstDirectory(bytes);
  return tiffNumber(bytes, directory.entries.get(compressionTag), little) ?? 1;
}

/** Whether the pixels are CIELab, ICCLab or ITULab: photometric interpretations 8 to 10. */
export function isLabTiff(bytes: Uint8Array): boolean {
  const { little, directory } = firstDirectory(bytes);
  const photometric = tiffNumber(bytes, directory.entries.get(photometricTag), little);
  return photometric !== undefined && photometric >= 8 && photometric <= 10;
}

/**
 * Gives an encoded TIFF the tags of another that do not say how its pixels are coded: orientation, density, ICC profile, XMP,
 * IPTC, texts, EXIF and GPS. Their values keep their bytes, but for the byte order, which is that of the encoded file, and
 * for pictures of the picture. Layers of Photoshop, maker notes, and values with a JPEG in them do not come along.
 *
 * @throws {UnreadableImageError} a directory of more than 512 entries, or values that overlap: a small file would become a huge one
 */
export function keepTiffMetadata(source: Uint8Array, encoded: Uint8Array): Uint8Array {
  const from = firstDirectory(source);
  const to = firstDirectory(encoded);
  const coding = [...to.directory.entries.values()]
    .filter(({ tag }) => codingTags.has(tag))
    .map(({ tag, type, count, at, size }): Entry => ({ tag, type, count, data: inOrder(encoded.subarray(at, at + size), type, to.little, to.little) }));
  const file = createTail(encoded.length + (encoded.length & 1), to.little);
  const reader = createReader(source, from.little, to.little);
  const start = file.addDirectory([...coding, ...carriedEntries(from.directory, reader, file)]);
  const whole = Buffer.concat([encoded, Buffer.alloc(encoded.length & 1), ...file.parts]);
  new DataView(whole.buffer, whole.byteOffset).setUint32(4, start, to.little);
  return whole;
}

function firstDirectory(bytes: Uint8Array): { little: boolean; directory: TiffDirectory } {
  const little = tiffByteOrder(bytes)!;
  const start = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, little);
  return { little, directory: readTiffDirectory(bytes, start, little, mostTiffEntries)! };
}

/** The file that values come from. */
interface Reader {
  /** The values of an entry, in the byte order of the encoded file. */
  values(entry: TiffEntry): Uint8Array;
  /** The directory that an entry points at. */
  directory(entry: TiffEntry): TiffDirectory | undefined;
}

function createReader(bytes: Uint8Array, little: boolean, toLittle: boolean): Reader {
  let left = bytes.length;
  return {
    values({ type, at, size }) {
      if ((left -= size) < 0) throw new UnreadableImageError(`the values of the TIFF directories overlap: they are more than the ${bytes.length} bytes of the file`);
      return inOrder(bytes.subarray(at, at + size), type, little, toLittle);
    },
    directory: (entry) => readTiffDirectory(bytes, tiffNumber(bytes, entry, little) ?? 0, little, mostTiffEntries),
  };
}

function carriedEntries(directory: TiffDirectory, reader: Reader, file: Tail, depth = 0): Entry[] {
  return [...directory.entries.values()].flatMap((entry): Entry[] => {
    const { tag, type } = entry;
    if ((depth === 0 && codingTags.has(tag)) || tag === subDirectories || tag === makerNote) return [];
    if (directoryTags.has(tag) || (depth > 0 && tag === interopTag)) {
      const inner = depth > 1 ? undefined : reader.directory(entry);
      if (inner === undefined) return [];
      const start = file.addDirectory(carriedEntries(inner, reader, file, depth + 1));
      return [{ tag, type: 4, count: 1, data: file.toLong(start) }];
    }
    if (type === offsetType) return [];
    const kept = withoutOldFace(entry, reader.values(entry));
    return kept.length === 0 ? [] : [{ tag, type, count: kept.length / tiffTypeSizes[type]!, data: kept }];
  });
}

/** Values without pictures of the picture; none where they cannot be taken out. */
function withoutOldFace({ tag, type }: TiffEntry, data: Uint8Array): Uint8Array {
  if (tag === iccTag) return data; // its tables hold any bytes
  const isBytes = tiffTypeSizes[type] === 1;
  const kept = tag === xmpTag ? withoutPictures(data) : tag === photoshopTag ? withoutThumbnailResources(data) : tag === iptcTag && isBytes ? withoutIptcPreviews(data) : data;
  return holdsJpeg(kept) || (tag === iptcTag && hasPreview(kept)) ? new Uint8Array() : kept;
}

/** Whether a preview is left in IPTC: of a damaged dataset, or because the bytes are stored as if they were numbers of type LONG, in whichever order. */
function hasPreview(iptc: Uint8Array): boolean {
  const turned = Buffer.from(iptc.subarray(0, iptc.length & ~3)).swap32();
  return previewDatasets.some((start) => turned.includes(start) || Buffer.from(iptc).includes(start));
}

/** Values in the byte order of another file; those of type RATIONAL are two numbers of 4 bytes each. */
function inOrder(data: Uint8Array, type: number, fromLittle: boolean, toLittle: boolean): Uint8Array {
  if (fromLittle === toLittle) return data;
  const unit = type === 5 || type === 10 ? 4 : tiffTypeSizes[type]!;
  const turned = Buffer.from(data);
  if (unit === 2) turned.swap16();
  if (unit === 4) turned.swap32();
  if (unit === 8) turned.swap64();
  return turned;
}
