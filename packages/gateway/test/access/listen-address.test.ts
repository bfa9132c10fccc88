import { describe, expect, it } from 'vitest';
import { findListenAddress, type ListenAddress } from '../../src/access/listen-address.ts';
import { hashApiKey } from '../../src/access/api-keys.ts';
import { ConfigError } from '../../src/config/read-config.ts';

const find = (host: string, options: { allowAnonymous?: boolean; apiKeys?: readonly { name: string; sha256: string }[] } = {}): Promise<ListenAddress> =>
  findListenAddress({ host, apiKeys: [], allowAnonymous: false, ...options });

describe('without API keys', () => {
  for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost', '::ffff:127.0.0.1', '127.1']) {
    it(`listens on ${host}, and says that only this machine can call`, async () => {
      const { address, isOpen, notice } = await find(host);
      expect(isOpen).toBe(false);
      expect(notice).toBe(`No API keys are set: listening on ${address} only, for callers on this machine. SLIMFACE_API_KEYS lets others in.`);
    });
  }

  // '0' is a name as far as the program is concerned, and stands for 0.0.0.0.
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1', '::ffff:0.0.0.0', '128.0.0.1', '0']) {
    it(`refuses ${host}, unless anybody may call`, async () => {
      await expect(find(host)).rejects.toThrow(ConfigError);
      expect(await find(host, { allowAnonymous: true })).toMatchObject({ isOpen: true, notice: expect.stringContaining('may call') as string });
    });
  }
});

describe('with API keys', () => {
  it('listens anywhere, and has nothing to say', async () => {
    const apiKeys = [{ name: 'web', sha256: hashApiKey('web-key-0123456789') }];
    expect(await find('0.0.0.0', { apiKeys })).toEqual({ address: '0.0.0.0', isOpen: false });
    expect(await find('::1', { apiKeys, allowAnonymous: true })).toEqual({ address: '::1', isOpen: false });
  });
});
