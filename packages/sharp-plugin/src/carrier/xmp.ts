/** The orientation of TIFF, as an attribute and as an element. */
const orientation = /(:Orientation\s{0,9}=\s{0,9}["']|:Orientation\s{0,9}>\s{0,9})[1-8](?=\s{0,9}["'<])/g;

/** A copy of an XMP packet for pixels that are upright by now: orientation 1, and no thumbnails, which show the face as it was. */
export function toUprightXmp(xmp: Uint8Array): Uint8Array {
  const text = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString('latin1'); // byte for byte: the names are ASCII, as UTF-8 has them
  return Buffer.from(cutThumbnails(text).replace(orientation, '$11'), 'latin1');
}

/**
 * Takes out the elements in which XMP keeps pictures of the picture: Adobe's XMP specification, part 2, section 2.2
 * (xmp:Thumbnails). By search and not by a pattern, whose time a hostile packet could make grow with its square.
 */
function cutThumbnails(text: string): string {
  const name = ':Thumbnails';
  const unclosed = new Set<string>();
  let kept = '';
  let end = 0;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, Math.max(end, at + 1))) {
    const [, prefix] = /<([\w.-]{1,40})$/.exec(text.slice(Math.max(end, at - 41), at)) ?? [];
    if (prefix === undefined || unclosed.has(prefix)) continue;
    const opened = text.indexOf('>', at);
    const ending = text[opened - 1] === '/' ? at : text.indexOf(`</${prefix}${name}`, at);
    const closing = ending === -1 ? -1 : text.indexOf('>', ending);
    if (opened === -1 || closing === -1) {
      unclosed.add(prefix); // nor will a later one of this name be closed
      if (unclosed.size > 16) break;
      continue;
    }
    kept += text.slice(end, at - prefix.length - 1);
    end = closing + 1;
  }
  return kept + text.slice(end);
}
