import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlimFace } from '../../src/index.ts';
import { difference, portrait, samples } from '../_setup.ts';

/** What webpack.mjs tells of a build. */
interface Build {
  /** How often the engine was asked. */
  readonly asked: number;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

let folder: string;
let builds: Record<string, Build>;
/** The portrait by degree: the very pixels that the engine gives. */
let slimmed: Record<1 | 2, Buffer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-webpack-'));
  for (const name of ['portrait.png', 'other.png']) await copyFile(portrait, join(folder, name));
  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await writeFile(join(folder, 'main.js'), 'globalThis.images = [new URL("./portrait.png", import.meta.url), new URL("./icon.svg", import.meta.url)];');
  await writeFile(join(folder, 'webp.js'), 'globalThis.images = [new URL("./other.png?as=webp", import.meta.url)];');
  // webpack distrusts its cache for files of the last seconds.
  for (const name of await readdir(folder)) await utimes(join(folder, name), 1e9, 1e9);
  const script = fileURLToPath(new URL('webpack.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder], { timeout: 50_000, maxBuffer: 2 ** 24 });
  builds = JSON.parse(stdout) as Record<string, Build>;

  const engine = await createLocalEngine();
  const slim = async (slimDegree: number) => samples(await createSlimFace({ slimmer: engine, slimDegree })(sharp(portrait)));
  slimmed = { 1: await slim(1), 2: await slim(2) };
  await engine.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const output = (build: string, name: string) => readFile(join(folder, build, name));
const built = async (build: string, name = 'portrait.png') => samples(await output(build, name));

it('compares things that differ', async () => {
  expect(difference(slimmed[1], await samples(portrait), 8)).toBeGreaterThan(0.002);
  expect(difference(slimmed[2], slimmed[1], 8)).toBeGreaterThan(0.002);
});

describe('a minimizer', () => {
  it('slims a photo once, and leaves an SVG as it is', async () => {
    expect(builds.alone).toEqual({ asked: 1, errors: [], warnings: [] });
    expect(difference(await built('alone'), slimmed[1])).toBe(0);
    expect((await output('alone', 'icon.svg')).toString()).toContain('<svg');
  });

  it('hands the slimmed photo on to the next', async () => {
    const expected = await sharp(slimmed[1], { raw: { width: 512, height: 512, channels: 3 } }).resize(256).raw().toBuffer();
    expect(builds.chained).toMatchObject({ errors: [], warnings: [] });
    expect(difference(await built('chained'), expected)).toBe(0);
  });

  it('slims once when somebody turned the loader on, as long as there is no cache on disk', async () => {
    expect(difference(await built('loader-on'), slimmed[1])).toBe(0);
  });

  it('takes a degree of its own', async () => {
    expect(difference(await built('own-degree'), slimmed[2])).toBe(0);
  });

  it('is another one to a cache on disk with another degree or engine', async () => {
    expect(['1', '1-again', '2', 'newer'].map((name) => builds[`cache-${name}`]!.asked)).toEqual([1, 0, 1, 1]);
    expect(difference(await built('cache-1-again'), slimmed[1])).toBe(0);
    expect(difference(await built('cache-2'), slimmed[2])).toBe(0);
  });
});

describe('a generator', () => {
  it('slims the photo before it makes its format of it, by a degree of its own', async () => {
    expect(builds.generated).toEqual({ asked: 1, errors: [], warnings: [] });
    expect(await sharp(await output('generated', 'other.webp')).metadata()).toMatchObject({ format: 'webp', width: 512, height: 512 });
    expect(difference(await built('generated', 'other.webp'), slimmed[1])).toBe(0);
    expect(difference(await built('generated-2', 'other.webp'), slimmed[2])).toBe(0);
  });

  it('slims for a file beside the original, which stays', async () => {
    expect(difference(await built('beside', 'portrait.webp'), slimmed[1])).toBe(0);
    expect((await output('beside', 'portrait.png')).equals(await readFile(portrait))).toBe(true);
  });

  it('slims once beside a minimizer', async () => {
    expect(difference(await built('both'), slimmed[1])).toBe(0);
    expect(difference(await built('both', 'other.webp'), slimmed[1])).toBe(0);
  });
});

describe('a failure', () => {
  it.each([['failed', 'portrait'], ['failed-generator', 'other']])('is an error of the build that names the file (%s)', (build, name) => {
    expect(builds[build]!.errors.join()).toContain(`Expected to slim ${name}.png but failed: The engine is busy`);
  });

  it('is not remembered in a cache on disk', async () => {
    expect(builds.recovered).toMatchObject({ asked: 1, errors: [] });
    expect(difference(await built('recovered'), slimmed[1])).toBe(0);
  });

  it('is a warning when the plug-in is told so', async () => {
    expect(builds.warned!.errors).toEqual([]);
    expect(builds.warned!.warnings.join()).toContain('Expected to slim portrait.png but failed: The engine is busy');
    expect(difference(await built('warned'), await samples(portrait))).toBe(0);
  });
});
