import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root, run } from './_run.ts';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'slimface-count-'));
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
});
afterEach(() => rm(project, { recursive: true }));

test('the closing line counts what vitest reports, files that cannot be loaded included', async () => {
  const tests = ["test('passes', () => {})", "test('fails', () => expect(1).toBe(2))", "test.skip('is skipped', () => {})", "test.todo('is to be written')"];
  await writeFile(join(project, 'some.test.js'), `import { expect, test } from 'vitest';\n${tests.join(';\n')};\n`);
  await writeFile(join(project, 'broken.test.js'), `import './missing.js';\n`);
  const vitest = run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', project, '--reporter=json', '--outputFile=report.json']);
  expect(await vitest.ended).toBe(1);

  const count = run(process.execPath, [join(root, 'scripts/count-tests.mjs'), join(project, 'report.json')]);
  expect(await count.ended).toBe(0);
  expect(count.stdout).toBe('1 passed, 2 failed, 2 skipped\n');
});
