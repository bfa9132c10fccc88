import { jpegSegments, type JpegSegment } from '@slimface/core';
import { holdsJpeg } from './holds-jpeg.ts';

/** Marker of JFIF. */
export const APP0 = 0xe0;
/** Marker of EXIF and XMP. */
export const APP1 = 0xe1;
/** Marker of Photoshop's image resources. */
export const APP13 = 0xed;
/** Marker of Adobe's note on how the samples are coded. */
export const APP14 = 0xee;
const [APP2, APP11, APP12, APP15, COM] = [0xe2, 0xeb, 0xec, 0xef, 0xfe];

/** Names at the start of segments (latin1). */
export const segmentNames = {
  jfif: 'JFIF\0',
  exif: 'Exif\0',
  xmp: 'http://ns.adobe.com/xap/1.0/\0',
  extendedXmp: 'http://ns.adobe.com/xmp/extension/\0',
  photoshop: 'Photoshop 3.0\0',
} as const;

/**
 * Segments that do not come along. Some tell of further pictures behind the file, which do not come along either: MPF and
 * the gain map of ISO 21496-1. Others may hold the photo as it was: JFIF extensions, FlashPix, and JUMBF, whose signatures
 * (C2PA) would not fit any more.
 */
const dropped: readonly (readonly [marker: number, name: string])[] = [
  [APP0, 'JFXX\0'],
  [APP2, 'MPF\0'],
  [APP2, 'urn:iso:std:iso:ts:21496:-1\0'],
  [APP2, 'FPXR\0'],
  [APP11, 'JP'],
];

/** Segments of which it is known what is in them. Cameras put previews into others, which have a name or none. */
const known: readonly (readonly [marker: number, name: string])[] = [
  [APP0, segmentNames.jfif],
  [APP1, segmentNames.exif],
  [APP1, segmentNames.xmp],
  [APP1, segmentNames.extendedXmp],
  [APP2, 'ICC_PROFILE\0'],
  [APP12, 'Ducky'],
  [APP13, segmentNames.photoshop],
];

/**
 * The metadata segments of a JPEG that come along: those of known names, whose pictures can be taken out, and of the
 * others, and of comments, those without a JPEG in them.
 */
export function carriedSegments(bytes: Uint8Array): JpegSegment[] {
  const isOneOf = (segment: JpegSegment, names: typeof known): boolean => names.some(([marker, name]) => segment.marker === marker && startsWith(bytes, segment, name));
  let inPreview = false; // which may go on in the segments right behind
  return [...jpegSegments(bytes)].filter((segment) => {
    if (!isMetadata(segment) || isOneOf(segment, dropped)) return false;
    inPreview = !isOneOf(segment, known) && ((inPreview && segment.marker !== COM) || holdsJpeg(bytes.subarray(segment.payload, segment.end)));
    return !inPreview;
  });
}

/** Whether a segment is an application's or a comment, and not Adobe's APP14, which says how the samples are coded. */
export function isMetadata({ marker }: JpegSegment): boolean {
  return marker === COM || (marker >= APP0 && marker <= APP15 && marker !== APP14);
}

/** Whether a segment has a name. */
export function startsWith(bytes: Uint8Array, { payload, end }: JpegSegment, name: string): boolean {
  return payload + name.length <= end && String.fromCharCode(...bytes.subarray(payload, payload + name.length)) === name;
}
