import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node22 } from '../../../../test/_node-22.ts';
import { slimFaceService } from '../../src/adapters/astro.ts';
import type { SlimFace } from '../../src/index.ts';
import { animation, difference, lyingPortrait, portrait, samples } from '../_setup.ts';

// Real builds and a real dev server of the site in astro.site, whose engine paints the upper half of a picture in a colour that
// tells degree and version.

const here = fileURLToPath(new URL('.', import.meta.url));
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle cx="9" cy="9" r="8"/></svg>\n';
let dir: string;

describe('a service of Astro that slims', () => {
  let site: Record<'version1' | 'version2', Site>;
  let busy: Run;
  let dev: Run & { url: string };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'slimface-astro-'));
    [site, [busy, dev]] = await Promise.all([buildTwice(), failAndServe()]);
  });
  afterAll(async () => {
    if (dev?.process.kill()) await dev.ended;
    await rm(dir, { recursive: true, maxRetries: 3 });
  });

  async function buildTwice() {
    const root = await makeSite('built');
    return { version1: await build(root, '1'), version2: await build(root, '2') };
  }

  async function failAndServe() {
    const root = await makeSite('served');
    const failing = astro(root, ['build'], 'busy');
    await failing.ended;
    const page = (image: string) => `---\nimport { Image } from 'astro:assets';\nimport portrait from '../portrait.png';\n---\n<Image ${image} alt="" />\n`;
    await writeFile(join(root, 'src/pages/wrong.astro'), page('src={portrait} slim={3}'));
    await writeFile(join(root, 'src/pages/linked.astro'), page('src="https://example.org/linked.png" width={9} height={9} slim'));
    return [failing, await serve(root)] as const;
  }

  it('slims before it resizes, by the degree in the property or by that of the service', async () => {
    const { version1 } = site;
    for (const [id, degree] of [['one', 1], ['half', 0.5], ['default', 2]] as const) {
      const pixels = await samples(await version1.image(id));
      expect(upperHalf(pixels).every((sample) => sample === colourOf(degree, '1')), id).toBe(true);
      expect(difference(lowerHalf(pixels), lowerHalf(await samples(portrait)))).toBe(0);
    }
    for (const id of ['plain', 'off']) expect(difference(await samples(await version1.image(id)), await samples(portrait)), id).toBe(0);
  });

  // Trap: unless Astro is told that slim decides about the name, all degrees get one file.
  it('gives every degree a name of its own, and the same degree the same name', () => {
    const { sources } = site.version1;
    expect(new Set(['plain', 'one', 'half', 'default'].map((id) => sources[id])).size).toBe(4);
    expect(sources.text).toBe(sources.one);
    expect(sources.got).toBe(sources.one);
    expect(sources.off).toBe(sources.plain);
  });

  it('gives another version of the engine another name, although Astro remembers the old file', async () => {
    const { version1, version2 } = site;
    expect(version2.sources.one).not.toBe(version1.sources.one);
    expect(version2.sources.plain).toBe(version1.sources.plain);
    expect(upperHalf(await samples(await version2.image('one'))).every((sample) => sample === colourOf(1, '2'))).toBe(true);
    expect(version2.log).toMatch(new RegExp(`${version2.sources.plain}.*reused cache entry`));
  });

  it('slims every width of a picture', async () => {
    const { version1 } = site;
    const sizes = [...version1.html.matchAll(/(\/_astro\/\S+) (\d+)w/g)];
    expect(sizes.map(([, file, width]) => `${width} ${file!.split('.').at(-1)}`)).toEqual(['100 webp', '300 webp', '100 png', '300 png']);
    for (const [, file, width] of sizes) {
      const image = await readFile(join(version1.dist, file!));
      expect((await sharp(image).metadata()).width).toBe(Number(width));
      // Near the middle, where painted and unpainted rows meet, the codec mixes them.
      const painted = upperHalf(await samples(image)).subarray(0, -20 * Number(width) * 3);
      expect(painted.every((sample) => Math.abs(sample - colourOf(1, '1')) <= 3), file).toBe(true);
    }
  });

  it('leaves no trace of itself in the page', () => {
    expect(site.version1.html).not.toMatch(/slim/i);
  });

  it('makes a lying photo upright, once', async () => {
    const pixels = await samples(await site.version1.image('lying'));
    const upright = await sharp(portrait).resize(200).raw().toBuffer();
    expect(difference(lowerHalf(pixels).subarray(6 * 600), lowerHalf(upright).subarray(6 * 600), 40)).toBeLessThan(0.02);
    expect(upperHalf(pixels).subarray(0, -6 * 600).every((sample) => Math.abs(sample - colourOf(1, '1')) <= 3)).toBe(true);
  });

  // Trap: Astro decodes all frames, so an animation must reach it as it is.
  it('hands on animations and SVG as they are', async () => {
    const { version1 } = site;
    const animated = await version1.image('animated');
    expect((await sharp(animated).metadata()).pages).toBe(2);
    expect(animated.equals(await version1.image('animated-plain'))).toBe(true);
    expect((await version1.image('logo')).toString()).toBe(svg);
  });

  // Trap: Astro says no more than that the image could not be transformed.
  it('fails the build when the engine fails, and says why', async () => {
    expect(await busy.ended).toBe(1);
    expect(busy.log).toMatch(/\[ERROR\] Could not slim \/_astro\/portrait\.\S+\.png: BusyError: The painter is at lunch/);
  });

  it('serves slimmed images while the site is being written', async () => {
    const address = await devAddress('one');
    expect(address).toMatch(/&slim=1&slimKey=[0-9a-f]{16}$/);
    expect(upperHalf(await samples(await devImage(address))).every((sample) => sample === colourOf(1, '1'))).toBe(true);
    const other = await devImage(address.replace('slim=1', 'slim=1.04'));
    expect(upperHalf(await samples(other)).every((sample) => sample === colourOf(1.04, '1'))).toBe(true);
    const byDefault = await devImage(await devAddress('default'));
    expect(upperHalf(await samples(byDefault)).every((sample) => sample === colourOf(2, '1'))).toBe(true);
    expect(difference(await samples(await devImage(await devAddress('plain'))), await samples(portrait))).toBe(0);
  });

  it.each(['3', '-1', '1.234', '', 'x', '1e0', 'false'])('refuses an address with slim=%s', async (slim) => {
    const address = await devAddress('one');
    expect((await fetch(new URL(address.replace('slim=1', `slim=${slim}`), dev.url))).status).toBe(400);
    expect(dev.log).toContain(`Expected slim between 0 and 2 with at most two decimals but received "${slim}"`);
  });

  it('names a wrong degree in a page', async () => {
    await fetch(new URL('/wrong', dev.url)).then((answer) => answer.text());
    expect(dev.log).toContain('Expected slim between 0 and 2 with at most two decimals but received 3');
  });

  it('refuses what Astro would only link to', async () => {
    await fetch(new URL('/linked', dev.url)).then((answer) => answer.text());
    expect(dev.log).toMatch(/Expected an image that Astro works on .* but received https:\/\/example\.org\/linked\.png/);
  });

  async function devAddress(id: string): Promise<string> {
    const html = await (await fetch(dev.url)).text();
    return sourcesIn(html)[id]!;
  }

  async function devImage(address: string): Promise<Buffer> {
    const answer = await fetch(new URL(address, dev.url));
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  }
});

it('names files by all that Astro itself names them by', async () => {
  const constants: { DEFAULT_HASH_PROPS: string[] } = await import(join(here, 'node_modules/astro/dist/assets/consts.js'));
  const { propertiesToHash } = slimFaceService({ getURL: () => '', parseURL: () => undefined, transform: () => Promise.reject(new Error()) }, undefined as unknown as SlimFace);
  expect(propertiesToHash).toEqual([...constants.DEFAULT_HASH_PROPS, 'slim', 'slimKey']);
});

interface Run {
  readonly process: ChildProcess;
  readonly log: string;
  readonly ended: Promise<number | null>;
}

interface Site {
  readonly dist: string;
  readonly log: string;
  readonly html: string;
  /** Addresses of the images, by the id of their element. */
  readonly sources: Record<string, string>;
  image(id: string): Promise<Buffer>;
}

/** A copy of the site in a folder of its own, with its photos and with the packages of this folder. */
async function makeSite(name: string): Promise<string> {
  const root = join(dir, name);
  await cp(join(here, 'astro.site'), root, { recursive: true });
  await Promise.all([
    symlink(join(here, 'node_modules'), join(root, 'node_modules')),
    copyFile(portrait, join(root, 'src/portrait.png')),
    writeFile(join(root, 'src/lying.jpg'), await lyingPortrait()),
    writeFile(join(root, 'src/animated.gif'), await animation()),
    writeFile(join(root, 'src/logo.svg'), svg),
  ]);
  return root;
}

function astro(root: string, args: string[], version: string): Run {
  // Not all that this process has: Astro behaves differently when it sees VITEST or another NODE_ENV.
  const { PATH, HOME } = process.env;
  const env: Record<string, string | undefined> = { PATH, HOME, NO_COLOR: '1', ASTRO_TELEMETRY_DISABLED: '1', TEST_ENGINE_VERSION: version, TEST_CACHE_DIR: join(root, '.cache') };
  const child = spawn(node22, [join(here, 'node_modules/astro/bin/astro.mjs'), ...args], { cwd: root, env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { process: child, log: '', ended: once(child, 'close').then(([code]) => code as number | null) };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (run.log += text));
  return run;
}

async function build(root: string, version: string): Promise<Site> {
  const dist = join(root, `dist-${version}`);
  const run = astro(root, ['build', '--outDir', dist], version);
  expect(await run.ended, run.log).toBe(0);
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const sources = sourcesIn(html);
  return { dist, log: run.log, html, sources, image: (id) => readFile(join(dist, sources[id]!)) };
}

async function serve(root: string): Promise<Run & { url: string }> {
  const run = astro(root, ['dev', '--port', '0'], '1');
  const address = /http:\/\/localhost:\d+\//;
  const isUp = (): boolean => address.test(run.log);
  while (!isUp() && run.process.exitCode === null) await Promise.race([once(run.process.stdout!, 'data'), run.ended]);
  expect(run.log).toMatch(address);
  return Object.assign(run, { url: run.log.match(address)![0] });
}

function sourcesIn(html: string): Record<string, string> {
  const tags = html.match(/<img [^>]*>/g) ?? [];
  return Object.fromEntries(tags.map((tag) => [/ id="([^"]*)"/.exec(tag)![1], / src="([^"]*)"/.exec(tag)![1]!.replaceAll('&amp;', '&')]));
}

const colourOf = (slimDegree: number, version: string) => 100 + 50 * slimDegree + Number(version);
const upperHalf = (pixels: Buffer) => pixels.subarray(0, pixels.length / 2);
const lowerHalf = (pixels: Buffer) => pixels.subarray(pixels.length / 2);
