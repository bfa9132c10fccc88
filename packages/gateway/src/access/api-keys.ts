import { createHash } from 'node:crypto';

/** An API key as it is kept: whoever reads it cannot call with it. */
export interface ApiKey {
  /** For logs, metrics and rate limits. Several keys may share one: the old and the new, while clients change over. */
  readonly name: string;
  /** SHA-256 of the key in lower-case hexadecimal. */
  readonly sha256: string;
}

const MIN_KEY_LENGTH = 16;
const RESERVED_NAME = 'anonymous'; // in the log it says that nobody was asked for a key

/**
 * Reads keys as the environment holds them: `name:key,name:key`.
 *
 * @throws {Error} which names an entry by its place, never by its content
 */
export function readApiKeys(text: string): readonly ApiKey[] {
  const keys = text.split(',').map((entry, index): ApiKey => {
    const [name, key] = splitAtColon(entry);
    const place = `entry ${index + 1}`;
    // Other characters do not arrive everywhere as they were sent, and a comma would end the entry.
    if (!/^[\x21-\x7e]*$/.test(key)) throw new Error(`Expected ${place} to be name:key with a key of visible ASCII characters but received others among them`);
    if (key.length < MIN_KEY_LENGTH) throw new Error(`Expected ${place} to be name:key with a key of at least ${MIN_KEY_LENGTH} characters but received ${key.length}`);
    checkName(name, place);
    return { name, sha256: hashApiKey(key) };
  });
  return checkApiKeys(keys);
}

/**
 * Reads keys as a file holds them: lines of `name:<SHA-256 in hexadecimal>`, empty lines, and comments that begin with `#`.
 *
 * @throws {Error} which names a line by its number, never by its content
 */
export function readApiKeyFile(text: string): readonly ApiKey[] {
  const keys = text.split('\n').flatMap((line, index): ApiKey[] => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return [];
    const [name, hash] = splitAtColon(entry);
    const place = `line ${index + 1}`;
    if (!/^[0-9a-f]{64}$/i.test(hash)) throw new Error(`Expected ${place} to be name:hash with a SHA-256 of 64 hexadecimal digits but received something else`);
    checkName(name, place);
    return [{ name, sha256: hash.toLowerCase() }];
  });
  if (keys.length === 0) throw new Error('Expected at least one line of name:hash but received none');
  return checkApiKeys(keys);
}

/** SHA-256 of a key in lower-case hexadecimal. Keys are long and random, so they need neither salt nor a slow hash. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Gives the keys back, when each has a hash and a name, and no key has two names.
 *
 * @throws {Error}
 */
export function checkApiKeys(keys: readonly ApiKey[]): readonly ApiKey[] {
  const nameOf = new Map<string, string>();
  for (const { name, sha256 } of keys) {
    checkName(name, 'an API key');
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`Expected the API key "${name}" to have a SHA-256 of 64 lower-case hexadecimal digits but received something else`);
    const other = nameOf.get(sha256) ?? name;
    if (other !== name) throw new Error(`Expected different keys for "${other}" and "${name}" but received the same`);
    nameOf.set(sha256, name);
  }
  return keys;
}

function splitAtColon(entry: string): [before: string, after: string] {
  const [before = '', ...after] = entry.split(':');
  return [before.trim(), after.join(':').trim()];
}

/** A name that is refused is not shown: somebody may have put the key in its place. */
function checkName(name: string, place: string): void {
  if (!/^[a-z0-9._-]{1,64}$/.test(name)) throw new Error(`Expected ${place} to have a name of 1 to 64 characters a-z, 0-9, ".", "_" and "-" but received another`);
  if (name === RESERVED_NAME) throw new Error(`Expected ${place} to have a name other than "${RESERVED_NAME}" but received it`);
}
