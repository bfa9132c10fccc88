/** Where XMP keeps pictures of the picture: Adobe's XMP specification, part 2, section 2.2 (xmp:Thumbnails). */
const thumbnails = /<(\w+):Thumbnails\b[^>]*?(?:\/>|>[\s\S]*?<\/\1:Thumbnails\s*>)/g;

/** The orientation of TIFF, as an attribute and as an element. */
const orientation = /(:Orientation\s*=\s*["']|:Orientation\s*>\s*)[1-8](?=\s*["'<])/g;

/** A copy of an XMP packet for pixels that are upright by now: orientation 1, and no thumbnails, which show the face as it was. */
export function toUprightXmp(xmp: Uint8Array): Uint8Array {
  const text = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString('latin1'); // byte for byte, whatever the encoding
  return Buffer.from(text.replace(thumbnails, '').replace(orientation, '$11'), 'latin1');
}
