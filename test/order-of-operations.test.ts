import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalEngine, type LocalEngine } from '@slimface/engine';
import { slimFaceInPlace } from '@slimface/sharp-plugin';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './_run.ts';

/** The script that makes the pictures, which is plain JavaScript. */
interface Script {
  makePictures(look: (example: string, lines: string[], folder: string) => Promise<void>): Promise<Record<string, Buffer>>;
}

const docs = join(root, 'docs');
const portrait = join(root, 'fixtures/astronaut.png');
const names = ['composite', 'resize', 'crop', 'rotate', 'tint'];
let page: string;
/** What the examples printed, what they wrote, and the pictures of that. */
const runs: { example: string; lines: string[] }[] = [];
const files: Record<string, Buffer> = {};
let pictures: Record<string, Buffer>;
beforeAll(async () => {
  page = await readFile(join(docs, 'order-of-operations.md'), 'utf8');
  const script = (await import(new URL('../scripts/make-order-pictures.mjs', import.meta.url).href)) as Script;
  pictures = await script.makePictures(async (example, lines, folder) => {
    runs.push({ example, lines });
    for (const file of await readdir(folder)) files[file] = await readFile(join(folder, file));
  });
});

/** The samples that a viewer shows of a file, or of what a chain writes. */
async function pixelsOf(image: string | Buffer | Sharp): Promise<Buffer> {
  const file = typeof image === 'string' || Buffer.isBuffer(image) ? image : await image.png().toBuffer();
  return sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer();
}

/** Share of samples that differ by more than `tolerance`. */
async function difference(a: Parameters<typeof pixelsOf>[0], b: Parameters<typeof pixelsOf>[0], tolerance = 24): Promise<number> {
  const [before, after] = await Promise.all([pixelsOf(a), pixelsOf(b)]);
  expect(after.length).toBe(before.length);
  return before.reduce((count, sample, i) => count + Number(Math.abs(sample - after[i]!) > tolerance), 0) / before.length;
}

describe('docs/order-of-operations.md', () => {
  it('has examples that print what it says', () => {
    expect(runs).toHaveLength([...page.matchAll(/^```js\n/gm)].length);
    for (const { example, lines } of runs) {
      expect(lines).toEqual([...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]));
    }
  });

  it('has examples that write what it says', async () => {
    const shares = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await difference(files[`${name}-1.png`]!, files[`${name}-2.png`]!, 8)])));
    expect(shares.rotate).toBeLessThan(0.0002);
    expect(shares.resize).toBeGreaterThan(0.0001); // fine edges
    for (const name of ['composite', 'crop', 'tint']) expect(shares[name], name).toBeGreaterThan(0.002);
    expect(await difference(files['tint-1.png']!, sharp(portrait).tint('teal'), 0)).toBe(0);
    expect(await difference(files['crop-2.png']!, sharp(portrait).extract({ left: 150, top: 0, width: 65, height: 240 }), 0)).toBe(0);
    expect(await sharp(files['large.png']).metadata()).toMatchObject({ width: 1024 });
  });

  it('shows the pictures that the script makes', async () => {
    expect([...page.matchAll(/\]\(order-of-operations\/(\w+)\.png\)/g)].map((match) => match[1])).toEqual(names);
    expect(Object.keys(pictures)).toEqual(names);
    expect((await readdir(join(docs, 'order-of-operations'))).sort()).toEqual(names.map((name) => `${name}.png`).sort());
    for (const [i, name] of names.entries()) {
      const file = join(docs, 'order-of-operations', `${name}.png`);
      expect(await difference(pictures[name]!, file), name).toBeLessThan(0.02);
      expect(await difference(pictures[names[(i + 1) % names.length]!]!, file), 'another picture').toBeGreaterThan(0.1);
    }
  });
});

describe('what it says of operations that are queued after slimFaceInPlace', () => {
  let slimmer: LocalEngine;
  beforeAll(async () => {
    slimmer = await createLocalEngine();
  });
  afterAll(() => slimmer.close());

  /** The portrait with `queue` after the step, and as it would be had the step been an image file in between. */
  async function both(queue: (image: Sharp) => Sharp): Promise<{ inPlace: Sharp; asWritten: Sharp; unslimmed: Sharp; slimmed: Sharp }> {
    const slimmedInPlace = async (): Promise<Sharp> => {
      const image = sharp(portrait);
      await slimFaceInPlace(image, { slimmer });
      return image;
    };
    const slimmed = await (await slimmedInPlace()).png().toBuffer();
    return { inPlace: queue(await slimmedInPlace()), asWritten: queue(sharp(slimmed)), unslimmed: queue(sharp(portrait)), slimmed: sharp(slimmed) };
  }

  it.each<[string, (image: Sharp) => Sharp]>([
    ['tint', (image) => image.tint('teal')],
    ['negate', (image) => image.negate()],
    ['linear', (image) => image.linear(0.5, 20)],
    ['extractChannel', (image) => image.extractChannel('green')],
  ])('%s runs on the slimmed picture, and is refused before it', async (_, queue) => {
    const { inPlace, asWritten, unslimmed } = await both(queue);
    const written = await inPlace.png().toBuffer();
    expect(await difference(written, asWritten, 2)).toBe(0);
    expect(await difference(written, unslimmed)).toBeGreaterThan(0.0005);
    await expect(slimFaceInPlace(queue(sharp(portrait)), { slimmer })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each<[string, (image: Sharp) => Sharp]>([
    ['resize', (image) => image.resize(256)],
    ['extract', (image) => image.extract({ left: 100, top: 0, width: 300, height: 300 })],
  ])('%s to a smaller picture fails', async (_, queue) => {
    const { inPlace } = await both(queue);
    await expect(inPlace.toBuffer()).rejects.toThrow('same dimensions or smaller');
  });

  it.each<[string, (image: Sharp) => Sharp]>([
    ['flop', (image) => image.flop()],
    ['rotate', (image) => image.rotate(90)],
    ['blur', (image) => image.blur(5)],
    ['modulate', (image) => image.modulate({ saturation: 0.2 })],
    ['greyscale', (image) => image.greyscale()],
    ['threshold', (image) => image.threshold()],
  ])('%s is not to be seen', async (_, queue) => {
    const { inPlace, slimmed, asWritten } = await both(queue);
    const written = await inPlace.png().toBuffer();
    expect(await difference(written, slimmed, 2)).toBe(0);
    expect(await difference(written, asWritten)).toBeGreaterThan(0.05);
  });

  it.each<[string, (image: Sharp) => Sharp]>([
    ['resize to a larger picture', (image) => image.resize(800)],
    ['extend on one side', (image) => image.extend({ top: 60, background: 'gold' })],
    ['gamma', (image) => image.gamma(2.2)],
  ])('%s gives a wrong picture', async (_, queue) => {
    const { inPlace, asWritten } = await both(queue);
    expect(await difference(inPlace, asWritten)).toBeGreaterThan(0.2);
  });

  it('composite puts the old face back', async () => {
    const badge = { create: { width: 60, height: 40, channels: 3, background: 'gold' } } as const;
    const { inPlace, unslimmed } = await both((image) => image.composite([{ input: badge, left: 0, top: 400 }]));
    expect(await difference(inPlace, unslimmed, 2)).toBe(0);
  });
});
