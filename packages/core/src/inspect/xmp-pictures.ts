/** Namespaces of what describes further pictures in the file: gain maps, depth maps, and the list of them. */
const pictureNamespaces = [
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

/**
 * Removes all that shows the photo as it was, and all that tells of pictures which do not stay in the file: thumbnails
 * (Adobe's XMP specification, part 2, section 2.2), the directory of a container, gain maps, depth maps, motion photos. A
 * packet without any of it keeps its bytes.
 */
export function withoutXmpPictures(xmp: Uint8Array): Uint8Array {
  const text = toText(xmp);
  const prefixes = new Set(pictureNamespaces.flatMap((namespace) => prefixesOf(text, namespace)));
  const isPicture = (name: string): boolean => prefixes.has(name.slice(0, name.indexOf(':'))) || filmNames.test(name);
  const kept = cutElements(text, (name) => isPicture(name) || name.endsWith(':Thumbnails'));
  return fromText(kept.replace(attribute, (whole, name: string) => (isPicture(name) ? '' : whole)));
}

/** Whether a packet holds, or tells of, what `withoutXmpPictures` removes. */
export function hasXmpPictures(xmp: Uint8Array): boolean {
  const text = toText(xmp);
  return [':Thumbnails', ':Micro', ':Motion', ...pictureNamespaces].some((part) => text.includes(part));
}

/** Bounded, so that no packet can make it look for long: a value that is not closed is looked through once for each quote. */
const attribute = /\s([\w.-]{1,40}:[\w.-]{1,60})\s{0,9}=\s{0,9}(?:"[^"<]{0,65536}"|'[^'<]{0,65536}')/g;

/** The prefixes that stand for a namespace. */
function prefixesOf(text: string, namespace: string): string[] {
  const prefixes = [];
  for (let at = text.indexOf(namespace); at !== -1; at = text.indexOf(namespace, at + 1)) {
    const prefix = /xmlns:([\w.-]{1,40})\s{0,9}=\s{0,9}["']$/.exec(text.slice(Math.max(0, at - 80), at))?.[1];
    if (prefix !== undefined && `"'`.includes(text[at + namespace.length] ?? ' ')) prefixes.push(prefix);
  }
  return prefixes;
}

/** Takes elements out by search and not by a pattern, whose time a hostile packet could make grow with its square. */
function cutElements(text: string, isUnwanted: (name: string) => boolean): string {
  const unclosed = new Set<string>();
  let kept = '';
  let end = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', Math.max(end, at + 1))) {
    const name = /^[\w.-]{1,40}:[\w.-]{1,60}(?=[\s/>])/.exec(text.slice(at + 1, at + 103))?.[0];
    if (name === undefined || unclosed.has(name) || !isUnwanted(name)) continue;
    const opened = text.indexOf('>', at);
    const ending = text[opened - 1] === '/' ? at : text.indexOf(`</${name}`, at);
    const closing = ending === -1 ? -1 : text.indexOf('>', ending);
    if (opened === -1 || closing === -1) {
      unclosed.add(name); // nor will a later one of this name be closed
      if (unclosed.size > 16) break;
      continue;
    }
    kept += text.slice(end, at);
    end = closing + 1;
  }
  return kept + text.slice(end);
}

/** Byte for byte: all names are ASCII, as UTF-8 has them. */
function toText(xmp: Uint8Array): string {
  return Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString('latin1');
}

function fromText(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
