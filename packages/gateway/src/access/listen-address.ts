import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { ConfigError } from '../config/read-config.ts';
import type { Config } from '../config/settings.ts';

/** Where a gateway may listen. */
export interface ListenAddress {
  readonly address: string;
  /** A line for whoever starts a gateway that asks for no key. */
  readonly notice?: string;
  /** Whether other machines reach a gateway that asks for no key. */
  readonly isOpen: boolean;
}

/**
 * Looks up the host to listen on. Without API keys it has to be one that only this machine reaches, unless anonymous
 * callers are wanted: a name is judged by the address it stands for, and that very address is to be listened on.
 *
 * @throws {ConfigError} other machines could call without a key
 * @throws {NodeJS.ErrnoException} the name stands for no address
 */
export async function findListenAddress({ host, apiKeys, allowAnonymous }: Pick<Config, 'host' | 'apiKeys' | 'allowAnonymous'>): Promise<ListenAddress> {
  const { address } = await lookup(host);
  if (apiKeys.length > 0) return { address, isOpen: false };
  if (isLoopback(address)) {
    return { address, isOpen: false, notice: `No API keys are set: listening on ${address} only, for callers on this machine. SLIMFACE_API_KEYS lets others in.` };
  }
  if (allowAnonymous) return { address, isOpen: true, notice: `No API keys are set: whoever reaches ${address} may call, as SLIMFACE_ALLOW_ANONYMOUS says.` };
  throw new ConfigError(
    `Expected API keys with SLIMFACE_HOST=${host}, which other machines can reach, but received none; ` +
      'set SLIMFACE_API_KEYS or SLIMFACE_API_KEYS_FILE, or SLIMFACE_ALLOW_ANONYMOUS=1 to let anybody call',
  );
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Also of an IPv4 address in the form of IPv6. */
function isLoopback(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
