import { avifParts, type IsoBox, isoBoxes } from '@slimface/core';
import { pictureItems, rangesOf, readItems } from './avif-items.ts';

const keptBoxes = new Set(['ftyp', 'meta', 'mdat']);
const keptInMeta = new Set(['hdlr', 'pitm', 'iinf', 'iref', 'iprp', 'idat', 'iloc', 'dinf']);
const keptProperties = new Set(['ispe', 'pixi', 'av1C', 'colr', 'irot', 'imir', 'pasp', 'auxC', 'clap', 'a1lx', 'a1op', 'lsel', 'clli', 'mdcv']);

/**
 * Copies an AVIF and blanks in the copy all that does not show its picture: items other than the primary one, what it is put
 * together from and its alpha; properties, boxes and names that say something else; and whatever lies between. Offsets stay what they are.
 */
export function stripAvif(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  const boxes = [...isoBoxes(file)];
  const meta = boxes.find(({ type }) => type === 'meta');
  if (meta === undefined || boxes[0]?.type !== 'ftyp') throw new RangeError('no AVIF');
  const inMeta = avifParts(file, meta);
  const items = readItems(file, inMeta);
  const kept = pictureItems(items);
  const ranges = rangesOf(items.filter(({ id }) => kept.has(id)));

  for (const box of boxes) if (box !== meta && (!keptBoxes.has(box.type) || box.type === 'meta')) blankBox(file, box);
  for (const box of inMeta) if (!keptInMeta.has(box.type)) blankBox(file, box);
  for (const { type, payload, end } of [...boxes, ...inMeta]) if (type === 'mdat' || type === 'idat') blankBetween(file, payload, end, ranges);
  for (const { payload, end } of inMeta.filter(({ type }) => type === 'hdlr')) file.fill(0, Math.min(end, payload + 24), end); // its name
  for (const { id, typeAt, end } of items) {
    if (!kept.has(id)) file.write('free', typeAt, 'latin1');
    file.fill(0, typeAt + 4, end); // its name, and how it is coded where it is text
  }
  for (const properties of inMeta.filter(({ type }) => type === 'iprp').flatMap(({ payload, end }) => [...isoBoxes(file, payload, end)])) {
    if (properties.type !== 'ipco') continue;
    for (const box of isoBoxes(file, properties.payload, properties.end)) if (!keptProperties.has(box.type)) blankBox(file, box);
  }
  return file;
}

function blankBox(file: Buffer, { start, payload, end }: IsoBox): void {
  file.write('free', start + 4, 'latin1');
  file.fill(0, payload, end);
}

function blankBetween(file: Buffer, start: number, end: number, ranges: readonly (readonly [start: number, end: number])[]): void {
  let at = start;
  for (const [from, to] of ranges) {
    if (to <= at || from >= end) continue;
    if (from > at) file.fill(0, at, from);
    at = Math.min(to, end);
  }
  file.fill(0, at, end);
}
