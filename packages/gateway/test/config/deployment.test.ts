import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { settingNames } from '../../src/config/settings-table.ts';

const read = (name: string): string => readFileSync(new URL(`../../../../docs/deployment/${name}`, import.meta.url), 'utf8');
const pages = ['README.md', 'Dockerfile', 'slimface-gateway.service'].map((name) => ({ name, text: read(name) }));
const [readme, dockerfile, unit] = pages.map(({ text }) => text) as [string, string, string];

describe('docs/deployment', () => {
  for (const { name, text } of pages) {
    it(`has no setting in ${name} that there is not`, () => {
      const named = text.match(/\b(SLIMFACE|AILABAPI)_[A-Z_]+\b/g) ?? [];
      expect(named.length).toBeGreaterThan(0);
      expect(settingNames()).toEqual(expect.arrayContaining(named));
    });
  }

  it('starts the image with values that are accepted, on the port that it exposes, and as nobody of importance', () => {
    const env = Object.fromEntries([...dockerfile.matchAll(/\b(SLIMFACE_[A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    const { host, port, dataDir } = readConfig(env);
    expect(host).toBe('0.0.0.0');
    expect(dockerfile).toContain(`EXPOSE ${port}\n`);
    expect(dockerfile).toContain(`VOLUME ${dataDir}\n`);
    expect(dockerfile.match(/^(USER|CMD) .*$/gm)).toEqual(['USER 1000:1000', 'CMD ["node", "/app/dist/main.js"]']);
  });

  it('gives the service more time to stop than it takes, and values that are accepted', () => {
    const env = Object.fromEntries([...unit.matchAll(/\b(SLIMFACE_(?!API_KEYS_FILE)[A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    const { drainSeconds } = readConfig(env);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(drainSeconds);
    expect(unit).toContain('\nRestartPreventExitStatus=78\n'); // what main.test.ts sees a bad setting end with
    expect(Number(/--stop-timeout=(\d+)/.exec(readme)?.[1])).toBeGreaterThan(readConfig({}).drainSeconds);
  });
});
