import { type IsoBox, isoBoxes } from '@slimface/core';

/** Something that a file holds: a picture, a tile of one, or what is said about it. */
export interface Item {
  readonly id: number;
  readonly type: string;
  /** Offset of its type, behind which come its names, up to `end`. */
  readonly typeAt: number;
  readonly end: number;
  readonly isPrimary: boolean;
  /** Offsets of its data in the file. */
  readonly extents: readonly (readonly [start: number, end: number])[];
  /** Items that it is put together from, and those that it is an auxiliary picture of. */
  readonly madeOf: readonly number[];
  readonly auxiliaryOf: readonly number[];
}

/** Tiles of a picture of 250 megapixels, and as much again. */
const maxItems = 4096;
/** Ids that items refer to, all together. */
const maxReferences = 4 * maxItems;

/**
 * What a file holds, by the boxes in its `meta` (ISO/IEC 14496-12, 8.11).
 * @throws {RangeError} it is said in a way that is not known
 */
export function readItems(file: Buffer, inMeta: readonly IsoBox[]): Item[] {
  const boxOf = (type: string): IsoBox | undefined => inMeta.find((box) => box.type === type);
  const [info, location, primary] = [boxOf('iinf'), boxOf('iloc'), boxOf('pitm')];
  if (info === undefined || location === undefined || primary === undefined) throw new RangeError('no items');
  const primaryId = idAt(file, primary.payload + 4, file[primary.payload]! > 0);
  const extents = readExtents(file, location, boxOf('idat')?.payload);
  const references = readReferences(file, boxOf('iref'));
  const entries = [...isoBoxes(file, info.payload + (file[info.payload] === 0 ? 6 : 8), info.end)];
  if (entries.length > maxItems) throw new RangeError('too many items');
  return entries.map(({ type, payload, end }) => {
    const version = file[payload];
    if (type !== 'infe' || (version !== 2 && version !== 3)) throw new RangeError('an item of another kind');
    const id = idAt(file, payload + 4, version === 3);
    const typeAt = payload + (version === 3 ? 10 : 8);
    const to = (kind: string): number[] => references.filter((reference) => reference.kind === kind && reference.from === id).flatMap((reference) => reference.to);
    return { id, type: file.toString('latin1', typeAt, typeAt + 4), typeAt, end, isPrimary: id === primaryId, extents: extents.get(id) ?? [], madeOf: to('dimg'), auxiliaryOf: to('auxl') };
  });
}

/** Ids of the items that show the picture: the primary one, its auxiliary ones, and what they are put together from. */
export function pictureItems(items: readonly Item[]): ReadonlySet<number> {
  const kept = new Set(items.filter(({ isPrimary }) => isPrimary).map(({ id }) => id));
  if (kept.size === 0) throw new RangeError('no primary item');
  for (let before = 0; before < kept.size;) {
    before = kept.size;
    for (const { id, madeOf, auxiliaryOf } of items) {
      if (auxiliaryOf.some((other) => kept.has(other))) kept.add(id);
      if (kept.has(id)) for (const part of madeOf) kept.add(part);
    }
  }
  return kept;
}

/** Where the data of items lies, from the first byte to the last. */
export function rangesOf(items: readonly Item[]): (readonly [start: number, end: number])[] {
  return items.flatMap(({ extents }) => extents).sort(([a], [b]) => a - b);
}

function idAt(file: Buffer, at: number, long: boolean): number {
  return long ? file.readUInt32BE(at) : file.readUInt16BE(at);
}

function readReferences(file: Buffer, box: IsoBox | undefined): { kind: string; from: number; to: number[] }[] {
  if (box === undefined) return [];
  const long = file[box.payload]! > 0;
  const each = long ? 4 : 2;
  let left = maxReferences;
  return [...isoBoxes(file, box.payload + 4, box.end)].map(({ type, payload, end }) => {
    if (payload + each + 2 > end) throw new RangeError('a reference that is cut off');
    const count = file.readUInt16BE(payload + each);
    if (payload + each + 2 + count * each > end) throw new RangeError('a reference that is cut off');
    if ((left -= count) < 0) throw new RangeError('too many references');
    return { kind: type, from: idAt(file, payload, long), to: Array.from({ length: count }, (_, i) => idAt(file, payload + each + 2 + i * each, long)) };
  });
}

function readExtents(file: Buffer, { payload, end }: IsoBox, idat: number | undefined): Map<number, (readonly [number, number])[]> {
  const version = file[payload]!;
  let at = payload + 4;
  const next = (bytes: number): number => {
    if (bytes === 0) return 0;
    if (at + bytes > end) throw new RangeError('places that are cut off');
    const value = bytes === 8 ? Number(file.readBigUInt64BE(at)) : file.readUIntBE(at, bytes);
    at += bytes;
    return value;
  };
  const sizes = next(2);
  const [offsetBytes, lengthBytes, baseBytes, indexBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version > 0 ? sizes & 15 : 0];
  const extents = new Map<number, (readonly [number, number])[]>();
  const count = next(version < 2 ? 2 : 4);
  if (count > maxItems) throw new RangeError('too many items');
  for (let left = count; left > 0; left--) {
    const id = next(version < 2 ? 2 : 4);
    const method = version > 0 ? next(2) & 15 : 0;
    const elsewhere = next(2);
    const base = next(baseBytes) + (method === 1 ? (idat ?? Number.NaN) : 0);
    const places = Array.from({ length: next(2) }, () => {
      next(indexBytes);
      const start = base + next(offsetBytes);
      return [start, start + next(lengthBytes)] as const;
    });
    // A length of 0 would mean all there is, and the other ways name other files and items.
    if (method > 1 || elsewhere !== 0 || !places.every(([from, to]) => to > from && to <= file.length)) throw new RangeError('an item whose data cannot be found');
    extents.set(id, places);
  }
  return extents;
}
