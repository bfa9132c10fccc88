import { randomBytes } from 'node:crypto';

/** An EXIF block of either byte order as a camera writes it: an orientation, an artist, and a thumbnail in a second directory. */
export function exifBlock(thumbnail: Uint8Array, { little = true, orientation = 1 } = {}): Buffer {
  const block = Buffer.alloc(100 + thumbnail.length);
  const write16 = (value: number, at: number) => (little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at));
  const write32 = (value: number, at: number) => (little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at));
  const entry = (at: number, tag: number, type: number, count: number) => (write16(tag, at), write16(type, at + 2), write32(count, at + 4));
  block.write(little ? 'II' : 'MM', 0, 'latin1');
  write16(42, 2);
  write32(8, 4);
  write16(2, 8);
  entry(10, 0x0112, 3, 1);
  write16(orientation, 18);
  entry(22, 0x013b, 2, 4);
  block.write('NASA', 30, 'latin1');
  write32(40, 34);
  write16(2, 40);
  entry(42, 0x0201, 4, 1);
  write32(100, 50);
  entry(54, 0x0202, 4, 1);
  write32(thumbnail.length, 62);
  block.set(thumbnail, 100);
  return block;
}

/** Bytes that stand for the face as it was: wherever they turn up, it shows. */
export function oldFace(length = 400): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(length)]);
}

export const xmpWith = (inner: string, attributes = ''): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description${attributes}>${inner}<dc:title>Grüße</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>`;

/** XMP with a picture of the picture, which holds the given bytes. */
export const xmpThumbnail = (picture: Buffer): string => `<xmp:Thumbnails><rdf:Alt><rdf:li xmpGImg:image="${picture.toString('base64')}"/></rdf:Alt></xmp:Thumbnails>`;

/** A block of Photoshop's: an image resource. */
export function resource(id: number, data: Uint8Array): Buffer {
  const head = Buffer.from('8BIM\0\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt16BE(id, 4);
  head.writeUInt32BE(data.length, 8);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}
