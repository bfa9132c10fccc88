import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@slimface/core';
import * as engine from '@slimface/engine';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as plugin from '../src/index.ts';
import { difference, group, samples } from './_setup.ts';

const modules = { sharp: { default: sharp }, '@slimface/core': core, '@slimface/engine': engine, '@slimface/sharp-plugin': plugin };
const home = process.cwd();
let folder: string;
let examples: string[];

beforeAll(async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  examples = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map((match) => match[1]!);
  folder = await mkdtemp(join(tmpdir(), 'slimface-readme-'));
  await copyFile(group, join(folder, 'portrait.jpg'));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

/** Runs the text of an example, whose imports become look-ups in `modules`, with `scope` as its variables. */
async function run(example: string, scope: Record<string, unknown> = {}): Promise<void> {
  const code = example
    .replace(/^import (\w+) from ('.+?');$/gm, 'const { default: $1 } = modules[$2];')
    .replace(/^import (\{.+\}) from ('.+?');$/gm, 'const $1 = modules[$2];');
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction('modules', ...Object.keys(scope), code)(modules, ...Object.values(scope));
}

it('has a first example that writes what it says', async () => {
  await run(examples[0]!);
  const { width, height } = await sharp('portrait.jpg').metadata();
  expect(await sharp('slimmed.jpg').metadata()).toMatchObject({ format: 'jpeg', width, height });
  expect(await sharp('thumbnail.webp').metadata()).toMatchObject({ format: 'webp', width: 320 });
  const encodedAlike = await sharp('portrait.jpg').toBuffer();
  const share = difference(await samples('slimmed.jpg'), await samples(encodedAlike), 16);
  expect(share).toBeGreaterThan(0.001);
  expect(share).toBeLessThan(0.2);
});

it('has a second example that prints what it says', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const slimmer = await engine.createLocalEngine();
  await run(examples[1]!, { slimmer, sharp, slimFace: plugin.slimFace });
  await slimmer.close();
  const { width, height } = await sharp('portrait.jpg').metadata();
  expect(log.mock.calls).toEqual([[`3 slimmed in ${width} x ${height} px`]]);
});

it('has a third example that slims once for many sizes', async () => {
  const log = vi.spyOn(console, 'log').mockReset().mockReturnValue();
  const slimmer = await engine.createLocalEngine();
  await run(examples[2]!, { slimmer, sharp });
  await slimmer.close();
  for (const width of [320, 640, 1280]) expect(await sharp(`portrait-${width}.webp`).metadata()).toMatchObject({ format: 'webp', width });
  expect(log.mock.calls).toEqual([[true]]);
  expect(examples).toHaveLength(3);
});
