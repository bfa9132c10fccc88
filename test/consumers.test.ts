import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, run, runScript, type Running } from './_run.ts';

// What somebody gets who installs the packages: their tarballs, and of the rest only what they declare.

const packages = {
  core: 'inspectImage',
  engine: 'createLocalEngine',
  gateway: 'createGateway',
  'sharp-plugin': 'slimFace',
};
let consumer: string;

beforeAll(async () => {
  await succeeds(runScript(['build']));
  consumer = await realpath(await mkdtemp(join(tmpdir(), 'slimface-consumer-')));
  const pnpm = join(root, 'node_modules/.tools/node_modules/.bin/pnpm');
  await succeeds(run(pnpm, ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', consumer]));
  for (const name of Object.keys(packages)) await install(name);
  await link('@types/node', root);
  await writeFile(join(consumer, 'package.json'), '{ "private": true }');
});
afterAll(() => rm(consumer, { recursive: true }));

describe.each(Object.entries(packages))('@slimface/%s', (name, exported) => {
  test('import and require give the same module', async () => {
    const script = join(consumer, `load-${name}.cjs`);
    await writeFile(
      script,
      `const required = require('@slimface/${name}');
      import('@slimface/${name}').then((imported) => {
        if (typeof imported.${exported} !== 'function') throw new Error('import has no ${exported}');
        if (required.${exported} !== imported.${exported}) throw new Error('require gives another copy');
      });`,
    );
    await succeeds(run(process.execPath, [script], { cwd: consumer }));
  });

  test('its types serve ES modules and CommonJS', async () => {
    const use = `export const used: (...args: never[]) => unknown = slimface.${exported};\n`;
    await writeFile(join(consumer, `${name}.mts`), `import * as slimface from '@slimface/${name}';\n${use}`);
    await writeFile(join(consumer, `${name}.cts`), `import slimface = require('@slimface/${name}');\n${use}`);
    const config = join(consumer, `tsconfig.${name}.json`);
    const compilerOptions = { module: 'nodenext', target: 'es2023', lib: ['es2023'], types: ['node'], strict: true, noEmit: true, skipLibCheck: true };
    await writeFile(config, JSON.stringify({ compilerOptions, files: [`${name}.mts`, `${name}.cts`] }));
    await succeeds(run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config]));
  });
});

describe('@slimface/core in parts', () => {
  async function bundled(source: string): Promise<{ code: string; imports: string[] }> {
    const entry = join(consumer, 'bundle.mjs');
    await writeFile(entry, source);
    const { output } = await build({ input: entry, platform: 'node', external: /^(node:|undici|p-queue|@opentelemetry)/, write: false });
    const chunks = output.filter((file) => file.type === 'chunk');
    return { code: chunks.map(({ code }) => code).join('\n'), imports: chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]) };
  }

  test('leaves the client out of a bundle that does not use it', async () => {
    const { code, imports } = await bundled(`export { inspectImage } from '@slimface/core';`);
    expect(code).toContain('function inspectImage');
    expect(code).not.toMatch(/ailab|multipart/i);
    expect(imports.filter((name) => /undici|p-queue|opentelemetry/.test(name))).toEqual([]);
    const whole = await bundled(`export { createAilabClient } from '@slimface/core';`);
    expect(whole.imports).toEqual(expect.arrayContaining(['undici', 'p-queue']));
    expect(code.length).toBeLessThan(0.3 * whole.code.length);
  });

  test('loads undici with the first call, and lives without OpenTelemetry', async () => {
    const script = join(consumer, 'lazy.cjs');
    await writeFile(
      script,
      `const { createAilabClient } = require('@slimface/core');
      const client = createAilabClient({ apiKey: 'key-of-a-test', baseUrl: 'http://127.0.0.1:9', maxRetries: 0 });
      const isLoaded = () => Object.keys(require.cache).some((file) => file.includes('undici'));
      if (isLoaded()) throw new Error('undici was loaded with the package');
      client.credits().catch(({ code }) => {
        if (code !== 'UPSTREAM_UNAVAILABLE') throw new Error(code);
        if (!isLoaded()) throw new Error('undici was not loaded with the first call');
      });`,
    );
    await succeeds(run(process.execPath, [script], { cwd: consumer }));
  });
});

/** Unpacks a tarball into node_modules and links the dependencies that its manifest names. */
async function install(name: string): Promise<void> {
  const target = join(consumer, 'node_modules/@slimface', name);
  await mkdir(target, { recursive: true });
  const tarball = (await readdir(consumer)).find((file) => file.startsWith(`slimface-${name}-`));
  await succeeds(run('tar', ['-xzf', join(consumer, tarball ?? ''), '-C', target, '--strip-components=1']));
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (peerDependenciesMeta[dependency]?.optional) continue; // not everybody has it
    if (!dependency.startsWith('@slimface/')) await link(dependency, join(root, 'packages', name));
  }
}

async function link(dependency: string, from: string): Promise<void> {
  const place = join(consumer, 'node_modules', dependency);
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { force: true });
  await symlink(await realpath(join(from, 'node_modules', dependency)), place);
}

async function succeeds(command: Running): Promise<void> {
  expect(await command.ended, command.stdout + command.stderr).toBe(0);
}
