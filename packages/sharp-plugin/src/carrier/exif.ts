const prefix = Buffer.from('Exif\0\0', 'latin1');

/** Tags of Exif 3.0. */
const orientationTag = 0x0112;
/** Offset and length of a thumbnail: as a JPEG, and as uncompressed pixels in one strip. */
const thumbnailTags = [[0x0201, 0x0202], [0x0111, 0x0117]] as const;

/**
 * A copy of an EXIF block for pixels that are upright by now: orientation 1, and no thumbnail. A block that cannot be read
 * is copied as far as it was understood.
 *
 * @param exif with or without the `Exif` prefix that JPEG puts before it
 * @returns without the prefix
 */
export function toUprightExif(exif: Uint8Array): Uint8Array {
  const block = Buffer.from(exif);
  const tiff = block.subarray(0, prefix.length).equals(prefix) ? block.subarray(prefix.length) : block;
  const byteOrder = tiff.toString('latin1', 0, 2);
  if (tiff.length < 8 || (byteOrder !== 'II' && byteOrder !== 'MM')) return tiff;
  const fields = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = byteOrder === 'II';
  const main = readDirectory(fields, fields.getUint32(4, little), little);
  if (main === undefined) return tiff;
  const orientation = main.entries.get(orientationTag);
  if (orientation !== undefined) fields.setUint16(orientation + 8, 1, little);
  if (main.nextAt === undefined) return tiff;
  const second = readDirectory(fields, fields.getUint32(main.nextAt, little), little);
  fields.setUint32(main.nextAt, 0, little); // the directory of the thumbnail is not linked any more
  for (const [offsetTag, lengthTag] of thumbnailTags) {
    const [offset, length] = [offsetTag, lengthTag].map((tag) => readNumber(fields, second?.entries.get(tag), little));
    if (offset === undefined || length === undefined || offset < 8) continue;
    tiff.fill(0, Math.min(offset, tiff.length), Math.min(offset + length, tiff.length));
  }
  return tiff;
}

interface Directory {
  /** Where the entry of each tag is. */
  readonly entries: ReadonlyMap<number, number>;
  /** Where the offset of the next directory is; undefined when the block is cut off before. */
  readonly nextAt: number | undefined;
}

function readDirectory(fields: DataView, start: number, little: boolean): Directory | undefined {
  if (start < 8 || start + 2 > fields.byteLength) return undefined;
  const count = fields.getUint16(start, little);
  const end = start + 2 + count * 12;
  if (end > fields.byteLength) return undefined;
  const entries = new Map<number, number>();
  for (let entry = start + 2; entry < end; entry += 12) entries.set(fields.getUint16(entry, little), entry);
  return { entries, nextAt: end + 4 <= fields.byteLength ? end : undefined };
}

/** The number in an entry: 16 bit for type SHORT, else 32. */
function readNumber(fields: DataView, entry: number | undefined, little: boolean): number | undefined {
  if (entry === undefined) return undefined;
  return fields.getUint16(entry + 2, little) === 3 ? fields.getUint16(entry + 8, little) : fields.getUint32(entry + 8, little);
}
