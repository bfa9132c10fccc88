import { withoutXmpPictures } from '@slimface/core';

/** The orientation of TIFF, as an attribute and as an element. */
const orientation = /(:Orientation\s{0,9}=\s{0,9}["']|:Orientation\s{0,9}>\s{0,9})[1-8](?=\s{0,9}["'<])/g;

/** Most bytes of a packet that is looked through; what is larger holds pictures or is meant to keep somebody busy. */
const mostBytes = 2 ** 22;

/**
 * A copy of an XMP packet for pixels that are upright by now: orientation 1, and nothing that shows the face as it was.
 *
 * @returns nothing for a packet that has to stay behind: one of more than 4 MB, or with a picture that could not be taken out
 */
export function toUprightXmp(xmp: Uint8Array): Uint8Array {
  if (xmp.byteLength > mostBytes) return new Uint8Array();
  const { buffer, byteOffset, byteLength } = withoutXmpPictures(xmp);
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1'); // byte for byte: the names are ASCII, as UTF-8 has them
  return Buffer.from(text.replace(orientation, '$11'), 'latin1');
}
