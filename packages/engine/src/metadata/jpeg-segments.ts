import { jpegSegments, type JpegSegment } from '@slimface/core';

const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

/**
 * Gives an encoded JPEG the metadata segments of another, byte for byte: JFIF density, EXIF with the orientation, ICC
 * profile, XMP, IPTC, comments.
 *
 * Two kinds stay behind. APP14 says how the samples of that file were coded, which is no longer so. APP2 "MPF" lists
 * further pictures behind the end of the file by their offsets, and they do not come along.
 */
export function keepJpegMetadata(source: Uint8Array, encoded: Uint8Array): Uint8Array {
  const kept = [...jpegSegments(source)].filter((segment) => isMetadata(segment) && !isMultiPicture(source, segment));
  const coding = [...jpegSegments(encoded)].find((segment) => !isMetadata(segment))!.start;
  return Buffer.concat([
    encoded.subarray(0, 2), // SOI
    ...kept.map(({ start, end }) => source.subarray(start, end)),
    encoded.subarray(coding),
  ]);
}

function isMetadata({ marker }: JpegSegment): boolean {
  return marker === COM || (marker >= APP0 && marker <= APP15 && marker !== APP14);
}

function isMultiPicture(bytes: Uint8Array, { marker, payload }: JpegSegment): boolean {
  return marker === APP2 && String.fromCharCode(...bytes.subarray(payload, payload + 4)) === 'MPF\0';
}
