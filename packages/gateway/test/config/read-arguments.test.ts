import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/config/read-arguments.ts';
import { ConfigError } from '../../src/config/read-config.ts';
import { settingNames } from '../../src/config/settings-table.ts';

describe('readArguments', () => {
  it('has nothing to say to a start', () => expect(readArguments([])).toBeUndefined());

  it('tells every setting and the version', () => {
    for (const name of settingNames()) expect(readArguments(['--help'])).toContain(`\n  ${name} `);
    expect(readArguments(['-h'])).toBe(readArguments(['--help']));
    expect(readArguments(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('refuses anything else, without repeating it', () => {
    expect(() => readArguments(['--api-key=hunter2'])).toThrow(new ConfigError('Expected --help, --version or no argument but received another; settings are environment variables'));
  });
});
