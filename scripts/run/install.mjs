import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './child.mjs';

// Everything of this file's making is in one folder, which git does not see and pnpm leaves alone.
const tools = join('node_modules', '.tools');
const pnpm = join(tools, 'node_modules', '.bin', 'pnpm');
const logFile = join(tools, 'install.log');
const stampFile = join(root, tools, 'installed');

// Both package managers ask three times. With their own pauses (up to a minute, for every package) someone without a
// network would wait for minutes to be told so.
const pauses = { 'fetch-retry-mintimeout': 250, 'fetch-retry-factor': 2 };

// What only one command uses, as folders with packages of their own: binaries of other lines of Node (half a gigabyte), the
// hosts of the sharp plugin and the examples that run in them, the hosts of recipes, and the servers and the models that benchmarks compare with.
const extras = {
  tests: [join('test', 'node-lines'), join('packages', 'sharp-plugin', 'test', 'hosts'), ...foldersIn('examples')],
  recipes: [join('test', 'recipes')],
  benchmarks: [join('benchmarks', 'gateway'), join('benchmarks', 'quality')],
};

/**
 * Brings node_modules in line with the lockfile, with a pnpm of our own at the version that package.json pins.
 * Does nothing when the last install that came to its end had the same inputs.
 *
 * @param wanted extras that are wanted too; those that are there stay
 */
export async function installWhatIsMissing(wanted) {
  const inputs = hashInputs();
  const [installedInputs, ...installed] = existsSync(stampFile) ? readFileSync(stampFile, 'utf8').split(' ') : [];
  const chosen = Object.keys(extras).filter((extra) => wanted.includes(extra) || installed.includes(extra));
  if (installedInputs === inputs && wanted.every((extra) => installed.includes(extra)) && isComplete(chosen)) return;
  mkdirSync(join(root, tools), { recursive: true });
  rmSync(stampFile, { force: true }); // an install that is cut off from here on leaves no stamp
  const log = openSync(join(root, logFile), 'w');
  await providePnpm(log);
  say('Installing the packages of the lockfile');
  const settings = Object.entries(pauses).map(([name, value]) => `--config.${name}=${value}`);
  const selection = Object.keys(extras).flatMap((extra) => (chosen.includes(extra) ? [] : extras[extra].flatMap((folder) => ['--filter', `!./${folder.replaceAll('\\', '/')}`])));
  await runLogged('the packages', log, pnpm, ['install', '--frozen-lockfile', '--prefer-offline', ...selection, ...settings]);
  closeSync(log);
  writeFileSync(stampFile, [inputs, ...chosen].join(' '));
}

/** Whether every package has its links; `git clean` in packages/ takes them away and leaves the stamp. */
function isComplete(chosen) {
  const folders = [...foldersIn('packages'), ...chosen.flatMap((extra) => extras[extra])];
  return folders.every((folder) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const needsLinks = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
    return !needsLinks || existsSync(join(root, folder, 'node_modules'));
  });
}

function foldersIn(folder) {
  if (!existsSync(join(root, folder))) return []; // a copy for a server may be without examples
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

/** What an install depends on: versions asked for, and the platform that decides which binaries are picked. */
function hashInputs() {
  const folders = [...foldersIn('packages'), ...Object.values(extras).flat()];
  const manifests = folders.map((folder) => join(folder, 'package.json'));
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', 'package.json', ...manifests].filter((file) => existsSync(join(root, file)));
  const hash = createHash('sha256').update([process.version, process.platform, process.arch, ...files].join('\n'));
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

async function providePnpm(log) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')); // pnpm@<version>
  const { stdout } = spawnSync(pnpm, ['--version'], { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (`pnpm@${stdout?.trim()}` === packageManager) return;
  say(`Fetching ${packageManager} into ${tools}`);
  const settings = Object.entries(pauses).map(([name, value]) => `--${name}=${value}`);
  await runLogged(packageManager, log, 'npm', ['install', '--prefix', tools, '--no-save', ...settings, packageManager]);
}

async function runLogged(what, log, command, args) {
  const exitCode = await run(command, args, { stdio: ['ignore', log, log] }).catch((error) => error.code);
  if (exitCode === 0) return;
  const reason = readFileSync(join(root, logFile), 'utf8').match(/\b(E[A-Z_]{4,}|[A-Z_]*CERT[A-Z_]*)\b/)?.[0] ?? exitCode;
  say(
    `Could not install ${what} (${reason}). Check that this machine reaches the package registry ` +
      `(network, proxy, npm's settings), then run the same command again. Details: ${logFile}`,
  );
  process.exit(1);
}
