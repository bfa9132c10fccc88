import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, configTable, readConfig } from '../src/config.ts';

describe('readConfig', () => {
  it('has a default for every variable', () => {
    const defaults = { host: '127.0.0.1', port: 4000, dataDir: '.slimface', publicUrl: undefined, resultTtlSeconds: 86_400, limits: 'api' };
    expect(readConfig({})).toEqual(defaults);
    expect(readConfig({ SLIMFACE_PORT: '', SLIMFACE_LIMITS: '' })).toEqual(defaults);
  });

  it('takes every variable', () => {
    const env = {
      SLIMFACE_HOST: '::1',
      SLIMFACE_PORT: '0',
      SLIMFACE_DATA_DIR: '/srv/slimface',
      SLIMFACE_PUBLIC_URL: 'https://example.test/slim',
      SLIMFACE_RESULT_TTL_SECONDS: '60',
      SLIMFACE_LIMITS: 'engine',
    };
    expect(readConfig(env)).toEqual({ host: '::1', port: 0, dataDir: '/srv/slimface', publicUrl: 'https://example.test/slim', resultTtlSeconds: 60, limits: 'engine' });
  });

  const bad: [name: string, value: string, message: string][] = [
    ['SLIMFACE_HOST', 'http://localhost', 'Expected SLIMFACE_HOST to be a host name or an IP address but received "http://localhost"'],
    ['SLIMFACE_PORT', 'abc', 'Expected SLIMFACE_PORT to be a whole number from 0 to 65535 but received "abc"'],
    ['SLIMFACE_PORT', '65536', 'Expected SLIMFACE_PORT to be a whole number from 0 to 65535 but received "65536"'],
    ['SLIMFACE_PORT', '-1', 'Expected SLIMFACE_PORT to be a whole number from 0 to 65535 but received "-1"'],
    ['SLIMFACE_PORT', '40.5', 'Expected SLIMFACE_PORT to be a whole number from 0 to 65535 but received "40.5"'],
    ['SLIMFACE_PUBLIC_URL', 'example.test', 'Expected SLIMFACE_PUBLIC_URL to be an http or https URL without a query but received "example.test"'],
    ['SLIMFACE_PUBLIC_URL', 'ftp://example.test', 'Expected SLIMFACE_PUBLIC_URL to be an http or https URL without a query but received "ftp://example.test"'],
    ['SLIMFACE_PUBLIC_URL', 'http://a?b', 'Expected SLIMFACE_PUBLIC_URL to be an http or https URL without a query but received "http://a?b"'],
    ['SLIMFACE_RESULT_TTL_SECONDS', '0', 'Expected SLIMFACE_RESULT_TTL_SECONDS to be a whole number from 1 to 31536000 but received "0"'],
    ['SLIMFACE_RESULT_TTL_SECONDS', '1e3', 'Expected SLIMFACE_RESULT_TTL_SECONDS to be a whole number from 1 to 31536000 but received "1e3"'],
    ['SLIMFACE_LIMITS', 'none', 'Expected SLIMFACE_LIMITS to be "api" or "engine" but received "none"'],
  ];
  for (const [name, value, message] of bad) {
    it(`refuses ${name}=${value}`, () => {
      expect(() => readConfig({ [name]: value })).toThrow(new ConfigError(message));
    });
  }

  it('names every bad variable at once', () => {
    expect(() => readConfig({ SLIMFACE_PORT: 'x', SLIMFACE_LIMITS: 'y' })).toThrow(/SLIMFACE_PORT.*; Expected SLIMFACE_LIMITS/);
  });
});

describe('the README', () => {
  it('has the table of variables as config.ts has them', () => {
    expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(configTable());
  });
});
