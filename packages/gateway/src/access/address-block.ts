import { isIPv6 } from 'node:net';

/**
 * What an address is counted under: itself, or the /64 network of an IPv6 address, as every customer of a provider has at
 * least that many addresses to change between (RFC 6177).
 */
export function addressBlock(address: string): string {
  const [bare = ''] = address.split('%'); // a link-local address ends in its interface
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped; // IPv4, as a server that listens on both sees it
  return isIPv6(bare) ? `${networkOf(bare)}::/64` : bare;
}

/** The first four of the eight groups of 16 bits; `::` stands for as many zeros as are missing. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...(tail === undefined ? [] : zeros), ...after].slice(0, 4).join(':');
}
