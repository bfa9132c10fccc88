import { describe, expect, it } from 'vitest';
import { addressBlock } from '../../src/access/address-block.ts';

describe('addressBlock', () => {
  const blocks: [address: string, block: string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::2:0:0:0:1', '2001:db8:0:2::/64'],
    ['2001:db8:0:2::1', '2001:db8:0:2::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ];
  for (const [address, block] of blocks) {
    it(`counts ${address || 'a connection that is gone'} under ${block || 'nothing'}`, () => {
      expect(addressBlock(address)).toBe(block);
    });
  }
});
