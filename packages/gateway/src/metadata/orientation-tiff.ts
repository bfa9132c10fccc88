const ORIENTATION = 0x0112;
const SHORT = 3;

/** A TIFF block as EXIF uses it (CIPA DC-008, 4.5) that says how an image is turned, 1 to 8, and nothing else. */
export function orientationTiff(orientation: number): Uint8Array {
  const tiff = Buffer.alloc(26); // the offset of the next directory, at its end, stays 0: there is none
  tiff.write('MM\0*', 'latin1'); // big endian
  tiff.writeUInt32BE(8, 4); // where the directory starts
  tiff.writeUInt16BE(1, 8); // its number of entries
  tiff.writeUInt16BE(ORIENTATION, 10);
  tiff.writeUInt16BE(SHORT, 12);
  tiff.writeUInt32BE(1, 14); // number of values
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}
