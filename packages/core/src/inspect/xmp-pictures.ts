import { cutAttributes, cutElements } from './cut-xml.ts';

/** Namespaces of pictures, and of what describes further ones in the file: gain maps, depth maps, and the list of them. */
const pictureNamespaces = [
  'http://ns.adobe.com/xap/1.0/g/img/',
  'http://ns.adobe.com/hdr-gain-map/1.0/',
  'http://ns.apple.com/HDRGainMap/1.0/',
  'http://ns.google.com/photos/1.0/container/',
  'http://ns.google.com/photos/1.0/depthmap/',
  'http://ns.google.com/photos/1.0/image/',
  'http://ns.google.com/photos/1.0/audio/',
  'http://ns.google.com/photos/dd/1.0/device/',
];

/** What tells of a film behind the photo. */
const filmNames = /^GCamera:(?:Micro|Motion)/;

/** How a JPEG and a PNG start in base64. */
const base64Picture = /(?:\/9j\/|iVBORw0KGgo)[\w+/]{32}/;

/**
 * Removes all that shows the photo as it was, and all that tells of pictures which do not stay in the file: thumbnails
 * (Adobe's XMP specification, part 2, section 2.2), the directory of a container, gain maps, depth maps, motion photos. A
 * packet without any of it keeps its bytes.
 *
 * @returns nothing for a packet with a picture in a place that no program is known to use
 */
export function withoutXmpPictures(xmp: Uint8Array): Uint8Array {
  const text = toText(xmp);
  const prefixes = new Set(pictureNamespaces.flatMap((namespace) => prefixesOf(text, namespace)));
  const isPicture = (name: string): boolean => prefixes.has(/^(.+):/.exec(name)?.[1] ?? '') || filmNames.test(name);
  const isPictures = (name: string): boolean => isPicture(name) || /^(?:.+:)?Thumbnails$/.test(name);
  const kept = cutAttributes(cutElements(text, isPictures), isPicture);
  return base64Picture.test(kept) ? new Uint8Array() : fromText(kept);
}

/** Whether a packet holds, or tells of, what `withoutXmpPictures` removes. */
export function hasXmpPictures(xmp: Uint8Array): boolean {
  const text = toText(xmp);
  return [':Thumbnails', '<Thumbnails', ':Micro', ':Motion', ...pictureNamespaces].some((part) => text.includes(part)) || base64Picture.test(text);
}

/** The prefixes that stand for a namespace. */
function prefixesOf(text: string, namespace: string): string[] {
  const prefixes = [];
  for (let at = text.indexOf(namespace); at !== -1; at = text.indexOf(namespace, at + 1)) {
    const prefix = /xmlns:([\w.-]{1,40})\s{0,9}=\s{0,9}["']$/.exec(text.slice(Math.max(0, at - 80), at))?.[1];
    if (prefix !== undefined && `"'`.includes(text[at + namespace.length] ?? ' ')) prefixes.push(prefix);
  }
  return prefixes;
}

/** Byte for byte: all names are ASCII, as UTF-8 has them. */
function toText(xmp: Uint8Array): string {
  return Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString('latin1');
}

function fromText(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
