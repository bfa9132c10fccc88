const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text of a user, such as a file name, without what a terminal obeys, XML forbids or turns the reading direction. */
export function printable(text) {
  return text.replace(/[\p{Cc}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, '\ufffd');
}

/** The same as it may stand in HTML and SVG, inside quotes as well. */
export function escape(text) {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/** The text, or its beginning and end where it has more characters than fit. */
export function shorten(text, most) {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}
