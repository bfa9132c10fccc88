import { readTiffDirectory, tiffByteOrder, tiffNumber, tiffTypeSizes, type TiffDirectory } from '@slimface/core';
import { withoutThumbnailResources } from './photoshop.ts';
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
const [xmpTag, photoshopTag, compressionTag, interopTag, offsetType] = [700, 34377, 259, 40965, 13];

/** How the pixels of a TIFF file are compressed, as TIFF numbers it: 1 not at all, 5 LZW, 7 JPEG, 8 Deflate. */
export function tiffCompression(bytes: Uint8Array): number {
  const { little, directory } = firstDirectory(bytes);
  return tiffNumber(bytes, directory.entries.get(compressionTag), little) ?? 1;
}

/**
 * Gives an encoded TIFF the tags of another that do not say how its pixels are coded: orientation, density, ICC profile, XMP,
 * IPTC, texts, EXIF and GPS. Their values keep their bytes, but for the byte order, which is that of the encoded file, and
 * for pictures of the picture. Layers of Photoshop and maker notes that point elsewhere in the file do not come along.
 */
export function keepTiffMetadata(source: Uint8Array, encoded: Uint8Array): Uint8Array {
  const from = firstDirectory(source);
  const to = firstDirectory(encoded);
  const coding = [...to.directory.entries.values()]
    .filter(({ tag }) => codingTags.has(tag))
    .map(({ tag, type, count, at, size }): Entry => ({ tag, type, count, data: inOrder(encoded.subarray(at, at + size), type, to.little, to.little) }));
  const file = createTail(encoded.length + (encoded.length & 1), to.little);
  const start = file.addDirectory([...coding, ...carriedEntries(source, from.directory, from.little, to.little, file)]);
  const whole = Buffer.concat([encoded, Buffer.alloc(encoded.length & 1), ...file.parts]);
  new DataView(whole.buffer, whole.byteOffset).setUint32(4, start, to.little);
  return whole;
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Uint8Array;
}

function firstDirectory(bytes: Uint8Array): { little: boolean; directory: TiffDirectory } {
  const little = tiffByteOrder(bytes)!;
  const start = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, little);
  return { little, directory: readTiffDirectory(bytes, start, little)! };
}

function carriedEntries(bytes: Uint8Array, directory: TiffDirectory, fromLittle: boolean, toLittle: boolean, file: Tail, depth = 0): Entry[] {
  return [...directory.entries.values()].flatMap((entry): Entry[] => {
    const { tag, type, at, size } = entry;
    if ((depth === 0 && codingTags.has(tag)) || tag === subDirectories) return [];
    if (directoryTags.has(tag) || (depth > 0 && tag === interopTag)) {
      const inner = depth > 1 ? undefined : readTiffDirectory(bytes, tiffNumber(bytes, entry, fromLittle) ?? 0, fromLittle);
      if (inner === undefined) return [];
      const start = file.addDirectory(carriedEntries(bytes, inner, fromLittle, toLittle, file, depth + 1));
      return [{ tag, type: 4, count: 1, data: file.toLong(start) }];
    }
    if (type === offsetType) return [];
    const data = inOrder(bytes.subarray(at, at + size), type, fromLittle, toLittle);
    const kept = tag === xmpTag ? withoutPictures(data) : tag === photoshopTag ? withoutThumbnailResources(data) : data;
    return kept.length === 0 ? [] : [{ tag, type, count: kept.length / tiffTypeSizes[type]!, data: kept }];
  });
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

/** What is written behind the pixels of a TIFF file: values and directories. */
interface Tail {
  readonly parts: readonly Uint8Array[];
  toLong(value: number): Uint8Array;
  /** @returns where the directory is in the file */
  addDirectory(entries: readonly Entry[]): number;
}

function createTail(start: number, little: boolean): Tail {
  const parts: Uint8Array[] = [];
  let end = start;

  /** Everything starts at an even offset. */
  function add(data: Uint8Array): number {
    const at = end;
    parts.push(data, new Uint8Array(data.length & 1));
    end += data.length + (data.length & 1);
    return at;
  }

  function toLong(value: number): Uint8Array {
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, value, little);
    return data;
  }

  function addDirectory(entries: readonly Entry[]): number {
    const directory = new Uint8Array(2 + 12 * entries.length + 4);
    const view = new DataView(directory.buffer);
    view.setUint16(0, entries.length, little);
    for (const [i, { tag, type, count, data }] of entries.toSorted((a, b) => a.tag - b.tag).entries()) {
      const at = 2 + 12 * i;
      view.setUint16(at, tag, little);
      view.setUint16(at + 2, type, little);
      view.setUint32(at + 4, count, little);
      directory.set(data.length <= 4 ? data : toLong(add(data)), at + 8);
    }
    return add(directory);
  }

  return { parts, toLong, addDirectory };
}
