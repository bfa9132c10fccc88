import { InvalidInputError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import type { Connections } from '../../../src/ailab/connections.ts';
import { createResultHosts, type ResultHostsOptions } from '../../../src/ailab/result/result-hosts.ts';

function check(address: string, options: Partial<ResultHostsOptions> = {}): string | undefined {
  return createResultHosts({ apiOrigin: 'https://www.ailabapi.com', ...options }).check(new URL(address));
}

describe('without a list', () => {
  it.each([
    'https://ai-result-rapidapi.ailabtools.com/faceBody/liquifyFace/x.jpg',
    'https://ailab-outputs.oss-accelerate.aliyuncs.com/x',
    'https://cdn.example.com:8443/x',
    'https://8.8.8.8/x',
    'https://134744072/x',
    'https://[2606:4700:4700::1111]/x',
    'https://localhost.example.com/x',
    'https://notlocalhost/x',
  ])('%s is fine', (address) => expect(check(address)).toBeUndefined());

  it.each([
    ['http://cdn.example.com/x', 'its address begins with http: and not with https:'],
    ['ftp://cdn.example.com/x', 'its address begins with ftp: and not with https:'],
    ['data:image/png;base64,AAAA', 'its address begins with data: and not with https:'],
    ['file:///etc/passwd', 'its address begins with file: and not with https:'],
    ['blob:https://www.ailabapi.com/x', 'its address begins with blob: and not with https:'],
    ['https://user@cdn.example.com/x', 'its address on cdn.example.com holds a user name or a password'],
    ['https://:pass@cdn.example.com/x', 'its address on cdn.example.com holds a user name or a password'],
  ])('%s is refused', (address, reason) => expect(check(address)).toBe(reason));

  it.each([
    ['https://127.0.0.1/x', '127.0.0.1'],
    ['https://127.1/x', '127.0.0.1'],
    ['https://0x7f.1/x', '127.0.0.1'],
    ['https://0x7f000001/x', '127.0.0.1'],
    ['https://2130706433/x', '127.0.0.1'],
    ['https://017700000001/x', '127.0.0.1'],
    ['https://１２７.0.0.1/x', '127.0.0.1'],
    ['https://127.0.0.1./x', '127.0.0.1'],
    ['https://0/x', '0.0.0.0'],
    ['https://10.1.2.3/x', '10.1.2.3'],
    ['https://169.254.169.254/latest/meta-data', '169.254.169.254'],
    ['https://[::1]/x', '[::1]'],
    ['https://[0:0:0:0:0:0:0:1]:8443/x', '[::1]'],
    ['https://[::ffff:127.0.0.1]/x', '[::ffff:7f00:1]'],
    ['https://[fe80::1]/x', '[fe80::1]'],
    ['https://[64:ff9b::10.0.0.1]/x', '[64:ff9b::a00:1]'],
    ['https://localhost/x', 'localhost'],
    ['https://LOCALHOST./x', 'localhost'],
    ['https://a.b.localhost/x', 'a.b.localhost'],
  ])('%s is refused unless private hosts are allowed', (address, host) => {
    expect(check(address)).toBe(`${host} is not a public host (see allowPrivateHosts)`);
    expect(check(address, { allowPrivateHosts: true })).toBeUndefined();
  });

  it('says nothing of path and query', () => {
    for (const address of ['http://cdn.example.com/path?query#hash', 'https://10.0.0.1/path?query', 'https://user:s3cret@cdn.example.com/path?query']) {
      expect(check(address)).not.toMatch(/path|query|hash|s3cret/);
    }
  });
});

describe('the origin of the API', () => {
  it.each(['http://127.0.0.1:4000', 'http://localhost:4000', 'http://gateway.internal', 'https://10.0.0.7'])('%s is fine, whatever the list says', (apiOrigin) => {
    expect(check(`${apiOrigin}/results/x.jpg?signature=1`, { apiOrigin, resultHosts: [] })).toBeUndefined();
  });

  it('is one origin: another port or scheme of the same host is another one', () => {
    const apiOrigin = 'http://127.0.0.1:4000';
    expect(check('http://127.0.0.1:4001/x', { apiOrigin })).toBe('its address begins with http: and not with https:');
    expect(check('https://127.0.0.1:4000/x', { apiOrigin })).toBe('127.0.0.1 is not a public host (see allowPrivateHosts)');
    expect(check('http://localhost:4000/x', { apiOrigin })).toBe('its address begins with http: and not with https:');
  });
});

describe('with a list', () => {
  const resultHosts = ['cdn.example.com', '*.ailabtools.com', 'BÜCHER.example', 'Rooted.example.com.', '[2606:4700:4700::1111]', '8.8.8.8', '10.0.0.7'];

  it.each([
    'https://cdn.example.com/x',
    'https://CDN.Example.COM:8443/x',
    'https://cdn.example.com./x',
    'https://ai-result-rapidapi.ailabtools.com/x',
    'https://a.b.c.ailabtools.com/x',
    'https://xn--bcher-kva.example/x',
    'https://bücher.example/x',
    'https://rooted.example.com/x',
    'https://[2606:4700:4700:0::1111]/x',
    'https://134744072/x',
  ])('%s is fine', (address) => expect(check(address, { resultHosts })).toBeUndefined());

  it.each([
    ['https://example.com/x', 'example.com'],
    ['https://a.cdn.example.com/x', 'a.cdn.example.com'],
    ['https://cdn.example.com.evil.test/x', 'cdn.example.com.evil.test'],
    ['https://ailabtools.com/x', 'ailabtools.com'],
    ['https://evilailabtools.com/x', 'evilailabtools.com'],
    ['https://ailabtools.com.evil.test/x', 'ailabtools.com.evil.test'],
    ['https://1.1.1.1/x', '1.1.1.1'],
  ])('%s is refused', (address, host) => expect(check(address, { resultHosts })).toBe(`${host} is not among resultHosts`));

  it('does not make a private host public', () => {
    expect(check('https://10.0.0.7/x', { resultHosts })).toBe('10.0.0.7 is not a public host (see allowPrivateHosts)');
    expect(check('https://10.0.0.7/x', { resultHosts, allowPrivateHosts: true })).toBeUndefined();
    expect(check('https://10.0.0.8/x', { resultHosts, allowPrivateHosts: true })).toBe('10.0.0.8 is not among resultHosts');
  });

  it('refuses everything when the list is empty', () => expect(check('https://cdn.example.com/x', { resultHosts: [] })).toBe('cdn.example.com is not among resultHosts'));
});

describe('options that are not as documented', () => {
  const refuse = (options: object) => {
    try {
      createResultHosts({ apiOrigin: 'https://www.ailabapi.com', ...options });
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError);
      return (error as Error).message;
    }
    return 'nothing';
  };

  it.each([
    'https://cdn.example.com',
    'cdn.example.com:443',
    'cdn.example.com/path',
    'cdn.example.com?x',
    'user@cdn.example.com',
    'cdn example.com',
    'cdn.example.com ',
    '*',
    '*.',
    '*.*.example.com',
    'a.*.example.com',
    '*example.com',
    '.example.com',
    'a..example.com',
    '',
    '*.10.0.0.1',
    '*.[2606:4700:4700::1111]',
    '2606:4700:4700::1111',
    'ex%61mple.com',
  ])('"%s" is no host name', (entry) => {
    expect(refuse({ resultHosts: ['fine.example.com', entry] })).toBe(
      `Expected resultHosts[1] to be a host name like 'example.com' or '*.example.com' but received ${JSON.stringify(entry)}`,
    );
  });

  it('names what it received instead', () => {
    expect(refuse({ resultHosts: 'cdn.example.com' })).toBe('Expected resultHosts to be a list of host names but received "cdn.example.com"');
    expect(refuse({ resultHosts: [/x/] })).toBe("Expected resultHosts[0] to be a host name like 'example.com' or '*.example.com' but received RegExp");
    expect(refuse({ resultHosts: null })).toBe('Expected resultHosts to be a list of host names but received null');
    expect(refuse({ allowPrivateHosts: 'false' })).toBe('Expected allowPrivateHosts to be true or false but received "false"');
  });
});

describe('connect', () => {
  it('takes the connection without a check of addresses for the API alone', async () => {
    const asked: unknown[] = [];
    const connections = {
      toApi: async () => void asked.push('api'),
      toResults: async (host: string, options: unknown) => void asked.push({ host, options }),
      close: async () => {},
    } as unknown as Connections;
    const apiOrigin = 'http://127.0.0.1:4000';
    for (const allowPrivateHosts of [false, true]) {
      const hosts = createResultHosts({ apiOrigin, allowPrivateHosts });
      await hosts.connect(new URL(`${apiOrigin}/x`), connections);
      await hosts.connect(new URL('https://cdn.example.com/x'), connections);
    }
    expect(asked).toEqual([false, true].flatMap((allowPrivateHosts) => ['api', { host: 'cdn.example.com', options: { allowPrivateHosts } }]));
  });
});
