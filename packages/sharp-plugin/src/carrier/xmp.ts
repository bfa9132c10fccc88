import { withoutXmpPictures } from '@slimface/core';

/** The orientation of TIFF, as an attribute and as an element. */
const orientation = /(:Orientation\s{0,9}=\s{0,9}["']|:Orientation\s{0,9}>\s{0,9})[1-8](?=\s{0,9}["'<])/g;

/** A copy of an XMP packet for pixels that are upright by now: orientation 1, and nothing that shows the face as it was. */
export function toUprightXmp(xmp: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = withoutXmpPictures(xmp);
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1'); // byte for byte: the names are ASCII, as UTF-8 has them
  return Buffer.from(text.replace(orientation, '$11'), 'latin1');
}
