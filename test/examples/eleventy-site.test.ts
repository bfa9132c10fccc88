import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { node22 } from '../_node-22.ts';
import { root, run } from '../_run.ts';
import { expectSlimmed } from './_pixels.ts';

// The example as its user builds it, into a folder of the test's own.

const site = join(root, 'examples/eleventy-site');

let out: string;
let html: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'slimface-eleventy-site-'));
  const { scripts } = JSON.parse(await readFile(join(site, 'package.json'), 'utf8')) as { scripts: { build: string } };
  expect(scripts.build).toBe('eleventy');
  const build = run(node22, ['node_modules/@11ty/eleventy/cmd.cjs', `--output=${out}`], { cwd: site });
  expect(await build.ended, build.stdout + build.stderr).toBe(0);
  html = await readFile(join(out, 'index.html'), 'utf8');
});
afterAll(() => rm(out, { recursive: true }));

test('has each picture in two formats and three widths', async () => {
  expect(html.match(/<picture>/g)).toHaveLength(3);
  for (const alt of ['As it was taken', 'Slimmed at degree 1', 'Slimmed at degree 2']) {
    const files = filesOf(alt);
    expect(files.map(({ file, width }) => `${width} ${file.split('.').at(-1)}`)).toEqual(['160 webp', '320 webp', '512 webp', '160 jpeg', '320 jpeg', '512 jpeg']);
    for (const { file, width } of files) {
      expect(await sharp(join(out, file)).metadata()).toMatchObject({ format: file.split('.').at(-1), width, height: width });
    }
  }
});

test.each([0, 1, 2, 3, 4, 5])('shows the face slimmed and the rest of the photo as it was: file %i', async (index) => {
  const [taken, slimmed, further] = ['As it was taken', 'Slimmed at degree 1', 'Slimmed at degree 2'].map((alt) => filesOf(alt)[index]!);
  await expectSlimmed([join(out, taken!.file), join(out, slimmed!.file), join(out, further!.file)], taken!.width);
});

/** The files that a picture refers to, in the order of the page. */
function filesOf(alt: string): { file: string; width: number }[] {
  const picture = html.match(/<picture>.*?<\/picture>/gs)!.find((found) => found.includes(`alt="${alt}"`))!;
  return [...picture.matchAll(/(\/img\/\S+) (\d+)w/g)].map(([, file, width]) => ({ file: file!, width: Number(width) }));
}
