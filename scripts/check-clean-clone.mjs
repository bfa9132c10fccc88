// npm run test:clean: what somebody meets who has just cloned the repository and has nothing but Node and npm.
// Copies the working tree to an empty folder, and there runs `npm test` and `npm start` with an empty home, empty caches
// and a PATH without pnpm and corepack. Takes a minute or two and needs the package registry.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'slimface-clean-'));
const clone = join(folder, 'clone');

// sh is what npm runs scripts with; the tests unpack tarballs, paste the curl line and run .ci/run.
const programs = ['node', 'npm', 'sh', 'tar', 'gzip', 'curl', 'bash', 'dirname', 'rm'];

try {
  copyWorkingTree();
  const env = emptyEnvironment();
  assert.equal(await end(npm(['test'], env)), 0, 'npm test, cold');
  assert.equal(await end(npm(['test', '--', 'test/commands'], env)), 0, 'npm test, warm');
  await startAndStop(env);
  console.log('\nA clean clone tests, starts, serves and stops.');
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

function copyWorkingTree() {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  for (const file of new Set(files.split('\0').filter((name) => name && existsSync(join(root, name))))) {
    cpSync(join(root, file), join(clone, file), { recursive: true });
  }
}

function emptyEnvironment() {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const searched = process.env.PATH.split(delimiter);
  for (const program of programs) {
    const found = searched.map((directory) => join(directory, program)).find(existsSync);
    assert(found, `${program} is not on PATH`);
    symlinkSync(realpathSync(found), join(bin, program));
  }
  // Proxies and certificates of the machine stay; settings of package managers and the XDG folders do not.
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm|pnpm|corepack|xdg)_/i.test(name));
  const home = join(folder, 'home');
  mkdirSync(home);
  return { ...Object.fromEntries(kept), PATH: bin, HOME: home };
}

function npm(args, env, stdout = 'inherit') {
  console.log(`\n$ npm ${args.join(' ')}`);
  return spawn('npm', args, { cwd: clone, env, stdio: ['ignore', stdout, 'inherit'] });
}

async function end(child) {
  const [code, signal] = await once(child, 'close');
  return code ?? signal;
}

async function startAndStop(env) {
  const started = npm(['start'], { ...env, SLIMFACE_PORT: '0' }, 'pipe');
  const ended = end(started);
  let url;
  for await (const line of createInterface({ input: started.stdout })) {
    console.log(line);
    if (line.startsWith('curl ')) {
      const answer = JSON.parse(execFileSync('sh', ['-c', `${line} --silent`], { cwd: clone, encoding: 'utf8' }));
      assert.equal(answer.data.slimFace.__typename, 'SlimmedImage');
      url = answer.data.slimFace.url;
      const image = await fetch(url);
      assert.equal(image.headers.get('content-type'), 'image/png');
      started.kill('SIGTERM');
    }
  }
  console.log(`npm start ended with ${await ended}`);
  assert(url, 'no curl line was printed');
  await assert.rejects(fetch(url), 'the server outlived npm');
}
