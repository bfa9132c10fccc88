/** Resources with a thumbnail: of Photoshop 5 and up, and of 4 (Adobe Photoshop file formats specification, image resource IDs). */
const thumbnailIds = new Set([1036, 1033]);

/**
 * Photoshop's image resource blocks without their thumbnails, which show the photo as it was. The others, such as IPTC,
 * keep their bytes; what follows a damaged block is dropped.
 */
export function withoutThumbnailResources(blocks: Uint8Array): Uint8Array {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  const kept: Uint8Array[] = [];
  for (let start = 0; start + 12 <= blocks.length; ) {
    const id = view.getUint16(start + 4);
    const name = 1 + blocks[start + 6]!; // a length and as many letters, padded to an even number
    const size = start + 6 + name + (name & 1);
    if (size + 4 > blocks.length) break;
    const length = view.getUint32(size);
    const end = size + 4 + length + (length & 1);
    if (size + 4 + length > blocks.length) break;
    if (!thumbnailIds.has(id)) kept.push(blocks.subarray(start, end));
    start = end;
  }
  return Buffer.concat(kept);
}
