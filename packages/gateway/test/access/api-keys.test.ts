import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashApiKey, readApiKeyFile, readApiKeys } from '../../src/access/api-keys.ts';

const key = 'a-key-of-24-characters!!';
const sha256 = createHash('sha256').update(key).digest('hex');

describe('readApiKeys', () => {
  it('reads names and keys, and keeps only hashes', () => {
    expect(readApiKeys(`web:${key}, batch.2:${'x'.repeat(16)},web:of:colons:and=more`)).toEqual([
      { name: 'web', sha256 },
      { name: 'batch.2', sha256: hashApiKey('x'.repeat(16)) },
      { name: 'web', sha256: hashApiKey('of:colons:and=more') },
    ]);
  });

  const secret = 'hunter2hunter2hunter2';
  const bad: [text: string, message: string][] = [
    [`web:${secret},`, 'Expected entry 2 to be name:key with a key of at least 16 characters but received 0'],
    [secret, 'Expected entry 1 to be name:key with a key of at least 16 characters but received 0'],
    ['web:hunter2', 'Expected entry 1 to be name:key with a key of at least 16 characters but received 7'],
    [`web:${secret}ü`, 'Expected entry 1 to be name:key with a key of visible ASCII characters but received others among them'],
    [`web:${secret} ${secret}`, 'Expected entry 1 to be name:key with a key of visible ASCII characters but received others among them'],
    [`Hunter2:${secret}`, 'Expected entry 1 to have a name of 1 to 64 characters a-z, 0-9, ".", "_" and "-" but received another'],
    [`:${secret}`, 'Expected entry 1 to have a name of 1 to 64 characters a-z, 0-9, ".", "_" and "-" but received another'],
    [`anonymous:${secret}`, 'Expected entry 1 to have a name other than "anonymous" but received it'],
    [`web:${secret},batch:${secret}`, 'Expected different keys for "web" and "batch" but received the same'],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${text.replaceAll(secret, '<key>')} without showing it`, () => {
      expect(() => readApiKeys(text)).toThrow(new Error(message));
      expect(message).not.toMatch(/hunter2/i);
    });
  }
});

describe('readApiKeyFile', () => {
  it('reads names and hashes, past comments and empty lines', () => {
    expect(readApiKeyFile(`# of the web client\r\nweb:${sha256}\r\n\r\n  batch : ${hashApiKey('other').toUpperCase()}  \n`)).toEqual([
      { name: 'web', sha256 },
      { name: 'batch', sha256: hashApiKey('other') },
    ]);
  });

  const bad: [name: string, text: string, message: string][] = [
    ['a key instead of its hash', `web:${sha256}\n# next\nbatch:${key}`, 'Expected line 3 to be name:hash with a SHA-256 of 64 hexadecimal digits but received something else'],
    ['a line of something else', `${sha256}  -`, 'Expected line 1 to be name:hash with a SHA-256 of 64 hexadecimal digits but received something else'],
    ['a hash without a name', `:${sha256}`, 'Expected line 1 to have a name of 1 to 64 characters a-z, 0-9, ".", "_" and "-" but received another'],
    ['an empty file', '\n# nothing yet\n', 'Expected at least one line of name:hash but received none'],
  ];
  for (const [name, text, message] of bad) {
    it(`refuses ${name} without showing it`, () => {
      expect(() => readApiKeyFile(text)).toThrow(new Error(message));
      expect(message).not.toContain(key);
    });
  }
});
