import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, run } from './_run.ts';

// A workspace of single imports under the real lint configuration.
const refused = {
  'packages/core/src/a.ts': '@slimface/engine',
  'packages/core/src/b.ts': '@slimface/gateway/deep',
  'packages/core/src/deep/c.ts': '../../../engine/src/index.ts',
  'packages/engine/src/a.ts': '@slimface/gateway',
  'packages/engine/src/b.ts': '@slimface/sharp-plugin',
  'packages/engine/src/c.ts': '../../core/src/index.ts',
  'packages/gateway/src/a.ts': '@slimface/engine',
  'packages/gateway/src/rest/main.ts': '@slimface/engine',
  'packages/gateway/src/main.ts': '@slimface/sharp-plugin',
  'packages/sharp-plugin/src/a.ts': '@slimface/engine',
  'packages/sharp-plugin/src/b.ts': '../../core/dist/index.js',
};
const allowed = {
  'packages/engine/src/d.ts': '@slimface/core',
  'packages/gateway/src/d.ts': '@slimface/core',
  'packages/sharp-plugin/src/d.ts': '@slimface/core',
  'packages/sharp-plugin/test/d.ts': '@slimface/engine',
};

let workspace: string;
let findings: { filename: string; code: string }[];

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'slimface-lint-'));
  await cp(join(root, '.oxlintrc.json'), join(workspace, '.oxlintrc.json'));
  for (const [file, imported] of Object.entries({ ...refused, ...allowed })) {
    await mkdir(join(workspace, dirname(file)), { recursive: true });
    await writeFile(join(workspace, file), `import { it } from '${imported}';\nexport const its = it;\n`);
  }
  await writeFile(join(workspace, 'packages/engine/src/dynamic.ts'), `export const it = await import('@slimface/gateway');\n`);
  const lint = run(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json'], { cwd: workspace });
  expect(await lint.ended).toBe(1);
  findings = (JSON.parse(lint.stdout) as { diagnostics: typeof findings }).diagnostics.filter(({ code }) => code.includes('no-restricted-imports'));
});
afterAll(() => rm(workspace, { recursive: true }));

const found = (file: string): boolean => findings.some(({ filename }) => filename === file);

describe('imports point one way', () => {
  test.each(Object.entries(refused))('%s may not import %s', (file) => expect(found(file)).toBe(true));
  test.each(Object.entries(allowed))('%s may import %s', (file) => expect(found(file)).toBe(false));
  test('a dynamic import is an import', () => expect(found('packages/engine/src/dynamic.ts')).toBe(true));
});
