import { hasXmpPictures, jpegSegments, withoutExifThumbnail, withoutXmpPictures, type JpegSegment } from '@slimface/core';
import { APP0, APP1, APP13, APP14, carriedSegments, isMetadata, segmentNames, startsWith } from './carried-segments.ts';
import { readJpegFrame } from './jpeg-frame.ts';
import { withoutThumbnailResources } from './photoshop.ts';

const { jfif, exif, xmp, extendedXmp, photoshop } = segmentNames;
/** One more byte follows the name of EXIF, nearly always a zero. */
const exifHead = exif.length + 1;
/** Behind its name an extended packet has the digest, the length of the whole and the offset of this part. */
const extendedXmpHead = extendedXmp.length + 32 + 4 + 4;

/**
 * Gives an encoded JPEG the metadata segments of another, byte for byte: JFIF density, EXIF with the orientation, ICC
 * profile, XMP, IPTC, comments. Only pictures in them, and what tells of further ones, are taken out.
 *
 * APP14 stays behind: it says how the samples of that file were coded. Only a CMYK file without it must come out without
 * it, since its samples would be taken for inverted.
 */
export function keepJpegMetadata(source: Uint8Array, encoded: Uint8Array): Uint8Array {
  const coding = [...jpegSegments(encoded)].filter((segment) => !isMetadata(segment));
  const { components, adobe } = readJpegFrame(source);
  const ours = coding.filter(({ marker }) => marker !== APP14 || components < 4 || adobe);
  const pixels = coding.at(-1)!.end;
  return Buffer.concat([
    encoded.subarray(0, 2), // SOI
    ...metadataOf(source),
    ...ours.map(({ start, end }) => encoded.subarray(start, end)),
    encoded.subarray(pixels),
  ]);
}

function metadataOf(bytes: Uint8Array): Uint8Array[] {
  const all = carriedSegments(bytes);
  const named = (marker: number, name: string): JpegSegment[] => all.filter((segment) => segment.marker === marker && startsWith(bytes, segment, name));
  const data = (segments: readonly JpegSegment[], head: number): Uint8Array => Buffer.concat(segments.map(({ payload, end }) => bytes.subarray(Math.min(payload + head, end), end)));

  const rewritten = new Map<JpegSegment, Uint8Array>();
  for (const segment of named(APP0, jfif)) {
    const density = Buffer.from(bytes.subarray(segment.payload, Math.min(segment.end, segment.payload + 14)));
    density.fill(0, 12); // a thumbnail of 0 x 0
    rewritten.set(segment, toSegment(APP0, density));
  }
  for (const segment of named(APP1, exif)) {
    const head = bytes.subarray(segment.payload, Math.min(segment.end, segment.payload + exifHead));
    rewritten.set(segment, toSegment(APP1, head, withoutExifThumbnail(data([segment], exifHead))));
  }

  const extensions = named(APP1, extendedXmp);
  const drops = hasXmpPictures(data(extensions, extendedXmpHead));
  for (const segment of named(APP1, xmp)) {
    const packet = withoutXmpPictures(data([segment], xmp.length));
    rewritten.set(segment, packet.length === 0 ? packet : toSegment(APP1, text(xmp), drops ? withoutExtension(packet) : packet));
  }
  if (drops) for (const segment of extensions) rewritten.set(segment, new Uint8Array());

  const resources = named(APP13, photoshop);
  const blocks = data(resources, photoshop.length);
  const cleaned = withoutThumbnailResources(blocks);
  if (!Buffer.from(cleaned).equals(blocks)) {
    resources.forEach((segment, i) => rewritten.set(segment, i > 0 || cleaned.length === 0 ? new Uint8Array() : toSegments(APP13, text(photoshop), cleaned)));
  }
  return all.map((segment) => rewritten.get(segment) ?? bytes.subarray(segment.start, segment.end));
}

/** A packet without the mark that it goes on in further segments. */
function withoutExtension(packet: Uint8Array): Uint8Array {
  const mark = /\s?[\w.-]{1,40}:HasExtendedXMP\s{0,9}=\s{0,9}["'][0-9A-Fa-f]{0,40}["']|<([\w.-]{1,40}:HasExtendedXMP)>[0-9A-Fa-f]{0,40}<\/\1>/g;
  return text(Buffer.from(packet).toString('latin1').replace(mark, ''));
}

function toSegment(marker: number, ...parts: Uint8Array[]): Uint8Array {
  const payload = Buffer.concat(parts);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** As many segments as it takes: none holds more than 65533 bytes. */
function toSegments(marker: number, name: Uint8Array, data: Uint8Array): Uint8Array {
  const most = 65533 - name.length;
  const count = Math.ceil(data.length / most);
  return Buffer.concat(Array.from({ length: count }, (_, i) => toSegment(marker, name, data.subarray(i * most, (i + 1) * most))));
}

function text(latin1: string): Uint8Array {
  return Buffer.from(latin1, 'latin1');
}
