import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { addressBlock } from './address-block.ts';
import { type ApiKey, checkApiKeys } from './api-keys.ts';
import type { Caller } from './caller.ts';

/** Tells who sent a request; `undefined` when it carries no key that is known. */
export type Authenticate = (req: IncomingMessage) => Caller | undefined;

/** For a gateway without keys: everybody may call, and is counted by address. */
export const anyoneMayCall: Authenticate = ({ socket }) => ({ name: 'anonymous', countedAs: `anonymous ${addressBlock(socket.remoteAddress ?? '')}` });

/**
 * Knows callers by the key in `x-api-key` or `authorization: Bearer`, and below `/api/` also in `ailabapi-api-key`.
 * A request with two different keys is nobody's.
 *
 * @param apiKeys none: everybody may call
 * @throws {Error} a key without a proper name or hash
 */
export function createAuthenticate(apiKeys: readonly ApiKey[]): Authenticate {
  if (apiKeys.length === 0) return anyoneMayCall;
  const known = checkApiKeys(apiKeys).map(({ name, sha256 }) => ({ name, hash: Buffer.from(sha256, 'hex') }));
  return (req) => {
    const [key, ...others] = sentKeys(req);
    if (key === undefined || others.length > 0) return undefined;
    const hash = createHash('sha256').update(key).digest();
    // Compared with every key, so that the time it takes tells nothing about any of them.
    const [match] = known.filter((one) => timingSafeEqual(one.hash, hash));
    return match && { name: match.name, countedAs: match.name };
  };
}

/** The different keys of a request. The distinct headers also have those that Node drops when a header comes twice. */
function sentKeys({ url = '', headersDistinct: headers }: IncomingMessage): Set<string> {
  const bearers = headers.authorization?.map((value) => /^bearer +(\S+)$/i.exec(value)?.[1] ?? '') ?? [];
  const twins = url.startsWith('/api/') ? headers['ailabapi-api-key'] : undefined;
  const keys = [...(headers['x-api-key'] ?? []), ...bearers, ...(twins ?? [])];
  return new Set(keys.filter((key) => key !== ''));
}
