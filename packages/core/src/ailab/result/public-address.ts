import { lookup, promises, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** IPv4 ranges without public servers (IANA special-purpose address registry, RFC 6890; RFC 1112 and 5771 for the last two). */
const special4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // behind a carrier's NAT
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local; metadata services of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
];

/** The parts of IPv6 with public servers in them: global unicast, and what stands for an IPv4 address (mapped, NAT64). */
const routable6: readonly (readonly [network: string, prefix: number])[] = [
  ['2000::', 3],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
];

/** Exceptions from global unicast (IANA special-purpose address registry). */
const special6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23], // protocol assignments: Teredo, ORCHID, benchmarks
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4
  ['3fff::', 20], // documentation
];

const routable = new BlockList();
const special = new BlockList();
for (const [network, prefix] of routable6) routable.addSubnet(network, prefix, 'ipv6');
for (const [network, prefix] of special6) special.addSubnet(network, prefix, 'ipv6');
for (const [network, prefix] of special4) {
  special.addSubnet(network, prefix, 'ipv4');
  for (const around of ['::ffff:', '64:ff9b::']) special.addSubnet(around + network, 96 + prefix, 'ipv6');
}

/**
 * Whether an address can be that of a server on the public internet. IPv4 inside of IPv6 counts as what it stands for where
 * such addresses are in use (mapped, NAT64); the forms that nobody uses any more (compatible, 6to4, Teredo) are refused.
 *
 * @param address IPv4 or IPv6 as `net.isIP` knows them, without brackets; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && routable.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** A name stands for an address that is not public. */
class NotPublicError extends Error {
  readonly code = 'ERR_NOT_PUBLIC';

  constructor() {
    super('Expected a name that stands for public addresses only');
  }
}

/** Whether a connection was not made because `publicLookup` refused. Other errors may be wrapped around the refusal. */
export function isNotPublic(error: unknown, depth = 4): boolean {
  if (error instanceof NotPublicError) return true;
  if (!(error instanceof Error) || depth === 0) return false;
  return [error.cause, ...(error instanceof AggregateError ? error.errors : [])].some((inner) => isNotPublic(inner, depth - 1));
}

/**
 * Looks a name up for a connection and fails when any of its addresses is not public. The connection is made to the very
 * addresses that were checked: there is no second look-up that could give others.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, []);
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) return callback(new NotPublicError(), []);
    if (options.all === true) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

/**
 * Checks a name before a connection that looks it up anew, so it may get another answer then. A name that is not known
 * here passes: a proxy may know it.
 */
export async function refusePrivateName(hostname: string): Promise<void> {
  const addresses = await promises.lookup(hostname, { all: true }).catch(() => []);
  if (!addresses.every(({ address }) => isPublicAddress(address))) throw new NotPublicError();
}
