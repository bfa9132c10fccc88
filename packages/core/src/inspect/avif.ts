import { UnreadableImageError } from '../errors/image-errors.ts';

/** One box of an ISO base media file (ISO/IEC 14496-12, 4.2), as AVIF is one. */
export interface IsoBox {
  /** Four letters, e.g. `'meta'`. */
  readonly type: string;
  /** Offset of the box. */
  readonly start: number;
  /** Offset of the data; that of a full box starts with its version and flags. */
  readonly payload: number;
  /** Offset of the first byte after the box. */
  readonly end: number;
}

/** Boxes in a row: twice as many as a picture of 250 megapixels has tiles. */
const mostBoxes = 8192;

/** The picture that an AVIF file shows. */
export interface AvifPrimary {
  /** Its number among the items of the file. */
  readonly id: number;
  /** What is said about it, in the order in which it applies: `ispe`, `colr`, `irot` and so on. */
  readonly properties: readonly IsoBox[];
}

/**
 * Walks the boxes between two offsets.
 *
 * @throws {UnreadableImageError} a box is cut off, save for `mdat`, whose end a decoder looks for; or there are more than 8192
 */
export function* isoBoxes(bytes: Uint8Array, start = 0, limit: number = bytes.length): Generator<IsoBox> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let [at, count] = [start, 0]; at < limit; count++) {
    if (count >= mostBoxes) throw new UnreadableImageError(`the AVIF file has more than ${mostBoxes} boxes in a row`);
    if (at + 8 > limit) throw cutOff(bytes.length);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const small = view.getUint32(at);
    if (small === 1 && at + 16 > limit) throw cutOff(bytes.length);
    const payload = at + (small === 1 ? 16 : 8);
    const size = small === 0 ? limit - at : small === 1 ? Number(view.getBigUint64(at + 8)) : small;
    const end = at + size;
    if (end < payload) throw new UnreadableImageError(`the AVIF file is damaged near byte ${at}`);
    if (end > limit && type !== 'mdat') throw cutOff(bytes.length);
    yield { type, start: at, payload, end: Math.min(end, limit) };
    at = end;
  }
}

/** The brands of a file, the main one first (ISO/IEC 14496-12, 4.3); at most 64 of them are looked at. */
export function isoBrands(bytes: Uint8Array): string[] {
  const end = Math.min(bytes.length, 8 + 4 * 64, 256 * (256 * (256 * bytes[0]! + bytes[1]!) + bytes[2]!) + bytes[3]!);
  const brands = [];
  for (let at = 8; at + 4 <= end; at += 4) brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)));
  return brands;
}

/** The `meta` box of an AVIF file, in which all is said that comes before the pixels. */
export function avifMeta(bytes: Uint8Array): IsoBox {
  for (const box of isoBoxes(bytes)) if (box.type === 'meta') return box;
  throw new UnreadableImageError('the AVIF file has no header');
}

/** The boxes in a full box, such as `meta`. */
export function avifParts(bytes: Uint8Array, { payload, end }: IsoBox): IsoBox[] {
  return [...isoBoxes(bytes, payload + 4, end)];
}

/** Finds the picture of an AVIF file and its properties (ISO/IEC 23008-12, 9.3). */
export function avifPrimary(bytes: Uint8Array): AvifPrimary {
  const parts = avifParts(bytes, avifMeta(bytes));
  const pitm = parts.find(({ type }) => type === 'pitm');
  const iprp = parts.find(({ type }) => type === 'iprp');
  if (pitm === undefined || iprp === undefined) throw new UnreadableImageError('the AVIF header names no picture');
  const id = number(bytes, pitm.payload + 4, bytes[pitm.payload] === 0 ? 2 : 4, pitm.end);
  const inside = [...isoBoxes(bytes, iprp.payload, iprp.end)];
  const ipco = inside.find(({ type }) => type === 'ipco');
  const all = ipco === undefined ? [] : [...isoBoxes(bytes, ipco.payload, ipco.end)];
  const indices = inside.filter(({ type }) => type === 'ipma').flatMap((ipma) => propertiesOf(bytes, ipma, id));
  return { id, properties: indices.map((index) => all[index - 1]).filter((box) => box !== undefined) };
}

/** The numbers of an item's properties, from 1 up. */
function propertiesOf(bytes: Uint8Array, { payload, end }: IsoBox, id: number): number[] {
  const idBytes = bytes[payload] === 0 ? 2 : 4;
  const indexBytes = bytes[payload + 3]! & 1 ? 2 : 1;
  const items = number(bytes, payload + 4, 4, end);
  let at = payload + 8;
  for (let item = 0; item < items; item++) {
    const found = number(bytes, at, idBytes, end) === id;
    const count = number(bytes, at + idBytes, 1, end);
    at += idBytes + 1;
    if (found) return Array.from({ length: count }, (_, i) => number(bytes, at + i * indexBytes, indexBytes, end) & (indexBytes === 1 ? 0x7f : 0x7fff));
    at += count * indexBytes;
  }
  return [];
}

/**
 * Size of an AVIF picture as its decoder gives it: cut (`clap`) and turned (`irot`, `imir`). Its orientation is always 1,
 * whatever EXIF says: ISO/IEC 23008-12 leaves no say to that.
 */
export function inspectAvif(bytes: Uint8Array): { width: number; height: number; sequence: boolean } {
  if (isoBrands(bytes).includes('avis')) return { width: 0, height: 0, sequence: true };
  let [width, height, pixels] = [0, 0, 0];
  for (const { type, payload, end } of avifPrimary(bytes).properties) {
    const word = (index: number): number => number(bytes, payload + 4 * index, 4, end);
    if (type === 'ispe') [width, height, pixels] = [word(1), word(2), word(1) * word(2)];
    if (type === 'clap') [width, height] = [Math.min(width, Math.round(word(0) / word(1))), Math.min(height, Math.round(word(2) / word(3)))];
    if (type === 'irot' && number(bytes, payload, 1, end) & 1) [width, height] = [height, width];
  }
  if (!(width > 0 && height > 0)) throw new UnreadableImageError(`the AVIF header states ${width} x ${height} px`);
  if (pixels > 2 * width * height) throw new UnreadableImageError(`the AVIF header cuts ${width} x ${height} px out of ${pixels} pixels`); // all would be decoded
  return { width, height, sequence: false };
}

/** A number of 1, 2 or 4 bytes, the high one first. */
function number(bytes: Uint8Array, at: number, size: 1 | 2 | 4, limit: number): number {
  if (at + size > limit) throw new UnreadableImageError(`the AVIF file is damaged near byte ${at}`);
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[at + i]!;
  return value;
}

function cutOff(length: number): UnreadableImageError {
  return new UnreadableImageError(`the AVIF file is cut off after ${length} bytes`);
}
