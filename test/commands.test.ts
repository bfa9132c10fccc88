import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runScript } from './_run.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'slimface-commands-'))));
afterAll(() => rm(folder, { recursive: true }));

test('a Node below the floor is refused in one line', async () => {
  // The script of the real command, in a process that says it is an older Node.
  const pretend = join(folder, 'old-node.cjs');
  await writeFile(pretend, `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });`);
  const command = runScript(['test'], { env: { NODE_OPTIONS: `--require ${pretend}` } });
  expect(await command.ended).toBe(1);
  expect(command.stderr).toMatch(/^slimface needs Node 20\.19 or newer, and this is Node 20\.18\.3\..*\n$/);
});

test('a command that does not exist is refused with the list of those that do', async () => {
  const command = runScript(['tset']);
  expect(await command.ended).toBe(1);
  expect(command.stderr).toBe('Expected a command, one of start, test, build, bench, recipes, but received "tset".\n');
});

test('a benchmark suite that does not exist is refused', async () => {
  const command = runScript(['bench', 'no-such-suite']);
  expect(await command.ended).toBe(1);
  expect(command.stderr).toMatch(/^Expected a suite, one of .*, but received "no-such-suite"\.\n$/);
});

test('arguments of "test" reach vitest, and its exit code comes back', async () => {
  const report = join(folder, 'report.json');
  const args = ['test', 'test/commands.test.ts', '-t', 'does not exist is refused', '--reporter=json', `--outputFile=${report}`];
  const passing = runScript(args);
  expect(await passing.ended, passing.stderr).toBe(0);
  expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({ numPassedTests: 2, numFailedTests: 0 });

  const failing = runScript(['test', 'no-such-file']);
  expect(await failing.ended).toBe(1);
  expect(failing.stderr).toContain('No test files found');
});
