import { isIP } from 'node:net';
import type { Dispatcher } from '../dispatcher.ts';
import { InvalidInputError } from '../../errors/call-errors.ts';
import type { Connections } from '../connections.ts';
import { isPublicAddress } from './public-address.ts';

/** Where results may be fetched from. */
export interface ResultHosts {
  /**
   * Why nothing may be fetched from an address, in words that fit behind "but" and show neither path nor query.
   * Undefined when it may be; what the host's name stands for is then checked by the connection.
   */
  check(url: URL): string | undefined;
  /** What a request to an address that passed the check goes through. */
  connect(url: URL, connections: Connections): Promise<Dispatcher>;
}

/** Settings of the client that decide about hosts. */
export interface ResultHostsOptions {
  readonly resultHosts?: readonly string[] | undefined;
  readonly allowPrivateHosts?: boolean | undefined;
  /** The user named this origin as the API's, so it may serve results however it likes. */
  readonly apiOrigin: string;
}

/** @throws {InvalidInputError} `resultHosts` is no list of host names, or `allowPrivateHosts` no boolean */
export function createResultHosts({ resultHosts, allowPrivateHosts = false, apiOrigin }: ResultHostsOptions): ResultHosts {
  // A string such as 'false' must not open the door.
  if (typeof allowPrivateHosts !== 'boolean') throw new InvalidInputError('allowPrivateHosts to be true or false', allowPrivateHosts);
  const isListed = toMatcher(resultHosts);
  // A blob: address has the origin of the page it was made in, too.
  const isApi = ({ protocol, origin }: URL): boolean => /^https?:$/.test(protocol) && origin === apiOrigin;
  return {
    check(url) {
      if (isApi(url)) return undefined;
      if (url.protocol !== 'https:') return `its address begins with ${url.protocol} and not with https:`;
      const host = bareHost(url);
      if (url.username !== '' || url.password !== '') return `its address on ${host} holds a user name or a password`;
      if (!isListed(host)) return `${host} is not among resultHosts`;
      if (!allowPrivateHosts && isPrivate(host)) return `${host} is not a public host (see allowPrivateHosts)`;
      return undefined;
    },
    connect: (url, connections) => (isApi(url) ? connections.toApi() : connections.toResults(url.hostname, { allowPrivateHosts })),
  };
}

/** The host as `URL` writes it: lower case, punycode, numbers in their usual form; without the dot of the root. */
function bareHost({ hostname }: URL): string {
  return hostname.replace(/\.+$/, '');
}

function isPrivate(host: string): boolean {
  const address = host.replaceAll(/[[\]]/g, '');
  if (isIP(address) !== 0) return !isPublicAddress(address);
  return host === 'localhost' || host.endsWith('.localhost');
}

function toMatcher(resultHosts: readonly string[] | undefined): (host: string) => boolean {
  if (resultHosts === undefined) return () => true;
  if (!Array.isArray(resultHosts)) throw new InvalidInputError('resultHosts to be a list of host names', resultHosts);
  const patterns = resultHosts.map(readPattern);
  return (host) => patterns.some(({ name, isBelow }) => (isBelow ? host.endsWith(`.${name}`) : host === name));
}

interface Pattern {
  readonly name: string;
  /** Whether the hosts below the name are meant, at any depth, and not the name itself. */
  readonly isBelow: boolean;
}

function readPattern(entry: unknown, index: number): Pattern {
  const refusal = new InvalidInputError(`resultHosts[${index}] to be a host name like 'example.com' or '*.example.com'`, entry);
  if (typeof entry !== 'string') throw refusal;
  const isBelow = entry.startsWith('*.');
  const host = isBelow ? entry.slice(2) : entry;
  // With a scheme, a port or a path it would never match, and nobody would know why.
  const isNameOnly = !/[\s/\\?#@*%]/.test(host) && (!host.includes(':') || /^\[[\da-f:.]+\]$/i.test(host));
  if (!isNameOnly || !URL.canParse(`https://${host}`)) throw refusal;
  const name = bareHost(new URL(`https://${host}`));
  const isAddress = isIP(name) !== 0 || name.startsWith('[');
  const isName = name.split('.').every((label) => /^[\w-]{1,63}$/.test(label));
  if (isBelow ? isAddress || !isName : !isAddress && !isName) throw refusal;
  return { name, isBelow };
}
