import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root, run, runScript } from './_run.ts';

let clone: string;
let env: Record<string, string>;

// A clone with nothing installed, for a user whose registry is a port that nobody listens on.
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'slimface-clone-'));
  const manifests = (await readdir(join(root, 'packages'))).map((name) => join('packages', name, 'package.json'));
  for (const file of ['.ci', 'scripts', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    await cp(join(root, file), join(clone, file), { recursive: true });
  }
  const home = join(clone, 'home');
  await mkdir(home);
  await writeFile(join(home, '.npmrc'), 'registry=http://127.0.0.1:9/\n');
  env = { HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, npm_config_userconfig: join(home, '.npmrc'), npm_config_cache: join(home, 'cache') };
});
afterEach(() => rm(clone, { recursive: true }));

test('without pnpm, the failure is one line that names the cause, the way out and the log', async () => {
  const command = runScript(['test'], { cwd: clone, env });
  expect(await command.ended).toBe(1);
  expect(command.stderr.split('\n')).toEqual([
    expect.stringMatching(/^Fetching pnpm@[\d.]+ into /),
    expect.stringMatching(/^Could not install pnpm@[\d.]+ \(ECONNREFUSED\)\. Check that this machine reaches the package registry .* Details: node_modules\/\.tools\/install\.log$/),
    '',
  ]);
  expect(await readFile(join(clone, 'node_modules/.tools/install.log'), 'utf8')).toContain('127.0.0.1:9');
});

test('with pnpm, a failed install takes the stamp of the last one away, so that the next run tries again', async () => {
  await mkdir(join(clone, 'node_modules/.tools'), { recursive: true });
  await symlink(join(root, 'node_modules/.tools/node_modules'), join(clone, 'node_modules/.tools/node_modules'));
  await writeFile(join(clone, 'node_modules/.tools/installed'), 'the stamp of other inputs');
  const command = runScript(['start'], { cwd: clone, env });
  expect(await command.ended).toBe(1);
  expect(command.stderr.split('\n')).toEqual([
    'Installing the packages of the lockfile',
    expect.stringMatching(/^Could not install the packages \(ERR_PNPM_\w+\)\. Check .* Details: node_modules\/\.tools\/install\.log$/),
    '',
  ]);
  expect(existsSync(join(clone, 'node_modules/.tools/installed'))).toBe(false);
});

test('.ci/run goes on after a failed step, and its last line claims no test that did not run', async () => {
  const command = run(join(clone, '.ci/run'), [], { cwd: tmpdir(), env });
  expect(await command.ended).toBe(1);
  expect(command.stdout).toMatch(/\nfailed step: tests\n(failed step: .*\n)+No tests ran: .*\n0 passed, 0 failed, 0 skipped\n$/);
});
