/** Takes secrets out of text that comes from elsewhere. */
export type Redact = (text: string) => string;

/**
 * Makes a function that takes the key out of a text, and of each address everything behind its host: whoever knows the
 * address of a result can see the photo. The text has to be whole: cut it afterwards, or half a key may stay.
 */
export function createRedactor(apiKey: string | undefined): Redact {
  const key = apiKey === undefined || apiKey.length < shortestKey ? undefined : apiKey;
  return (text) => {
    const plain = unescape(text);
    return withoutAddresses(key === undefined ? plain : withoutEnd(plain.replaceAll(key, '[key]').replaceAll(unescape(encodeURIComponent(key)), '[key]'), key));
  };
}

const shortestKey = 4;

/** Slashes and colons as JSON, HTML and addresses within addresses write them: before they are back, nothing can be found. */
function unescape(text: string): string {
  return text.replaceAll(/\\\/|\\u002f|&#x2f;|&#47;|%2f/gi, '/').replaceAll(/%3a/gi, ':');
}

function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s"'<>]+/g, withoutAddress);
}

/** Of a word that is an address, the host may stay. So may short words with a slash, such as text/html. */
function withoutAddress(word: string): string {
  const [scheme, rest] = splitAt(word, '://');
  if (rest !== undefined) return `${scheme}://${/^[^/?#]*/.exec(rest)![0].replace(/^.*@/, '')}/[address]`;
  const [, path] = splitAt(word, '/');
  return path !== undefined && (path.length > 15 || path.includes('/') || path.includes('=')) ? '[address]' : withoutQuery(word);
}

function withoutQuery(word: string): string {
  return /[?&][\w-]+=/.test(word) ? '[address]' : word;
}

/** By search, not by a pattern: on a word of a megabyte, patterns that begin anywhere take minutes. */
function splitAt(word: string, mark: string): [before: string, after: string | undefined] {
  const at = word.indexOf(mark);
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + mark.length)];
}

/** An answer that broke off may end within the key. */
function withoutEnd(text: string, key: string): string {
  for (let length = key.length - 1; length >= shortestKey; length--) {
    if (text.endsWith(key.slice(0, length))) return `${text.slice(0, -length)}[key]`;
  }
  return text;
}
