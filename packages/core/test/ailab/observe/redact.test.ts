import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from '../../../src/ailab/observe/redact.ts';

const redact = createRedactor('key-123');

it.each([
  ['invalid key key-123', 'invalid key [key]'],
  ['https://results.example/faceBody/a.jpg?Signature=s', 'https://results.example/[address]'],
  ['see "https://a.example/x" and http://b.example/y.', 'see "https://a.example/[address]" and http://b.example/[address]'],
  ['{"url":"https:\\/\\/a.example\\/x.jpg"}', '{"url":"https://a.example/[address]"}'],
  ['https:\\u002f\\u002fa.example\\u002fx.jpg', 'https://a.example/[address]'],
  ['https:&#x2F;&#x2F;a.example&#x2F;x.jpg', 'https://a.example/[address]'],
  ['https://me:pa55@a.example/x.jpg', 'https://a.example/[address]'],
  ['https%3A%2F%2Fa.example%2Fx.jpg', 'https://a.example/[address]'],
  ['https://a.example/a,b(c).jpg', 'https://a.example/[address]'],
  ['oss://bucket/faceBody/x.jpg', 'oss://bucket/[address]'],
  ['//a.example/faceBody/x.jpg?Signature=s', '[address]'],
  ['a.example/faceBody/x.jpg', '[address]'],
  ['http://a.example/a b?Signature=s', 'http://a.example/[address] [address]'],
  ['text/html from nginx/1.25.3', 'text/html from nginx/1.25.3'],
  ['https://a.example', 'https://a.example/[address]'],
  ['nothing to hide', 'nothing to hide'],
])('turns %s into %s', (text, expected) => expect(redact(text)).toBe(expected));

it('leaves no part of an address behind its host, wherever it stands', () => {
  const secret = 'Zx9SecretPath';
  const property = fc.property(fc.string(), fc.webPath(), fc.string(), (before, path, after) => {
    expect(redact(`${before}https://r.example/${secret}${path} ${after}`)).not.toContain(secret);
  });
  fc.assert(property);
});

it.each(['a', '?a&', '/', 'x://', 'key-12', '&#x'])('takes no time for a megabyte of %s', (part) => {
  expect(redact(part.repeat(1e6 / part.length))).toBeTypeOf('string');
});

it('takes a key out however it is written', () => {
  const redactOther = createRedactor('QWx/bjpv=');
  for (const text of ['QWx/bjpv=', 'QWx\\/bjpv=', 'QWx%2Fbjpv%3D', 'QWx\\u002fbjpv=']) expect(redactOther(`key ${text}.`)).toBe('key [key].');
});

it('does without a key', () => expect(createRedactor(undefined)('key-123')).toBe('key-123'));
