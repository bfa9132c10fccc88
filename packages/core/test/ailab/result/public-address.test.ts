import { createServer, type AddressInfo, connect, type LookupFunction } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnections } from '../../../src/ailab/connections.ts';
import { isNotPublic, isPublicAddress, publicLookup } from '../../../src/ailab/result/public-address.ts';
import { rejection } from '../../_rejection.ts';
import { startResultServer } from './_result-server.ts';

const publicAddresses = [
  '8.8.8.8',
  '1.1.1.1',
  '47.246.0.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2001:4860:4860:0000:0000:0000:0000:8888',
  '2001:200::1',
  '2003::1',
  '2400:3200::1',
  '2A00:1450:4001:82B::200E',
  '3ffe::1',
  // IPv4 that is public, in IPv6
  '::ffff:8.8.8.8',
  '::FFFF:808:808',
  '0:0:0:0:0:ffff:0808:0808',
  '64:ff9b::8.8.8.8',
  '64:ff9b::808:808',
];

const otherAddresses = [
  // this network, loopback, private, carrier, link-local
  '0.0.0.0',
  '0.1.2.3',
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.0',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '169.254.0.1',
  '169.254.169.254',
  // protocol assignments, documentation, relays, benchmarks, multicast, reserved, broadcast
  '192.0.0.8',
  '192.0.2.1',
  '198.51.100.7',
  '203.0.113.9',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  // unspecified, loopback, unique local, link-local, site-local, multicast, discard, segment routing, unassigned
  '::',
  '0:0:0:0:0:0:0:0',
  '::1',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '100::1',
  '5f00::1',
  '4000::1',
  '1fff::1',
  // documentation, benchmarks, ORCHID
  '2001:db8::1',
  '3fff:abc::1',
  '2001:2::1',
  '2001:20::1',
  // IPv4 in IPv6: mapped, compatible, NAT64 and its local prefix, 6to4, Teredo
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0:0:0:0:0:FFFF:7F00:0001',
  '::ffff:10.1.2.3',
  '::ffff:169.254.169.254',
  '::ffff:0.0.0.0',
  '::127.0.0.1',
  '::8.8.8.8',
  '64:ff9b::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::a00:1',
  '64:ff9b::192.168.1.1',
  '64:ff9b:1::808:808',
  '2002:7f00:1::',
  '2002:808:808::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  // no address, or one in a notation that net.isIP does not know
  '',
  'localhost',
  'example.com',
  '127.1',
  '0x7f.1',
  '0177.0.0.1',
  '2130706433',
  '134744072',
  '8.8.8.8.',
  '8.8.8.8:80',
  '[2606:4700:4700::1111]',
  ' 8.8.8.8',
];

describe('isPublicAddress', () => {
  it.each(publicAddresses)('is true for %s', (address) => expect(isPublicAddress(address)).toBe(true));
  it.each(otherAddresses)('is false for "%s"', (address) => expect(isPublicAddress(address)).toBe(false));
});

/** Calls a look-up the way that sockets do. */
function look(hostname: string, options: Parameters<LookupFunction>[1], via: LookupFunction = publicLookup): Promise<[string | LookupAddress[], number | undefined]> {
  return new Promise((resolve, reject) => {
    via(hostname, options, (error, address, family) => (error === null ? resolve([address, family]) : reject(error)));
  });
}

describe('publicLookup', () => {
  it('refuses a name that stands for the machine itself, in both forms that sockets ask in', async () => {
    for (const options of [{ all: true }, { all: false }, {}, { all: true, family: 4 }]) {
      const error = await rejection(() => look('localhost', options));
      expect(isNotPublic(error), JSON.stringify(options)).toBe(true);
    }
  });

  // An address is its own look-up: dns.lookup answers without asking anybody.
  it('gives all addresses, or one with its family', async () => {
    expect(await look('8.8.8.8', { all: true })).toEqual([[{ address: '8.8.8.8', family: 4 }], undefined]);
    expect(await look('8.8.8.8', {})).toEqual(['8.8.8.8', 4]);
    expect(await look('2606:4700:4700::1111', { all: false })).toEqual(['2606:4700:4700::1111', 6]);
  });

  it('passes on that there is no such name', async () => {
    const error = await rejection(() => look('no-such-host.invalid', { all: true }));
    expect(error).toMatchObject({ hostname: 'no-such-host.invalid', syscall: 'getaddrinfo' });
    expect(isNotPublic(error)).toBe(false);
  });

  it.each([true, false])('keeps a socket from connecting (both families tried: %s)', async (autoSelectFamily) => {
    let connections = 0;
    const server = createServer(() => void connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const error = await new Promise((resolve) => connect({ host: 'localhost', port, autoSelectFamily, lookup: publicLookup }).on('error', resolve));
    expect(isNotPublic(error)).toBe(true);
    expect(connections).toBe(0);
  });
});

describe('the connections to results', () => {
  it('refuse a name that is not public, and say why through undici', async () => {
    const server = await startResultServer((_, response) => void response.end('inside'));
    const connections = createConnections();
    onTestFinished(() => connections.close());
    const request = { origin: `http://localhost:${server.port}`, path: '/', method: 'GET', headers: {}, signal: new AbortController().signal } as const;
    const careful = await connections.toResults('localhost', { allowPrivateHosts: false });
    expect(isNotPublic(await rejection(() => careful.request(request)))).toBe(true);
    expect(server.requests).toEqual([]);

    const trusting = await connections.toResults('localhost', { allowPrivateHosts: true });
    const { body } = await trusting.request(request);
    expect(String(await body.toArray())).toBe('inside');
  });
});

describe('isNotPublic', () => {
  it('finds the refusal inside of other errors, and in nothing else', async () => {
    const refusal = await rejection(() => look('localhost', { all: true }));
    expect(isNotPublic(new Error('outer', { cause: refusal }))).toBe(true);
    expect(isNotPublic(new AggregateError([new Error('first'), new Error('second', { cause: refusal })]))).toBe(true);
    expect(isNotPublic(new Error('another'))).toBe(false);
    expect(isNotPublic({ code: 'ERR_NOT_PUBLIC' })).toBe(false);
    expect(isNotPublic(undefined)).toBe(false);
  });

  it('gives up on errors that cause each other', () => {
    const error = new Error('round');
    error.cause = error;
    expect(isNotPublic(error)).toBe(false);
  });
});
