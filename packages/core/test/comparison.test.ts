import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAilabClient, type FaceSlimmer } from '@slimface/core';
import { describe, expect, it, test } from 'vitest';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const rows = read('docs/client-comparison.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
  .filter(([feature]) => feature !== 'feature')
  .map((cells) => ({ feature: cells[0]!, ours: cells[1]!, shownBy: cells.at(-1)! }));

describe('the comparison with other clients', () => {
  it.each(rows)('is true to its test: $feature', ({ ours, shownBy }) => {
    if (ours === '–') return expect(shownBy).toBe('–');
    const [, path, title] = /^`(.+?)` › (.+)$/.exec(shownBy) ?? [];
    // A test of that very name, not a mention of it.
    const name = title!.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    expect(read(path!)).toMatch(new RegExp(`(\\b(it|test)(\\.runIf\\(.*?\\))?\\(|^\\s*\\]\\)\\(|\\.each(<.+?>)?\\(.*\\)\\()(\\s*)'${name}'`, 'm'));
  });

  it('says of no feature twice how it is', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(new Set(rows.map(({ feature }) => feature)).size).toBe(rows.length);
  });
});

test('runtime dependencies are undici and one more', () => {
  const manifest = JSON.parse(read('packages/core/package.json')) as { dependencies: object; peerDependencies: object; peerDependenciesMeta: Record<string, { optional: boolean }> };
  expect(Object.keys(manifest.dependencies)).toEqual(['p-queue', 'undici']);
  expect(Object.keys(manifest.peerDependencies).filter((name) => manifest.peerDependenciesMeta[name]?.optional !== true)).toEqual([]);
});

test('the client is a FaceSlimmer', async () => {
  const slimmer: FaceSlimmer = createAilabClient({ apiKey: 'key-of-a-test' });
  expect(slimmer).toMatchObject({ id: 'ailab', version: '1', requirements: { maxBytes: 6 * 2 ** 20 } });
  await slimmer.close();
});
