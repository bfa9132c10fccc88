/** Takes secrets out of text that comes from elsewhere. */
export type Redact = (text: string) => string;

/**
 * Makes a function that takes the key out of a text, and of each web address everything behind its host: whoever knows
 * the address of a result can see the photo. The text has to be whole: cut it afterwards, or half a key may stay.
 */
export function createRedactor(apiKey: string | undefined): Redact {
  const key = apiKey === undefined || apiKey.length < shortestKey ? undefined : apiKey;
  return (text) => withoutAddresses(key === undefined ? text : withoutEnd(text.replaceAll(key, '[key]'), key));
}

const shortestKey = 4;

function withoutAddresses(text: string): string {
  return text.replaceAll(/(https?:(?:\\?\/){2}[^\s/\\"'<>?#]*)[^\s"'<>]*/gi, '$1/[address]');
}

/** An answer that broke off may end within the key. */
function withoutEnd(text: string, key: string): string {
  for (let length = key.length - 1; length >= shortestKey; length--) {
    if (text.endsWith(key.slice(0, length))) return `${text.slice(0, -length)}[key]`;
  }
  return text;
}
