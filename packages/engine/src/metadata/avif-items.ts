import { avifMeta, avifParts, UnreadableImageError, type IsoBox } from '@slimface/core';

/** One item of an AVIF file: a picture, or what is said about one (ISO/IEC 14496-12, 8.11). */
export interface AvifItem {
  readonly id: number;
  /** `'av01'`, `'Exif'`, or `'mime'` with its content type behind it, `'mime application/rdf+xml'`. */
  readonly type: string;
  /** Where its data is in the file, in order. */
  readonly extents: readonly { readonly start: number; readonly length: number }[];
}

/** Most items, and most parts of one; more are there only to keep somebody busy. */
const [mostItems, mostExtents] = [4096, 64];

/**
 * Lists the items of an AVIF file that `inspectImage` has accepted; those that cannot be read are left out.
 *
 * @throws {UnreadableImageError} parts of an item, or what is said about pictures, overlap: all of it is more than the file
 */
export function avifItems(bytes: Uint8Array): AvifItem[] {
  const parts = avifParts(bytes, avifMeta(bytes));
  const find = (type: string): IsoBox | undefined => parts.find((box) => box.type === type);
  const [iinf, iloc] = [find('iinf'), find('iloc')];
  if (iinf === undefined || iloc === undefined) return [];
  const places = readPlaces(bytes, iloc, find('idat'));
  const entries = avifParts(bytes, { ...iinf, payload: iinf.payload + (bytes[iinf.payload] === 0 ? 2 : 4) });
  const items = entries.flatMap(({ type, payload, end }): AvifItem[] => {
    const version = bytes[payload]!;
    if (type !== 'infe' || version < 2) return [];
    const data = Buffer.from(bytes.buffer, bytes.byteOffset + payload, end - payload);
    const at = version === 2 ? 8 : 10; // behind version, flags, number and protection
    if (data.length < at + 4) return [];
    const id = version === 2 ? data.readUInt16BE(4) : data.readUInt32BE(4);
    const kind = data.toString('latin1', at, at + 4);
    const [, contentType = ''] = data.toString('latin1', at + 4, at + 260).split('\0');
    return [{ id, type: kind === 'mime' ? `mime ${contentType}` : kind, extents: places.get(id) ?? [] }];
  });
  const said = items.filter(({ type }) => type === 'Exif' || type.startsWith('mime')); // a decoder reads all of it
  if (totalOf(said.flatMap(({ extents }) => extents)) > bytes.length) throw overlapping(bytes.length);
  return items;
}

/** The data of an item; empty when it is not in the file. */
export function avifItemData(bytes: Uint8Array, { extents }: AvifItem): Uint8Array {
  return Buffer.concat(extents.map(({ start, length }) => bytes.subarray(start, start + length)));
}

/** Where items are: 8.11.3. Offsets of construction method 1 count from the data of `idat`. */
function readPlaces(bytes: Uint8Array, { payload, end }: IsoBox, idat: IsoBox | undefined): Map<number, AvifItem['extents']> {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset + payload, end - payload);
  let at = 0;
  const take = (size: number): number => {
    at += size;
    return size === 0 || at > data.length ? 0 : size === 8 ? Number(data.readBigUInt64BE(at - 8)) : data.readUIntBE(at - size, size);
  };
  const version = take(4) >>> 24;
  const sizes = take(2);
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version === 0 ? 0 : sizes & 15];
  const places = new Map<number, AvifItem['extents']>();
  if ([offsetSize, lengthSize, baseSize, indexSize].some((size) => ![0, 4, 8].includes(size))) return places;
  const idSize = version < 2 ? 2 : 4;
  const count = take(idSize);
  if (count > mostItems) return places;
  for (let left = count; left > 0 && at < data.length; left--) {
    const id = take(idSize);
    const method = version === 0 ? 0 : take(2) & 15;
    take(2); // data reference: this file
    const base = take(baseSize) + (method === 1 ? (idat?.payload ?? Infinity) : 0);
    const parts = take(2);
    if (parts > mostExtents || method > 1) {
      at += parts * (indexSize + offsetSize + lengthSize);
      continue;
    }
    const extents = Array.from({ length: parts }, () => {
      take(indexSize);
      return { start: base + take(offsetSize), length: take(lengthSize) };
    });
    if (totalOf(extents) > bytes.length) throw overlapping(bytes.length);
    if (extents.every(({ start, length }) => start + length <= bytes.length)) places.set(id, extents);
  }
  return places;
}

function totalOf(extents: AvifItem['extents']): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

function overlapping(length: number): UnreadableImageError {
  return new UnreadableImageError(`the items of the AVIF file overlap: they are more than its ${length} bytes`);
}
