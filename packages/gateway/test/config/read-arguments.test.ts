import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/config/read-arguments.ts';
import { ConfigError } from '../../src/config/read-config.ts';
import { settingNames } from '../../src/config/settings-table.ts';

describe('readArguments', () => {
  it('has nothing to say to a start', () => expect(readArguments([])).toBeUndefined());

  it('tells every setting and the version', () => {
    for (const name of settingNames()) expect(readArguments(['--help'])).toContain(`\n  ${name} `);
    expect(readArguments(['--help'])).toMatch(/^ {2}SLIMFACE_LIMITS +ailab or engine, default ailab\n {6}Which photos are accepted: .*\.$/m);
    expect(readArguments(['-h'])).toBe(readArguments(['--help']));
    expect(readArguments(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  const others: [argument: string, named: string][] = [
    ['--prot', '--prot'],
    ['--api-key=hunter2', '--api-key'],
    ['-hunter 2', 'something that is no option'],
    ['hunter2', 'something that is no option'],
  ];
  for (const [argument, named] of others) {
    it(`names ${argument} as ${named}`, () => {
      expect(() => readArguments([argument])).toThrow(new ConfigError(`Expected --help, --version or no argument but received ${named}; settings are environment variables`));
    });
  }
});
