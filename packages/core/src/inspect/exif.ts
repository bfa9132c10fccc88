const ORIENTATION = 0x0112;
const SHORT = 3;
const LONG = 4;

/**
 * An EXIF block from its byte order mark on: JPEG puts a prefix of 6 bytes before it, and some writers of other formats do
 * too. The last of them is a zero, but for some writers.
 */
export function withoutExifPrefix(block: Uint8Array): Uint8Array {
  return String.fromCharCode(...block.subarray(0, 5)) === 'Exif\0' ? block.subarray(6) : block;
}

/**
 * Value of the orientation tag in the first directory of a TIFF block as EXIF uses it (CIPA DC-008, 4.6.4).
 *
 * @param tiff the block from its byte order mark on
 * @returns 1 to 8, or `undefined` when the block is damaged or has no valid orientation: a photo is shown as it is stored then
 */
export function exifOrientation(tiff: Uint8Array): number | undefined {
  if (tiff.length < 8) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const mark = view.getUint16(0);
  if (mark !== 0x4949 && mark !== 0x4d4d) return undefined; // "II" or "MM"
  const littleEndian = mark === 0x4949;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, littleEndian);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.length) return undefined;
    if (view.getUint16(entry, littleEndian) !== ORIENTATION) continue;
    const type = view.getUint16(entry + 2, littleEndian);
    const value = type === SHORT ? view.getUint16(entry + 8, littleEndian) : type === LONG ? view.getUint32(entry + 8, littleEndian) : 0;
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
