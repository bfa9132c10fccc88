/** A name, with or without a prefix. */
const elementName = /^(?:[\w.-]{1,40}:)?[\w.-]{1,60}(?=[\s/>])/;
/** An attribute up to the quote that opens its value: bounded, so that no text can make it look for long. */
const attributeHead = /\s((?:[\w.-]{1,40}:)?[\w.-]{1,60})\s{0,9}=\s{0,9}(["'])/g;

/** Takes elements out by search and not by a pattern, whose time a hostile text could make grow with its square. */
export function cutElements(text: string, isUnwanted: (name: string) => boolean): string {
  const unclosed = new Set<string>();
  let kept = '';
  let end = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', Math.max(end, at + 1))) {
    const name = elementName.exec(text.slice(at + 1, at + 103))?.[0];
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

/** Takes attributes out, of whatever length. */
export function cutAttributes(text: string, isUnwanted: (name: string) => boolean): string {
  const [bracket, quotes] = [createFinder(text, '<'), { '"': createFinder(text, '"'), "'": createFinder(text, "'") }];
  let kept = '';
  let end = 0;
  for (const { 0: head, 1: name, 2: quote, index } of text.matchAll(attributeHead)) {
    if (index < end || !isUnwanted(name!)) continue;
    const value = index + head.length;
    const closing = quotes[quote as '"' | "'"](value);
    const outside = bracket(value);
    if (closing === -1 || (outside !== -1 && outside < closing)) continue;
    kept += text.slice(end, index);
    end = closing + 1;
  }
  return kept + text.slice(end);
}

/** Finds the next of something from positions that only go up, and so reads the text once for all of them. */
function createFinder(text: string, what: string): (from: number) => number {
  let at = text.indexOf(what);
  return (from) => {
    if (at !== -1 && at < from) at = text.indexOf(what, from);
    return at;
  };
}
