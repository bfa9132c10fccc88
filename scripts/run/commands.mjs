import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './child.mjs';
import { removeWhatHasNoSource } from './clean-dist.mjs';
import { installWhatIsMissing } from './install.mjs';
import { serve } from './serve.mjs';

const commands = { start, test, build, bench, recipes };

/** Runs one of the commands and resolves with the exit code. */
export async function runCommand([name, ...args]) {
  if (!Object.hasOwn(commands, name)) {
    say(`Expected a command, one of ${Object.keys(commands).join(', ')}, but received ${name ? `"${name}"` : 'none'}.`);
    return 1;
  }
  return commands[name](args);
}

async function start() {
  return (await build()) || serve();
}

// A type error does not hold back the tests, which read the sources, but it does fail the command: the tests in test/
// look at what was built.
async function test(args) {
  const built = await build([], { extras: ['tests'] });
  const tested = await run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args]);
  return tested || built;
}

async function build(_args, { extras = [] } = {}) {
  await installWhatIsMissing(extras);
  say('Building what has changed');
  const kernels = await run(process.execPath, [join('packages', 'engine', 'scripts', 'build-kernels.mjs')]);
  removeWhatHasNoSource();
  return kernels || run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b']);
}

// Recipes are checked against the types of hosts that nothing else needs.
async function recipes() {
  const built = await build([], { extras: ['recipes'] });
  const compiled = await run(process.execPath, [join('test', 'recipes', 'compile.mjs')]);
  return (await run(process.execPath, ['--test', join('test', 'recipes', 'compile.check.mjs')])) || compiled || built;
}

async function bench([suite, ...args]) {
  const suites = readdirSync(join(root, 'benchmarks')).filter((file) => /^[a-z].*\.mjs$/.test(file)).map((file) => file.slice(0, -4));
  if (!suites.includes(suite)) {
    say(`Expected a suite, one of ${suites.join(', ')}, but received ${suite ? `"${suite}"` : 'none'}.`);
    return 1;
  }
  // Only a suite with packages of its own, in its folder, waits for them.
  const extras = existsSync(join(root, 'benchmarks', suite, 'package.json')) ? ['benchmarks'] : [];
  return (await build([], { extras })) || run(process.execPath, [join('benchmarks', `${suite}.mjs`), ...args]);
}
