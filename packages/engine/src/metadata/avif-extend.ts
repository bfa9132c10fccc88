import { avifMeta, avifParts, avifPrimary, isoBoxes, type IsoBox } from '@slimface/core';
import { avifItems } from './avif-items.ts';

/** An item that says something about the picture. */
export interface AddedItem {
  /** Type, name, and the content type of `mime`. */
  readonly entry: string;
  /** What its extent holds. */
  readonly data: Uint8Array;
}

/**
 * Adds items and colour properties to an AVIF file: writes its header anew, with the items behind the pixels, and moves all
 * offsets by what the header has grown.
 *
 * @param file as libheif writes it: short numbers of items, and no more than 127 properties
 * @param colours whole `colr` boxes
 */
export function extendAvif(file: Buffer, added: readonly AddedItem[], colours: readonly Uint8Array[]): Uint8Array {
  if (added.length === 0 && colours.length === 0) return file;
  const meta = avifMeta(file);
  const parts = avifParts(file, meta);
  const items = avifItems(file);
  const primary = avifPrimary(file).id;
  const firstId = Math.max(...items.map(({ id }) => id)) + 1;

  /** The header for a given growth, which does not change its length. */
  const header = (growth: number): Buffer => {
    let dataAt = file.length + growth + 8;
    const further = added.map(({ data }, i) => {
      const start = dataAt;
      dataAt += data.length;
      return { id: firstId + i, extents: [{ start, length: data.length }] };
    });
    const moved = items.map(({ id, extents }) => ({ id, extents: extents.map(({ start, length }) => ({ start: start + growth, length })) }));
    const rebuilt = parts.filter(({ type }) => !['iloc', 'iinf', 'iprp', 'iref'].includes(type)).map(({ start, end }) => file.subarray(start, end));
    return toBox('meta', Buffer.alloc(4), ...rebuilt, toLocations([...moved, ...further]), toInfos(file, parts, items.length, added, firstId), toProperties(file, parts, primary, colours), toReferences(file, parts, primary, added, firstId));
  };
  const growth = header(0).length - (meta.end - meta.start);
  const data = added.length === 0 ? [] : [toBox('mdat', ...added.map((item) => item.data))];
  return Buffer.concat([file.subarray(0, meta.start), header(growth), file.subarray(meta.end), ...data]);
}

/** Version 0 of `iloc`: numbers of 16 bits, one offset of 32 bits for each part. */
function toLocations(items: readonly { readonly id: number; readonly extents: readonly { readonly start: number; readonly length: number }[] }[]): Buffer {
  const entries = items.map(({ id, extents }) => Buffer.concat([words(2, id, 0, extents.length), ...extents.map(({ start, length }) => words(4, start, length))]));
  return toBox('iloc', words(4, 0), words(2, 0x4400, items.length), ...entries);
}

function toInfos(file: Buffer, parts: readonly IsoBox[], count: number, added: readonly AddedItem[], firstId: number): Buffer {
  const { payload, end } = parts.find(({ type }) => type === 'iinf')!;
  const entries = added.map(({ entry }, i) => toBox('infe', Buffer.from([2, 0, 0, 1]), words(2, firstId + i, 0), Buffer.from(entry, 'latin1'))); // flag 1: not for show
  return toBox('iinf', words(4, 0), words(2, count + added.length), file.subarray(payload + (file[payload] === 0 ? 6 : 8), end), ...entries);
}

/** Each new item describes the picture: reference `cdsc`. */
function toReferences(file: Buffer, parts: readonly IsoBox[], primary: number, added: readonly AddedItem[], firstId: number): Buffer {
  const iref = parts.find(({ type }) => type === 'iref');
  if (iref === undefined && added.length === 0) return Buffer.alloc(0);
  const old = iref === undefined ? words(4, 0) : file.subarray(iref.payload, iref.end);
  return toBox('iref', old, ...added.map((_, i) => toBox('cdsc', words(2, firstId + i, 1, primary))));
}

function toProperties(file: Buffer, parts: readonly IsoBox[], primary: number, colours: readonly Uint8Array[]): Buffer {
  const iprp = parts.find(({ type }) => type === 'iprp')!;
  if (colours.length === 0) return file.subarray(iprp.start, iprp.end);
  const [ipco, ipma] = ['ipco', 'ipma'].map((wanted) => [...isoBoxes(file, iprp.payload, iprp.end)].find(({ type }) => type === wanted)!) as [IsoBox, IsoBox];
  const first = [...isoBoxes(file, ipco.payload, ipco.end)].length + 1;
  // Entries of version 0 with indices of 7 bits: a number of 16 bits, how many, and the indices.
  const entries: Buffer[] = [];
  for (let at = ipma.payload + 8; at + 3 <= ipma.end; at += 3 + file[at + 2]!) {
    const isPrimary = file.readUInt16BE(at) === primary;
    const entry = file.subarray(at, at + 3 + file[at + 2]!);
    entries.push(isPrimary ? Buffer.concat([entry.subarray(0, 2), Buffer.from([entry[2]! + colours.length]), entry.subarray(3), Buffer.from(colours.map((_, i) => first + i))]) : entry);
  }
  return toBox('iprp', toBox('ipco', file.subarray(ipco.payload, ipco.end), ...colours), toBox('ipma', file.subarray(ipma.payload, ipma.payload + 8), ...entries));
}

function toBox(type: string, ...parts: Uint8Array[]): Buffer {
  const data = Buffer.concat(parts);
  return Buffer.concat([words(4, data.length + 8), Buffer.from(type, 'latin1'), data]);
}

function words(size: 2 | 4, ...values: number[]): Buffer {
  const data = Buffer.alloc(size * values.length);
  for (const [i, value] of values.entries()) data.writeUIntBE(value, size * i, size);
  return data;
}
