import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { node22 } from '../_node-22.ts';
import { root, run } from '../_run.ts';
import { difference } from './_pixels.ts';

// The example as its user builds it, into a folder of the test's own.

const site = join(root, 'examples/astro-site');
const portrait = join(root, 'fixtures/astronaut.png');
const face = { left: 0, top: 0, width: 512, height: 300 };
const belowTheFace = { left: 0, top: 312, width: 512, height: 200 };

describe('the site', () => {
  let out: string;
  let html: string;

  beforeAll(async () => {
    await forget();
    out = await mkdtemp(join(tmpdir(), 'slimface-astro-site-'));
    const { scripts } = JSON.parse(await readFile(join(site, 'package.json'), 'utf8')) as { scripts: { build: string } };
    expect(scripts.build).toBe('astro build');
    const env = { NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1' };
    const build = run(node22, ['node_modules/astro/bin/astro.mjs', 'build', '--outDir', out], { cwd: site, env });
    expect(await build.ended, build.stdout + build.stderr).toBe(0);
    html = await readFile(join(out, 'index.html'), 'utf8');
  });
  afterAll(() => Promise.all([forget(), rm(out, { recursive: true })]));

  /** Takes away what Astro keeps beside its output: a picture that it remembers would prove nothing. */
  async function forget(): Promise<void> {
    for (const folder of ['.astro', 'node_modules/.astro', 'node_modules/.vite']) await rm(join(site, folder), { recursive: true, force: true });
  }

  test('shows the face slimmed and the rest of the photo as it was', async () => {
    const [taken, slimmed] = await Promise.all([image('As it was taken'), image('Slimmed at degree 1')]);
    for (const webp of [taken, slimmed]) expect(await sharp(webp).metadata()).toMatchObject({ format: 'webp', width: 512, height: 512 });
    // Differences up to 32 levels are the codec's; what moved goes further.
    expect(await difference(slimmed, taken, face, 32)).toBeGreaterThan(0.001);
    expect(await difference(slimmed, taken, belowTheFace, 32)).toBeLessThan(0.0002);
  });

  test('has every size and format of the picture, slimmed further', async () => {
    const fallback = await image('Slimmed at degree 2');
    expect(await difference(fallback, portrait, face, 32)).toBeGreaterThan(0.004);
    expect(await difference(fallback, portrait, belowTheFace, 0)).toBe(0);
    const files = [...html.matchAll(/(\/_astro\/\S+) (\d+)w/g)].map(([, file, width]) => ({ file: file!, width: Number(width) }));
    expect(files.map(({ file, width }) => `${width} ${file.split('.').at(-1)}`)).toEqual(['256 avif', '512 avif', '256 webp', '512 webp', '256 png', '512 png']);
    for (const { file, width } of files) {
      const picture = await sharp(join(out, file)).resize(512, 512).png().toBuffer();
      expect((await sharp(join(out, file)).metadata()).width).toBe(width);
      const [toSlimmed, toTaken] = [await difference(picture, fallback, face, 48), await difference(picture, portrait, face, 48)];
      expect(toTaken - toSlimmed, file).toBeGreaterThan(0.002);
    }
  });

  test('has the image of getImage', async () => {
    const [, file] = /url\(([^)]+)\)/.exec(html)!;
    expect((await sharp(join(out, file!)).metadata()).format).toBe('jpeg');
    expect(await difference(join(out, file!), portrait, face, 48)).toBeGreaterThan(0.002);
  });

  test('has no unknown attribute', () => {
    expect(html.replaceAll(/alt="[^"]*"|<title>.*<\/title>/g, '')).not.toMatch(/slim/i);
  });

  async function image(alt: string): Promise<Buffer> {
    const tag = html.match(/<img [^>]*>/g)!.find((found) => found.includes(`alt="${alt}"`))!;
    return readFile(join(out, / src="([^"]+)"/.exec(tag)![1]!));
  }
});
