import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FileTooLargeError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { createFileBytes } from '../../src/upload/file-bytes.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const held = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

describe('the bytes of a file', () => {
  it.each([1, 100, 16_383, 16_384, 65_536, 299_999, 300_000])('are what was written, in pieces of up to %i', (longest) => {
    const file = createFileBytes(300_000);
    const whole = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    for (let at = 0, size = longest; at < whole.length; at += size, size = ((size * 7919) % longest) + 1) file.write(whole.subarray(at, at + size));
    const bytes = file.take();
    expect(Buffer.compare(bytes, whole)).toBe(0);
    expect(bytes.buffer.byteLength).toBe(300_000); // whoever gets hold of `buffer` sees nothing else
  });

  it('take no more memory than there are, in however small pieces they came', () => {
    const before = held();
    const file = createFileBytes(6e6);
    const piece = Buffer.from('x');
    for (let i = 0; i < 1e6; i++) file.write(piece.subarray(0, 1));
    expect(held() - before).toBeLessThan(2e6); // and what the test itself needs
    expect(file.take()).toHaveLength(1e6);
  });

  it('are forgotten when they are too many, and counted', async () => {
    const before = held();
    const file = createFileBytes(20e6);
    for (let i = 0; i < 30; i++) file.write(Buffer.alloc(1e6));
    await expect.poll(() => held() - before, { timeout: 20_000 }).toBeLessThan(5e6);
    expect(() => file.take()).toThrow(FileTooLargeError);
    expect(() => file.take()).toThrow('Expected an image of at most 20000000 bytes but received 30000000 bytes');
  });
});
