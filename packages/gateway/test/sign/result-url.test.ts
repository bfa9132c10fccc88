import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createResultUrl, readResultUrl } from '../../src/sign/result-url.ts';

const key = randomBytes(32);
const result = { id: 'a'.repeat(32), mediaType: 'image/jpeg', expiresAt: new Date('2030-01-01T00:00:00Z') } as const;

describe('result URLs', () => {
  it('are read as they were made', () => {
    const url = new URL(createResultUrl('http://127.0.0.1:4000', key)(result));
    expect(`${url.origin}${url.pathname}`).toBe(`http://127.0.0.1:4000/results/${result.id}.jpg`);
    expect(readResultUrl(url, key)).toEqual({ kind: 'signed', id: result.id, extension: 'jpg', expiresAt: result.expiresAt });
  });

  it('keep the path of the public URL, with or without a slash at its end', () => {
    for (const publicUrl of ['https://example.test/slim', 'https://example.test/slim/']) {
      expect(createResultUrl(publicUrl, key)(result)).toMatch(/^https:\/\/example\.test\/slim\/results\/a{32}\.jpg\?expires=\d+&signature=[0-9a-f]{64}$/);
    }
  });

  it('are forged when any one character of id, expiry or signature differs', () => {
    const href = createResultUrl('http://localhost', key)(result);
    const signed = [...href.matchAll(/(?<=results\/)[0-9a-f]{32}|(?<=expires=)\d+|(?<=signature=)[0-9a-f]+/g)];
    expect(signed).toHaveLength(3);
    for (const { index, 0: text } of signed) {
      for (let at = index; at < index + text.length; at++) {
        const other = href[at] === '1' ? '2' : '1';
        const tampered = href.slice(0, at) + other + href.slice(at + 1);
        expect(readResultUrl(new URL(tampered), key).kind).toBe('forged');
      }
    }
  });

  it('are forged with another key, in capitals, longer, shorter or without a signature', () => {
    const url = new URL(createResultUrl('http://localhost', key)(result));
    expect(readResultUrl(url, randomBytes(32)).kind).toBe('forged');
    const signature = url.searchParams.get('signature')!;
    for (const other of [signature.toUpperCase(), `${signature}0`, signature.slice(1), '', '\u{1F600}'.repeat(16)]) {
      url.searchParams.set('signature', other);
      expect(readResultUrl(url, key).kind).toBe('forged');
    }
    url.searchParams.delete('signature');
    expect(readResultUrl(url, key).kind).toBe('forged');
  });

  it('are not results with another path', () => {
    for (const path of ['/results/', '/results/..%2f..%2fsigning-key', `/results/${'a'.repeat(32)}.gif`, `/results/${'A'.repeat(32)}.jpg`, `/results/${'a'.repeat(32)}.jpg/`]) {
      expect(readResultUrl(new URL(path, 'http://localhost'), key).kind).toBe('not-a-result');
    }
  });
});
