// Packs every package as it would be published and checks the tarballs: publint for the manifest against the files,
// attw for the types against what Node loads. Needs a build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tarballs = mkdtempSync(join(tmpdir(), 'slimface-packages-'));
const pnpm = join('node_modules', '.tools', 'node_modules', '.bin', 'pnpm');

const checks = {
  publint: ['publint/src/cli.js', 'run', '--strict'],
  // node16 leaves out "node10", a resolution that does not know `exports` and that no supported Node uses.
  // The rule that is ignored says that CommonJS cannot require an ES module: since 20.19, our floor, Node can, and
  // test/consumers.test.ts does it.
  attw: ['@arethetypeswrong/cli/dist/index.js', '--ignore-rules', 'cjs-resolves-to-esm', '--profile', 'node16'],
};

try {
  const packed = passes('pnpm pack', pnpm, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', tarballs);
  const results = readdirSync(tarballs).flatMap((file) =>
    Object.entries(checks).map(([name, [script, ...args]]) =>
      passes(`${name} ${file}`, process.execPath, join('node_modules', script), ...args, join(tarballs, file)),
    ),
  );
  process.exitCode = packed && results.length > 0 && results.every(Boolean) ? 0 : 1;
} finally {
  rmSync(tarballs, { recursive: true });
}

/** Runs a command, and shows what it had to say when it fails. */
function passes(title, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  console.log(status === 0 ? `ok      ${title}` : `FAILED  ${title}\n${stdout}${stderr}`);
  return status === 0;
}
