/** What was received, where a description says more than the value, or the value must not be shown. */
export class InWords {
  readonly words: string;

  constructor(words: string) {
    this.words = words;
  }
}

/** Names a received value without spilling it: short scalars as they are, everything else by its kind. */
export function describe(value: unknown): string {
  if (value instanceof InWords) return value.words;
  if (typeof value === 'string') return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value);
  return value.constructor?.name || 'an object';
}
