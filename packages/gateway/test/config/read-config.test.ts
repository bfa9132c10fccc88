import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/access/api-keys.ts';
import { ConfigError, readConfig, unknownSettings } from '../../src/config/read-config.ts';
import { settingNames } from '../../src/config/settings-table.ts';

const MIB = 2 ** 20;
const key = 'web-key-0123456789';
const signingKey = 'ab'.repeat(32);
const document = '{ __typename }';
const sha256 = createHash('sha256').update(document).digest('hex');

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slimface-config-'));
  writeFileSync(path('keys'), `# two\nbatch:${hashApiKey('batch-key-0123456789')}\nweb:${hashApiKey(key)}\n`);
  writeFileSync(path('documents.json'), JSON.stringify({ [`sha256:${sha256.toUpperCase()}`]: document }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readConfig', () => {
  it('has a default for every setting', () => {
    const defaults = {
      host: '127.0.0.1',
      port: 4000,
      publicUrl: undefined,
      drainSeconds: 10,
      logLevel: 'info',
      engine: { kind: 'local' },
      limits: 'ailab',
      concurrency: availableParallelism(),
      queueLength: 16,
      maxImages: 10,
      uploadMemoryBytes: 192 * MIB,
      apiKeys: [],
      allowAnonymous: false,
      photosPerMinute: 120,
      corsOrigins: [],
      introspection: true,
      graphiql: true,
      trustedDocuments: undefined,
      dataDir: '.slimface',
      maxStoreBytes: 10_240 * MIB,
      resultTtlSeconds: 86_400,
      signingKeys: undefined,
      stripMetadata: false,
      restStatuses: 2026,
    };
    expect(readConfig({})).toEqual(defaults);
    expect(readConfig(Object.fromEntries(settingNames().map((name) => [name, ''])))).toEqual(defaults);
  });

  it('takes every setting', () => {
    const env = {
      SLIMFACE_HOST: '::1',
      SLIMFACE_PORT: '0',
      SLIMFACE_PUBLIC_URL: 'https://example.test/slim',
      SLIMFACE_DRAIN_SECONDS: '0',
      SLIMFACE_LOG_LEVEL: 'warn',
      SLIMFACE_ENGINE: 'ailab',
      AILABAPI_API_KEY: 'k',
      SLIMFACE_AILAB_URL: 'http://127.0.0.1:4001/twin',
      SLIMFACE_LIMITS: 'ailab',
      SLIMFACE_CONCURRENCY: '5',
      SLIMFACE_QUEUE_LENGTH: '0',
      SLIMFACE_MAX_IMAGES: '1',
      SLIMFACE_UPLOAD_MEMORY_MB: '512',
      SLIMFACE_API_KEYS: `web:${key}`,
      SLIMFACE_API_KEYS_FILE: path('keys'),
      SLIMFACE_ALLOW_ANONYMOUS: 'true',
      SLIMFACE_PHOTOS_PER_MINUTE: '0',
      SLIMFACE_CORS_ORIGINS: 'https://app.example, http://localhost:5173',
      SLIMFACE_INTROSPECTION: '0',
      SLIMFACE_GRAPHIQL: 'false',
      SLIMFACE_TRUSTED_DOCUMENTS: path('documents.json'),
      SLIMFACE_DATA_DIR: '/srv/slimface',
      SLIMFACE_DATA_MAX_MB: '1',
      SLIMFACE_RESULT_TTL_SECONDS: '60',
      SLIMFACE_SIGNING_KEYS: `${signingKey},${Buffer.alloc(32, 1).toString('base64')}`,
      SLIMFACE_STRIP_METADATA: '1',
      SLIMFACE_REST_STATUSES: '2025',
    };
    expect(Object.keys(env).toSorted()).toEqual(settingNames().toSorted());
    expect(readConfig(env)).toEqual({
      host: '::1',
      port: 0,
      publicUrl: 'https://example.test/slim',
      drainSeconds: 0,
      logLevel: 'warn',
      engine: { kind: 'ailab', apiKey: 'k', url: 'http://127.0.0.1:4001/twin' },
      limits: 'ailab',
      concurrency: 5,
      queueLength: 0,
      maxImages: 1,
      uploadMemoryBytes: 512 * MIB,
      apiKeys: [
        { name: 'web', sha256: hashApiKey(key) },
        { name: 'batch', sha256: hashApiKey('batch-key-0123456789') },
        { name: 'web', sha256: hashApiKey(key) },
      ],
      allowAnonymous: true,
      photosPerMinute: 0,
      corsOrigins: ['https://app.example', 'http://localhost:5173'],
      introspection: false,
      graphiql: false,
      trustedDocuments: { [sha256]: document },
      dataDir: '/srv/slimface',
      maxStoreBytes: MIB,
      resultTtlSeconds: 60,
      signingKeys: [Buffer.from(signingKey, 'hex'), Buffer.alloc(32, 1)],
      stripMetadata: true,
      restStatuses: 2025,
    });
  });

  const bad: [name: string, value: string, expected: string][] = [
    ['SLIMFACE_HOST', 'http://localhost', 'a host name or an IP address'],
    ['SLIMFACE_PORT', 'abc', 'a whole number from 0 to 65535'],
    ['SLIMFACE_PORT', '65536', 'a whole number from 0 to 65535'],
    ['SLIMFACE_PORT', '-1', 'a whole number from 0 to 65535'],
    ['SLIMFACE_PORT', '40.5', 'a whole number from 0 to 65535'],
    ['SLIMFACE_PORT', ' 80', 'a whole number from 0 to 65535'],
    ['SLIMFACE_PUBLIC_URL', 'example.test', 'an http or https URL without a query'],
    ['SLIMFACE_PUBLIC_URL', 'ftp://example.test', 'an http or https URL without a query'],
    ['SLIMFACE_PUBLIC_URL', 'http://a?b', 'an http or https URL without a query'],
    ['SLIMFACE_DRAIN_SECONDS', '3601', 'a whole number from 0 to 3600'],
    ['SLIMFACE_LOG_LEVEL', 'verbose', 'one of trace, debug, info, warn, error, fatal, silent'],
    ['SLIMFACE_ENGINE', 'cloud', '"local" or "ailab"'],
    ['SLIMFACE_LIMITS', 'api', '"ailab" or "engine"'],
    ['SLIMFACE_CONCURRENCY', '0', 'a whole number from 1 to 100'],
    ['SLIMFACE_MAX_IMAGES', '0', 'a whole number from 1 to 100'],
    ['SLIMFACE_UPLOAD_MEMORY_MB', '8', 'a whole number from 16 to 100000000'],
    ['SLIMFACE_ALLOW_ANONYMOUS', 'yes', '0 or 1'],
    ['SLIMFACE_STRIP_METADATA', '2', '0 or 1'],
    ['SLIMFACE_RESULT_TTL_SECONDS', '0', 'a whole number from 1 to 31536000'],
    ['SLIMFACE_RESULT_TTL_SECONDS', '1e3', 'a whole number from 1 to 31536000'],
    ['SLIMFACE_REST_STATUSES', '2024', '2026 or 2025'],
  ];
  for (const [name, value, expected] of bad) {
    it(`refuses ${name}=${value}`, () => {
      expect(() => readConfig({ [name]: value })).toThrow(new ConfigError(`Expected ${name} to be ${expected} but received ${JSON.stringify(value)}`));
    });
  }

  const sentences: [name: string, value: string, sentence: string][] = [
    ['SLIMFACE_CORS_ORIGINS', 'https://app.example,*', 'Expected an origin as browsers send it, e.g. "https://app.example", but received "*"'],
    ['SLIMFACE_CORS_ORIGINS', 'https://app.example,', 'Expected an origin as browsers send it, e.g. "https://app.example", but received ""'],
    ['SLIMFACE_API_KEYS', 'web:hunter2', 'Expected entry 1 to be name:key with a key of at least 16 characters but received 7'],
    ['SLIMFACE_API_KEYS_FILE', '/nowhere/hunter2', 'Expected the path of a file that this user may read but received one that cannot be read (ENOENT)'],
    ['SLIMFACE_SIGNING_KEYS', 'hunter2', 'Expected a signing key of 64 hexadecimal digits or of 32 bytes in base64 but received 7 characters that are neither'],
    ['SLIMFACE_SIGNING_KEYS', [signingKey, signingKey, signingKey].join(','), 'Expected one or two keys but received 3'],
    ['SLIMFACE_PUBLIC_URL', 'https://me:hunter2@example.test', 'Expected a URL without a name and password in it but received one with them'],
    ['AILABAPI_API_KEY', 'hunter2 ', 'Expected 1 to 1024 visible ASCII characters but received others, or more of them'],
  ];
  for (const [name, value, sentence] of sentences) {
    it(`refuses ${name}=${value.replace('hunter2', '<secret>')} without showing a secret`, () => {
      expect(() => readConfig({ [name]: value })).toThrow(new ConfigError(`${name}: ${sentence}`));
      expect(sentence).not.toContain('hunter2');
    });
  }

  it('wants a key for the remote engine, unless it is a server of your own, and its limits', () => {
    expect(() => readConfig({ SLIMFACE_ENGINE: 'ailab', SLIMFACE_LIMITS: 'engine' })).toThrow(
      new ConfigError('AILABAPI_API_KEY: Expected a key with SLIMFACE_ENGINE=ailab but received none; SLIMFACE_LIMITS: Expected "ailab" with SLIMFACE_ENGINE=ailab but received "engine"'),
    );
    expect(readConfig({ SLIMFACE_ENGINE: 'ailab', SLIMFACE_AILAB_URL: 'http://gateway.test' }).engine).toEqual({ kind: 'ailab', apiKey: undefined, url: 'http://gateway.test' });
  });

  it('lets a request bring no more images than there are places, by default and when told otherwise', () => {
    expect(readConfig({ SLIMFACE_CONCURRENCY: '1', SLIMFACE_QUEUE_LENGTH: '2' }).maxImages).toBe(3);
    expect(readConfig({ SLIMFACE_CONCURRENCY: '1', SLIMFACE_QUEUE_LENGTH: '2', SLIMFACE_MAX_IMAGES: '3' }).maxImages).toBe(3);
    const ailab = { SLIMFACE_ENGINE: 'ailab', AILABAPI_API_KEY: 'k' };
    expect(readConfig(ailab)).toMatchObject({ concurrency: 3, maxImages: 10 });
    expect(() => readConfig({ ...ailab, SLIMFACE_MAX_IMAGES: '20' })).toThrow(
      new ConfigError('SLIMFACE_MAX_IMAGES: Expected at most SLIMFACE_CONCURRENCY and SLIMFACE_QUEUE_LENGTH together, 3 + 16, but received 20'),
    );
  });

  it('names the line of a file of keys that is no good', () => {
    writeFileSync(path('bad-keys'), `web:${hashApiKey(key)}\nbatch:hunter2hunter2hunter2\n`);
    expect(() => readConfig({ SLIMFACE_API_KEYS_FILE: path('bad-keys') })).toThrow(
      new ConfigError('SLIMFACE_API_KEYS_FILE: Expected line 2 to be name:hash with a SHA-256 of 64 hexadecimal digits but received something else'),
    );
  });

  it('refuses a key with one name here and another in the file', () => {
    expect(() => readConfig({ SLIMFACE_API_KEYS: `app:${key}`, SLIMFACE_API_KEYS_FILE: path('keys') })).toThrow(
      new ConfigError('SLIMFACE_API_KEYS_FILE: Expected different keys for "app" and "web" but received the same'),
    );
  });

  const badDocuments: [name: string, json: string, sentence: string][] = [
    ['no JSON', '{', 'Expected JSON but received something else'],
    ['a list', '[]', 'Expected a JSON object of SHA-256 hashes and documents but received something else'],
    ['no document', '{}', 'Expected at least one document but received none'],
    ['a document under the hash of another', JSON.stringify({ [sha256]: document, ['0'.repeat(64)]: document }), 'Expected document 2 under its SHA-256 but received it under something else'],
    ['something that is no document', JSON.stringify({ [sha256]: 1 }), 'Expected document 1 under its SHA-256 but received it under something else'],
  ];
  for (const [name, json, sentence] of badDocuments) {
    it(`refuses trusted documents with ${name}`, () => {
      writeFileSync(path('bad.json'), json);
      expect(() => readConfig({ SLIMFACE_TRUSTED_DOCUMENTS: path('bad.json') })).toThrow(new ConfigError(`SLIMFACE_TRUSTED_DOCUMENTS: ${sentence}`));
    });
  }

  it('names every bad setting at once, in one line', () => {
    const env = { SLIMFACE_PORT: 'x\ny', SLIMFACE_LIMITS: 'z', SLIMFACE_API_KEYS: '', SLIMFACE_GRAPHIQL: 'no', SLIMFACE_DATA_MAX_MB: '9'.repeat(200) };
    expect(() => readConfig(env)).toThrow(
      new ConfigError(
        [
          'Expected SLIMFACE_PORT to be a whole number from 0 to 65535 but received "x\\ny"',
          'Expected SLIMFACE_LIMITS to be "ailab" or "engine" but received "z"',
          'Expected SLIMFACE_GRAPHIQL to be 0 or 1 but received "no"',
          'Expected SLIMFACE_DATA_MAX_MB to be a whole number from 1 to 100000000 but received 200 characters',
        ].join('; '),
      ),
    );
  });
});

describe('unknownSettings', () => {
  it('finds what was probably mistyped', () => {
    expect(unknownSettings({ SLIMFACE_API_KEY: key, SLIMFACE_PORT: '1', PATH: '/bin' })).toEqual(['SLIMFACE_API_KEY']);
  });
});
