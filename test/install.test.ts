import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, runScript } from './_run.ts';

const examples = (await readdir(join(root, 'examples'))).map((name) => `examples/${name}`);
const tests = ['test/node-lines', 'packages/sharp-plugin/test/hosts', ...examples];
const [recipes, benchmarks] = ['test/recipes', ['benchmarks/gateway', 'benchmarks/quality']];
const leftOut = (...folders: string[]) => folders.map((folder) => `!./${folder}`);
const posix = process.platform !== 'win32';

let clone: string;
let calls: string;

// A clone with a pnpm that installs nothing and writes down what it was asked for.
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'slimface-install-'));
  const packages = (await readdir(join(root, 'packages'))).map((name) => join('packages', name));
  const manifests = [...packages, ...tests, recipes, ...benchmarks].map((folder) => join(folder, 'package.json'));
  for (const file of ['scripts', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', 'benchmarks/core.mjs', 'benchmarks/gateway.mjs', ...manifests]) {
    await cp(join(root, file), join(clone, file), { recursive: true });
  }
  calls = join(clone, 'calls');
  await writeFile(calls, '');
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  const bin = join(clone, 'node_modules/.tools/node_modules/.bin');
  await mkdir(bin, { recursive: true });
  const links = manifests.map((manifest) => `mkdir -p ${JSON.stringify(join(clone, manifest, '..', 'node_modules'))}`).join('\n');
  await writeFile(join(bin, 'pnpm'), `#!/bin/sh\nif [ "$1" = --version ]; then echo ${packageManager.slice('pnpm@'.length)}; exit; fi\necho "$@" >> ${JSON.stringify(calls)}\n${links}\n`);
  await chmod(join(bin, 'pnpm'), 0o755);
});
afterAll(() => rm(clone, { recursive: true }));

/** Runs a command, which fails behind the install. @returns what pnpm was asked to leave out; `undefined` when it was not asked at all */
async function leftOutBy(...args: string[]): Promise<string[] | undefined> {
  await writeFile(calls, '');
  await runScript(args, { cwd: clone }).ended;
  const call = (await readFile(calls, 'utf8')).trim();
  return call === '' ? undefined : [...call.matchAll(/--filter (\S+)/g)].map(([, filter]) => filter!);
}

test.runIf(posix)('each command installs what it needs, and leaves what others have installed', async () => {
  expect(await leftOutBy('start')).toEqual(leftOut(...tests, recipes, ...benchmarks));
  expect(await leftOutBy('bench', 'core')).toBeUndefined();
  expect(await leftOutBy('bench', 'gateway')).toEqual(leftOut(...tests, recipes));
  expect(await leftOutBy('start')).toBeUndefined();
  expect(await leftOutBy('test')).toEqual(leftOut(recipes));
  expect(await leftOutBy('recipes')).toEqual([]);
  expect(await leftOutBy('bench', 'gateway')).toBeUndefined();
});

test.runIf(posix)('an install is done again when the packages of a benchmark have changed, or its links are gone', async () => {
  expect(await leftOutBy('test')).toBeUndefined();
  await rm(join(clone, 'benchmarks/gateway/node_modules'), { recursive: true });
  expect(await leftOutBy('start')).toEqual([]);
  await writeFile(join(clone, 'benchmarks/gateway/package.json'), '{}');
  expect(await leftOutBy('start')).toEqual([]);
});
