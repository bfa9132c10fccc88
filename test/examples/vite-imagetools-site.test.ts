import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { node22 } from '../_node-22.ts';
import { root, run } from '../_run.ts';
import { expectSlimmed } from './_pixels.ts';

// The example as its user builds it, into a folder of the test's own.

const site = join(root, 'examples/vite-imagetools-site');

/** The files of three pictures, in the order of the imports: as taken, at degree 1, at degree 2. */
let pictures: { file: string; width: number }[][];
let out: string;

beforeAll(async () => {
  await forget();
  out = await mkdtemp(join(tmpdir(), 'slimface-vite-site-'));
  const { scripts } = JSON.parse(await readFile(join(site, 'package.json'), 'utf8')) as { scripts: { build: string } };
  expect(scripts.build).toBe('vite build');
  const build = run(node22, ['node_modules/vite/bin/vite.js', 'build', '--outDir', out, '--emptyOutDir'], { cwd: site });
  expect(await build.ended, build.stdout + build.stderr).toBe(0);
  const script = (await readdir(join(out, 'assets'))).find((name) => name.endsWith('.js'))!;
  const files = [...(await readFile(join(out, 'assets', script), 'utf8')).matchAll(/(\/assets\/astronaut-\S+) (\d+)w/g)].map(([, file, width]) => ({ file: file!, width: Number(width) }));
  pictures = [files.slice(0, 6), files.slice(6, 12), files.slice(12)];
});
afterAll(() => Promise.all([forget(), rm(out, { recursive: true })]));

/** Takes away what imagetools and Vite keep beside their output: a picture that is remembered would prove nothing. */
async function forget(): Promise<void> {
  for (const folder of ['node_modules/.cache', 'node_modules/.vite']) await rm(join(site, folder), { recursive: true, force: true });
}

test('has each picture in two formats and three widths', async () => {
  for (const picture of pictures) {
    expect(picture.map(({ file, width }) => `${width} ${file.split('.').at(-1)}`)).toEqual(['160 webp', '320 webp', '512 webp', '160 jpg', '320 jpg', '512 jpg']);
    for (const { file, width } of picture) {
      const format = file.endsWith('webp') ? 'webp' : 'jpeg';
      expect(await sharp(join(out, file)).metadata()).toMatchObject({ format, width, height: width });
    }
  }
});

test.each([0, 1, 2, 3, 4, 5])('shows the face slimmed and the rest of the photo as it was: file %i', async (index) => {
  const [taken, slimmed, further] = pictures.map((picture) => picture[index]!);
  await expectSlimmed([join(out, taken!.file), join(out, slimmed!.file), join(out, further!.file)], taken!.width);
});
