import { avifMeta, avifParts, avifPrimary, isoBoxes, withoutExifThumbnail, type IsoBox } from '@slimface/core';
import { extendAvif, type AddedItem } from './avif-extend.ts';
import { avifItemData, avifItems } from './avif-items.ts';
import { withoutPictures } from './xmp.ts';

/** How the pixels of an AVIF picture are coded. */
export interface AvifCoding {
  readonly chroma: '4:2:0' | '4:4:4';
  readonly lossless: boolean;
}

const xmpType = 'mime application/rdf+xml';

/**
 * Reads how much chroma there is, of what an AVIF is written with here, from `av1C` (AV1 codec ISO media file format binding,
 * 2.3.3). Only pictures without loss are coded as RGB, which is matrix 0 of `colr`.
 */
export function readAvifCoding(bytes: Uint8Array): AvifCoding {
  const properties = pictureProperties(bytes);
  const av1C = properties.find(({ type }) => type === 'av1C');
  const flags = av1C === undefined ? 0 : bytes[av1C.payload + 2]!;
  const nclx = properties.find((box) => isColour(bytes, box, 'nclx'));
  return { chroma: (flags & 0b1100) === 0b1100 ? '4:2:0' : '4:4:4', lossless: nclx !== undefined && bytes[nclx.payload + 9] === 0 };
}

/**
 * Gives an encoded AVIF the metadata of another: ICC profile, colour primaries and transfer function, EXIF, XMP. They keep
 * their bytes, but for pictures of the picture, and for the orientation in EXIF: the pixels have been turned by the decoder.
 * Auxiliary pictures, such as gain maps and depth maps, do not come along; alpha is part of the pixels.
 */
export function keepAvifMetadata(source: Uint8Array, encoded: Uint8Array): Uint8Array {
  const items = avifItems(source);
  const take = (wanted: string): Uint8Array | undefined => {
    const found = items.find(({ type, extents }) => type === wanted && extents.length > 0);
    return found === undefined ? undefined : avifItemData(source, found);
  };
  const [exif, xmp] = [take('Exif'), take(xmpType)];
  const added: AddedItem[] = [];
  if (exif !== undefined && exif.length > 4) added.push({ entry: 'Exif\0', data: cleanExif(exif) });
  if (xmp !== undefined) added.push({ entry: 'mime\0application/rdf+xml\0', data: withoutPictures(xmp) });

  const properties = pictureProperties(source);
  const profile = properties.find((box) => isColour(source, box, 'prof') || isColour(source, box, 'rICC'));
  const nclx = properties.find((box) => isColour(source, box, 'nclx'));
  const file = Buffer.from(encoded);
  const colours = profile === undefined ? [] : [source.subarray(profile.start, profile.end)];
  if (nclx !== undefined) {
    // Primaries and transfer describe the samples, which are the source's; matrix and range how they are coded now.
    const [described, own] = [source.subarray(nclx.payload + 4, nclx.payload + 8), pictureProperties(file).find((box) => isColour(file, box, 'nclx'))];
    if (own !== undefined) file.set(described, own.payload + 4);
    else colours.push(Buffer.concat([Buffer.from('\0\0\0\x13colrnclx', 'latin1'), described, usualCoding]));
  }
  return extendAvif(file, added, colours);
}

/** Matrix 6, which is BT.601, and full range: what libheif codes with, and means when it writes no `nclx`. */
const usualCoding = Buffer.from([0, 6, 0x80]);

/** The properties of the shown picture, and those of its tiles, where they are coded. */
function pictureProperties(bytes: Uint8Array): IsoBox[] {
  const iprp = avifParts(bytes, avifMeta(bytes)).find(({ type }) => type === 'iprp')!;
  const ipco = [...isoBoxes(bytes, iprp.payload, iprp.end)].find(({ type }) => type === 'ipco')!;
  return [...avifPrimary(bytes).properties, ...isoBoxes(bytes, ipco.payload, ipco.end)];
}

function isColour(bytes: Uint8Array, { type, payload, end }: IsoBox, kind: string): boolean {
  return type === 'colr' && end - payload >= 11 && String.fromCharCode(...bytes.subarray(payload, payload + 4)) === kind;
}

/** EXIF in an item starts with the offset of the block behind it (ISO/IEC 23008-12, A.2.1). */
function cleanExif(item: Uint8Array): Uint8Array {
  const at = Math.min(item.length, 4 + new DataView(item.buffer, item.byteOffset).getUint32(0));
  return Buffer.concat([item.subarray(0, at), withoutExifThumbnail(item.subarray(at), { upright: true })]);
}
