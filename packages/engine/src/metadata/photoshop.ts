import { withoutExifPrefix, withoutExifThumbnail } from '@slimface/core';
import { holdsJpeg } from './holds-jpeg.ts';
import { withoutIptcPreviews } from './iptc.ts';
import { withoutPictures } from './xmp.ts';

/** Resources with a thumbnail: of Photoshop 5 and up, and of 4 (Adobe Photoshop file formats specification, image resource IDs). */
const thumbnailIds = new Set([1036, 1033]);
const [iptcId, profileId, exifIds, xmpId] = [1028, 1039, [1058, 1059], 1060];

/** Photoshop writes some dozens. */
const mostBlocks = 1000;

/**
 * Photoshop's image resource blocks without their thumbnails, which show the photo as it was. IPTC, EXIF and XMP among them
 * lose their own, the others keep their bytes; what follows a damaged block, or as many as nobody writes, is dropped.
 */
export function withoutThumbnailResources(blocks: Uint8Array): Uint8Array {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  const kept = Buffer.alloc(blocks.length + 1); // padding may lack at the very end
  let written = 0;
  for (let start = 0, count = 0; start + 12 <= blocks.length && count < mostBlocks; count++) {
    const id = view.getUint16(start + 4);
    const name = 1 + blocks[start + 6]!; // a length and as many letters, padded to an even number
    const size = start + 6 + name + (name & 1);
    if (size + 4 > blocks.length) break;
    const length = view.getUint32(size);
    const end = size + 4 + length + (length & 1);
    if (size + 4 + length > blocks.length) break;
    const data = blocks.subarray(size + 4, size + 4 + length);
    const cleaned = withoutPreviews(id, data);
    if (cleaned.length > 0 || length === 0) {
      kept.set(blocks.subarray(start, size), written);
      written = kept.writeUInt32BE(cleaned.length, written + size - start);
      kept.set(cleaned, written);
      written += cleaned.length + (cleaned.length & 1);
    }
    start = end;
  }
  return kept.subarray(0, written);
}

/** @returns nothing for a resource that does not come along */
function withoutPreviews(id: number, data: Uint8Array): Uint8Array {
  if (exifIds.includes(id)) return Buffer.concat([data.subarray(0, data.length - withoutExifPrefix(data).length), withoutExifThumbnail(data)]);
  if (id === iptcId) return withoutIptcPreviews(data);
  if (id === xmpId) return withoutPictures(data);
  return thumbnailIds.has(id) || (id !== profileId && holdsJpeg(data)) ? new Uint8Array() : data;
}
