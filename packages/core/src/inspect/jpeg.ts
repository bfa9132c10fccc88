import { UnreadableImageError } from '../errors/image-errors.ts';
import { exifOrientation } from './exif.ts';

/** One marker segment of a JPEG header. */
export interface JpegSegment {
  /** Second byte of the marker: `0xe1` for APP1. */
  readonly marker: number;
  /** Offset of the marker's first byte. */
  readonly start: number;
  /** Offset of the first byte after the marker and the length field. */
  readonly payload: number;
  /** Offset of the first byte after the segment. */
  readonly end: number;
}

/** Segments before the first scan: thirteen times as many as the parts that an ICC profile may have. */
const mostSegments = 4096;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;

/**
 * Walks the marker segments of a JPEG file from SOI up to and including SOS (ITU-T T.81, annex B).
 * Only the header is read, never the entropy-coded data.
 *
 * @throws {UnreadableImageError} the header is cut off, a segment does not start with a marker, or there are more than 4096
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  let at = 2; // behind SOI
  for (let count = 0; ; count++) {
    const start = at;
    if (count >= mostSegments) throw new UnreadableImageError(`the JPEG header has more than ${mostSegments} segments`);
    if (bytes[at] !== 0xff) throw damaged(at, bytes.length);
    while (bytes[at] === 0xff) at++; // markers may be preceded by any number of fill bytes
    const marker = bytes[at++];
    if (marker === undefined) throw damaged(at, bytes.length);
    if (marker === EOI) return;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= SOI)) continue; // TEM, RSTn, SOI: no length field
    if (at + 2 > bytes.length) throw damaged(at, bytes.length);
    const length = uint16(bytes, at);
    const end = at + length;
    if (length < 2) throw damaged(at, bytes.length);
    if (end > bytes.length) throw damaged(end, bytes.length);
    yield { marker, start, payload: at + 2, end };
    if (marker === SOS) return;
    at = end;
  }
}

/** Size and EXIF orientation of a JPEG file, from its header. */
export function inspectJpeg(bytes: Uint8Array): { width: number; height: number; orientation: number } {
  let size: { width: number; height: number } | undefined;
  let orientation: number | undefined;
  for (const { marker, payload, end } of jpegSegments(bytes)) {
    if (isJpegFrameHeader({ marker })) {
      if (end - payload < 6) throw damaged(payload, bytes.length);
      size = { height: uint16(bytes, payload + 1), width: uint16(bytes, payload + 3) };
    } else if (marker === APP1 && startsWithExif(bytes, payload, end)) {
      orientation ??= exifOrientation(bytes.subarray(payload + 6, end));
    }
  }
  if (size === undefined) throw new UnreadableImageError('the JPEG header has no frame');
  if (size.width === 0 || size.height === 0) throw new UnreadableImageError(`the JPEG header states ${size.width} x ${size.height} px`);
  return { ...size, orientation: orientation ?? 1 };
}

/**
 * Whether a segment is the frame header, which holds size and coding: SOF0 to SOF15, without DHT (C4), JPG (C8) and
 * DAC (CC), which share the range.
 */
export function isJpegFrameHeader({ marker }: Pick<JpegSegment, 'marker'>): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function startsWithExif(bytes: Uint8Array, payload: number, end: number): boolean {
  return end - payload > 6 && String.fromCharCode(...bytes.subarray(payload, payload + 6)) === 'Exif\0\0';
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function damaged(at: number, length: number): UnreadableImageError {
  const cut = at + 2 > length;
  return new UnreadableImageError(cut ? `the JPEG header is cut off after ${length} bytes` : `the JPEG header is damaged near byte ${at}`);
}
