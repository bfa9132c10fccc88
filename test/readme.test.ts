import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** An empty folder as a reader of the README would have it: a photo, and the packages installed. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-readme-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await sharp(join(root, 'fixtures/astronaut.png')).jpeg({ quality: 95 }).toFile(join(folder, 'portrait.jpg'));
});
afterAll(() => rm(folder, { recursive: true }));

async function blocks(readme: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, readme), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1]!);
}

async function runModule(source: string): Promise<string> {
  await writeFile(join(folder, 'example.mjs'), source);
  const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: folder });
  return stdout;
}

/** Whether a file of the folder is the portrait with another jaw. */
async function expectSlimmed(name: string): Promise<void> {
  const [before, after] = await Promise.all(['portrait.jpg', name].map((file) => sharp(join(folder, file)).resize(512).raw().toBuffer()));
  let changed = 0;
  for (let i = 0; i < before!.length; i++) if (Math.abs(before![i]! - after![i]!) > 30) changed++;
  expect(changed).toBeGreaterThan(200);
  expect(changed).toBeLessThan(0.05 * before!.length);
}

describe('README.md', () => {
  it('has a sharp example that runs', async () => {
    const [example] = (await blocks('README.md', 'js')).filter((block) => block.includes("from 'sharp'"));
    await runModule(example!);
    await expectSlimmed('slimmer.jpg');
    expect(await sharp(join(folder, 'thumbnail.webp')).metadata()).toMatchObject({ format: 'webp', width: 320 });
  });

  it('has an engine example that runs', async () => {
    const [example] = (await blocks('README.md', 'js')).filter((block) => !block.includes("from 'sharp'"));
    await rm(join(folder, 'slimmer.jpg'), { force: true });
    expect(await runModule(example!)).toMatch(/^a jaw lost \d+(\.\d+)? %\n$/);
    await expectSlimmed('slimmer.jpg');
  });

  it('has a curl line that works against the gateway', async () => {
    const [example] = (await blocks('README.md', 'sh')).filter((block) => block.startsWith('curl '));
    const gateway = spawn(process.execPath, [join(root, 'packages/gateway/dist/main.js')], {
      cwd: folder,
      env: { ...process.env, SLIMFACE_PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = (await once(createInterface({ input: gateway.stdout }), 'line')) as [string];
      const endpoint = /ready at (\S+)/.exec(line)![1]!;
      const command = example!.replace('http://127.0.0.1:4000/graphql', endpoint);
      const { stdout } = await run('bash', ['-c', command], { cwd: folder });
      const { slimFace } = (JSON.parse(stdout) as { data: { slimFace: { url: string } } }).data;
      expect(slimFace).toMatchObject({ __typename: 'SlimmedImage', width: 512, height: 512, faces: [{ slimDegree: 1 }] });
      await writeFile(join(folder, 'downloaded.jpg'), Buffer.from(await (await fetch(slimFace.url)).arrayBuffer()));
      await expectSlimmed('downloaded.jpg');
    } finally {
      gateway.kill();
      await once(gateway, 'close');
    }
  });
});

describe('packages/engine/README.md', () => {
  it('has an example that runs', async () => {
    const [example] = await blocks('packages/engine/README.md', 'js');
    await rm(join(folder, 'slimmer.jpg'), { force: true });
    await runModule(example!);
    await expectSlimmed('slimmer.jpg');
  });

  it('has an example that tells what was done', async () => {
    const [, example] = await blocks('packages/engine/README.md', 'js');
    expect(await runModule(example!)).toMatch(/^\{ pixels: \d+(\.\d+)?, percent: \d+(\.\d+)? \} 1 \[\]\n$/);
  });
});
