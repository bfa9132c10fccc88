import { isJpegFrameHeader, type JpegSegment, jpegSegments } from '@slimface/core';
import { orientationTiff } from './orientation-tiff.ts';

const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];
const [APP0, APP1, APP2, APP14] = [0xe0, 0xe1, 0xe2, 0xee];
/** What decoding needs besides the frame header: DHT, DAC, SOS, DQT, DNL, DRI. */
const codingMarkers = new Set([0xc4, 0xcc, SOS, 0xdb, 0xdc, 0xdd]);
/** Segments of a file, those between its scans included. */
const maxSegments = 8192;
/** Marker, length and payload of a JFIF segment up to where its thumbnail starts. */
const JFIF_BYTES = 4 + 14;

/** Copies of a JPEG only what shows its picture: coding, JFIF density, ICC profile, Adobe's colour transform, orientation. */
export function stripJpeg(bytes: Uint8Array, orientation: number): Uint8Array {
  let jfif: Uint8Array[] = [];
  const coding: Uint8Array[] = [];
  for (const { segment, from, scan } of walk(bytes)) {
    if (startsWith(from, segment, APP0, 'JFIF\0')) jfif = withoutThumbnail(from, segment);
    else if (isNeeded(from, segment)) coding.push(from.subarray(segment.payload - 4, segment.end));
    if (scan !== undefined) coding.push(scan);
  }
  const exif = orientation === 1 ? [] : [exifSegment(orientation)];
  return Buffer.concat([Uint8Array.of(0xff, SOI), ...jfif, ...exif, ...coding, Uint8Array.of(0xff, EOI)]);
}

interface Walked {
  readonly segment: JpegSegment;
  /** What the segment's offsets count in. */
  readonly from: Uint8Array;
  /** Behind SOS: the entropy-coded data. */
  readonly scan?: Uint8Array;
}

/** Walks all segments up to EOI, those between the scans of a progressive picture included. */
function* walk(bytes: Uint8Array): Generator<Walked> {
  let left = maxSegments;
  let rest: Uint8Array | undefined = bytes;
  while (rest !== undefined) {
    const from: Uint8Array = rest;
    rest = undefined;
    for (const segment of jpegSegments(from)) {
      if (--left < 0) throw new RangeError('too many segments');
      if (segment.marker !== SOS) {
        yield { segment, from };
        continue;
      }
      const end = endOfScan(from, segment.end);
      yield { segment, from, scan: from.subarray(segment.end, end) };
      // `jpegSegments` starts behind two bytes, which are SOI at first. A file that ends within a scan has no more of them.
      if (end < from.length) rest = from.subarray(end - 2);
    }
  }
}

/** Offset of the first marker behind entropy-coded data, in which 0xff stands before 0x00 and restart markers only. */
function endOfScan(bytes: Uint8Array, start: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength); // finds a byte much faster than an array
  for (let at = buffer.indexOf(0xff, start); at !== -1; at = buffer.indexOf(0xff, at + 1)) {
    const next = buffer[at + 1] ?? 0;
    const isData = next === 0x00 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return buffer.length;
}

function isNeeded(bytes: Uint8Array, segment: JpegSegment): boolean {
  if (codingMarkers.has(segment.marker) || isJpegFrameHeader(segment)) return true;
  return startsWith(bytes, segment, APP2, 'ICC_PROFILE\0') || startsWith(bytes, segment, APP14, 'Adobe');
}

function startsWith(bytes: Uint8Array, { marker, payload, end }: JpegSegment, expected: number, name: string): boolean {
  return marker === expected && String.fromCharCode(...bytes.subarray(payload, Math.min(payload + name.length, end))) === name;
}

/** A thumbnail would show the face as it was. */
function withoutThumbnail(bytes: Uint8Array, { payload, end }: JpegSegment): Uint8Array[] {
  const segment = Buffer.from(bytes.subarray(payload - 4, end)).subarray(0, JFIF_BYTES);
  if (segment.length < JFIF_BYTES) return []; // too short to say anything
  segment.writeUInt16BE(JFIF_BYTES - 2, 2);
  segment.writeUInt16BE(0, JFIF_BYTES - 2); // its width and height
  return [segment];
}

function exifSegment(orientation: number): Uint8Array {
  const payload = Buffer.concat([Buffer.from('Exif\0\0'), orientationTiff(orientation)]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}
