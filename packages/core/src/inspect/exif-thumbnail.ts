import { withoutExifPrefix } from './exif.ts';
import { readTiffDirectory, tiffByteOrder, tiffNumber } from './tiff.ts';

/** Tag of Exif 3.0. */
const orientationTag = 0x0112;
/** Offset and length of a thumbnail: as a JPEG, and as uncompressed pixels in one strip. */
const thumbnailTags = [[0x0201, 0x0202], [0x0111, 0x0117]] as const;

/** The end of a JPEG, and its start up to the next marker, which is one of APPn, DQT, DHT, COM and SOF. */
const EOI = Buffer.from([0xff, 0xd9]);
const SOI = Buffer.from([0xff, 0xd8, 0xff]);
const firstMarkers: ReadonlySet<number> = new Set([...Array.from({ length: 16 }, (_, i) => 0xe0 + i), 0xdb, 0xc4, 0xfe, 0xc0, 0xc2]);

/**
 * A copy of an EXIF block, of the same length, without thumbnail and previews, which show the photo as it was: the
 * directory of the thumbnail is not linked any more, and the bytes are wiped. A block that cannot be read is copied as far as it was understood.
 *
 * @param exif with or without the `Exif` prefix that JPEG puts before it
 * @param options `upright` sets the orientation to 1, for pixels that have been turned
 * @returns without the prefix
 */
export function withoutExifThumbnail(exif: Uint8Array, { upright = false }: { upright?: boolean } = {}): Uint8Array {
  const tiff = Uint8Array.from(withoutExifPrefix(exif));
  const little = tiffByteOrder(tiff);
  if (little === undefined || tiff.length < 8) return tiff;
  const view = new DataView(tiff.buffer);
  const start = view.getUint32(4, little);
  const main = readTiffDirectory(tiff, start, little);
  if (main === undefined) return tiff;
  const orientation = main.entries.get(orientationTag);
  if (upright && orientation !== undefined) view.setUint16(orientation.at, 1, little);
  const second = main.next === 0 ? undefined : readTiffDirectory(tiff, main.next, little);
  if (main.next !== 0) view.setUint32(start + 2 + 12 * view.getUint16(start, little), 0, little);
  for (const [offsetTag, lengthTag] of thumbnailTags) {
    const [offset, length] = [offsetTag, lengthTag].map((tag) => tiffNumber(tiff, second?.entries.get(tag), little));
    if (offset !== undefined && length !== undefined && offset >= 8) tiff.fill(0, offset, offset + length);
  }
  wipeJpegs(Buffer.from(tiff.buffer));
  return tiff;
}

/** Maker notes may hold a preview, each maker's at another place; but all are JPEGs, from SOI to EOI. */
function wipeJpegs(block: Buffer): void {
  for (let start = block.indexOf(SOI); start !== -1; start = block.indexOf(SOI, start + SOI.length)) {
    if (!firstMarkers.has(block[start + SOI.length] ?? 0)) continue;
    const end = block.indexOf(EOI, start);
    block.fill(0, start, end === -1 ? block.length : end + EOI.length);
  }
}
