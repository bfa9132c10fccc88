import { InvalidInputError } from '../errors/call-errors.ts';
import { InWords } from '../errors/describe.ts';
import type { AilabClientOptions } from './client-options.ts';

/**
 * Options of a client that is derived from another one.
 * @throws {InvalidInputError} no object, or an option of what the two share
 */
export function deriveOptions(options: AilabClientOptions, changes: AilabClientOptions): AilabClientOptions {
  checkObject(changes);
  for (const name of ['concurrency', 'dispatcher'] as const) {
    if (changes[name] !== undefined) throw new InvalidInputError(`no ${name}, which derived clients share,`, new InWords('one'));
  }
  return { ...inherited(options, changes), ...withoutUndefined(changes) };
}

/** @throws {InvalidInputError} no object; a string is not shown, since it may be the key */
export function checkObject(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new InvalidInputError('options to be an object', typeof options === 'string' ? new InWords('a string (the key goes into { apiKey })') : options);
}

/**
 * A key is for one server, and an address for one provider: neither goes along to another. Nor does a key from the
 * environment, which an empty one keeps out.
 */
function inherited({ apiKey, baseUrl, ...others }: AilabClientOptions, changes: AilabClientOptions): AilabClientOptions {
  const isSameProvider = (changes.provider ?? others.provider ?? 'ailab') === (others.provider ?? 'ailab');
  if (!isSameProvider) return others;
  const isSameServer = changes.baseUrl === undefined || hrefOf(changes.baseUrl) === hrefOf(baseUrl);
  return { ...others, baseUrl, apiKey: isSameServer ? apiKey : '' };
}

function hrefOf(address: string | URL | undefined): string | undefined {
  return address !== undefined && URL.canParse(String(address)) ? new URL(address).href : undefined;
}

/** As with a call's options, one that is undefined changes nothing. */
function withoutUndefined<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
