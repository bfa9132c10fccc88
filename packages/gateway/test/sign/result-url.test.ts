import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResultUrl, readResultUrl } from '../../src/sign/result-url.ts';

const key = randomBytes(32);
const result = { id: 'a'.repeat(32), mediaType: 'image/jpeg', expiresAt: new Date('2030-01-01T00:00:00Z') } as const;
const origin = 'http://localhost';
const target = createResultUrl(origin, key)(result).slice(origin.length);
const kindOf = (changed: string, keys: readonly Uint8Array[] = [key]) => readResultUrl(changed, keys).kind;

describe('result URLs', () => {
  it('are read as they were made', () => {
    expect(target).toMatch(/^\/results\/a{32}\.jpg\?expires=1893456000&signature=[0-9a-f]{64}$/);
    expect(readResultUrl(target, [key])).toEqual({ kind: 'signed', ...result });
    const png = createResultUrl(origin, key)({ ...result, mediaType: 'image/png' }).slice(origin.length);
    expect(readResultUrl(png, [key])).toEqual({ kind: 'signed', ...result, mediaType: 'image/png' });
  });

  it('keep the path of the public URL, with or without a slash at its end', () => {
    for (const publicUrl of ['https://example.test/slim', 'https://example.test/slim/']) {
      expect(createResultUrl(publicUrl, key)(result)).toBe(`https://example.test/slim${target}`);
    }
  });

  it('are signed by the first key and read by any', () => {
    const [newer, other] = [randomBytes(32), randomBytes(32)];
    const byNewer = createResultUrl(origin, newer)(result).slice(origin.length);
    for (const keys of [[newer, key], [key, newer], [other, newer, key]]) {
      expect(kindOf(target, keys)).toBe('signed');
      expect(kindOf(byNewer, keys)).toBe('signed');
    }
    expect(kindOf(target, [newer, other])).toBe('forged');
    expect(kindOf(target, [])).toBe('forged');
  });

  it('work for no other id, expiry, media type or signature', () => {
    const signed = [...target.matchAll(/(?<=results\/)[0-9a-f]{32}|(?<=expires=)\d+|(?<=signature=)[0-9a-f]+/g)];
    expect(signed).toHaveLength(3);
    for (const { index, 0: text } of signed) {
      for (let at = index; at < index + text.length; at++) {
        const other = target[at] === '1' ? '2' : '1';
        expect(kindOf(target.slice(0, at) + other + target.slice(at + 1))).toBe('forged');
      }
    }
    expect(kindOf(target.replace('.jpg', '.png'))).toBe('forged');
  });

  it.each([
    ['a parameter more', (url: string) => `${url}&v=1`],
    ['a parameter in front', (url: string) => url.replace('?', '?v=1&')],
    ['an ampersand more', (url: string) => `${url}&`],
    ['parameters in the other order', (url: string) => url.replace(/\?(.*)&(.*)$/, '?$2&$1')],
    ['its expiry twice', (url: string) => `${url}&expires=1893456000`],
    ['its signature twice', (url: string) => `${url}&${url.split('&')[1]}`],
    ['another spelling of a name', (url: string) => url.replace('expires', 'Expires')],
    ['an escaped name', (url: string) => url.replace('expires', '%65xpires')],
    ['an escaped digit', (url: string) => url.replace('expires=1', 'expires=%31')],
    ['a sign in the expiry', (url: string) => url.replace('expires=', 'expires=%2B')],
    ['a plus in the expiry', (url: string) => url.replace('expires=', 'expires=+')],
    ['a zero in front of the expiry', (url: string) => url.replace('expires=', 'expires=0')],
    ['a fraction in the expiry', (url: string) => url.replace('&', '.0&')],
    ['an exponent in the expiry', (url: string) => url.replace('1893456000', '1893456e3')],
    ['a hexadecimal expiry', (url: string) => url.replace('1893456000', '0x70DBD880')],
    ['white space', (url: string) => `${url}%20`],
    ['a capital in the signature', (url: string) => url.replace(/signature=.*/, (text) => `signature=${text.slice(10).toUpperCase()}`)],
    ['a signature that is cut', (url: string) => url.slice(0, -1)],
    ['half a signature', (url: string) => url.slice(0, -32)],
    ['a signature that goes on', (url: string) => `${url}0`],
    ['an empty signature', (url: string) => url.replace(/signature=.*/, 'signature=')],
    ['no signature', (url: string) => url.replace(/&signature=.*/, '')],
    ['no query', (url: string) => url.replace(/\?.*/, '')],
    ['an empty query', (url: string) => url.replace(/\?.*/, '?')],
    ['a second question mark', (url: string) => url.replace('?', '??')],
    ['a fragment', (url: string) => `${url}#`],
    ['a line more', (url: string) => `${url}\n`],
  ])('are forged with %s', (_, change) => {
    expect(change(target)).not.toBe(target);
    expect(kindOf(change(target))).toBe('forged');
  });

  it('are not results with another path', () => {
    const query = target.slice(target.indexOf('?'));
    const { id } = result;
    const paths = ['/results/', '/results', '', '*', '/results/..%2f..%2fsigning-key', `/results/${id}`, `/results/${id}.gif`, `/results/${id}.JPG`, `/results/${id.toUpperCase()}.jpg`];
    paths.push(`/results/${id}.jpg/`, `/results/${id}.jpg.`, `/results/${id}.jpg%00`, `/results/${id}\0.jpg`, `/results/${id}%2ejpg`, `/results//${id}.jpg`, `//results/${id}.jpg`, `/results/./${id}.jpg`);
    paths.push(`/results/x/../${id}.jpg`, `/results/%2e%2e/results/${id}.jpg`, `/results/%61${id.slice(1)}.jpg`, `/slim/results/${id}.jpg`, `http://localhost/results/${id}.jpg`, `/results/${id}0.jpg`);
    for (const path of paths) expect(kindOf(path + query), path).toBe('not-a-result');
  });

  it('cannot be made by anything but the key', () => {
    const anyTarget = fc.oneof(fc.string(), fc.tuple(fc.string(), fc.string(), fc.string()).map(([id, expires, signature]) => `/results/${id}.jpg?expires=${expires}&signature=${signature}`));
    fc.assert(fc.property(anyTarget, (any) => kindOf(any) !== 'signed'));
    const insertion = fc.tuple(fc.nat(target.length), fc.string({ minLength: 1, maxLength: 3 }));
    fc.assert(fc.property(insertion, ([at, text]) => kindOf(target.slice(0, at) + text + target.slice(at)) !== 'signed'));
  });
});
