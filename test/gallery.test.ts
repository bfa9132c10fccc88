import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, run } from './_run.ts';

/** A name that breaks out of attributes and elements wherever it is not escaped. */
const hostile = `"><img src=x onerror=alert(1)>&'.png`;
/** Where the squares of the first face are on a sheet: left edges, top and side. */
const columns = [32, 364, 696, 1028, 1360, 1692];
const [top, side] = [184, 320];

let folder: string;
let page: string;
let stdout: string;
let stderr: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-gallery-'));
  await mkdir(join(folder, 'photos/sub'), { recursive: true });
  await copyFile(join(root, 'fixtures/astronaut.png'), join(folder, 'photos/sub', hostile));
  await writeFile(join(folder, 'photos/broken.jpg'), 'not a photo');
  const command = run(process.execPath, ['scripts/gallery.mjs', '--photos', join(folder, 'photos'), '--only', '--out', join(folder, 'out')]);
  expect(await command.ended, command.stderr).toBe(0);
  ({ stdout, stderr } = command);
  page = await readFile(join(folder, 'out/index.html'), 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

/** A rectangle in shares of a square's side. */
type Part = readonly [x: number, y: number, width: number, height: number];

/** Red, green and blue of a part of one of the face's squares. */
async function read(column: number, [x, y, width, height]: Part): Promise<Buffer> {
  const [left, above, wide, high] = [columns[column]! + x * side, top + y * side, width * side, height * side].map(Math.round) as [number, number, number, number];
  return sharp(sheet).extract({ left, top: above, width: wide, height: high }).raw().toBuffer();
}

/** Mean difference of a sample between two of the squares. */
async function difference(a: number, b: number, part: Part): Promise<number> {
  const [first, second] = await Promise.all([read(a, part), read(b, part)]);
  return first.reduce((sum, sample, i) => sum + Math.abs(sample - second[i]!), 0) / first.length;
}

/** Difference between the brightest and the darkest channel of a part's mean colour. */
async function colourfulness(column: number, part: Part): Promise<number> {
  const samples = await read(column, part);
  const means = [0, 1, 2].map((channel) => samples.reduce((sum, sample, i) => sum + (i % 3 === channel ? sample : 0), 0) / (samples.length / 3));
  return Math.max(...means) - Math.min(...means);
}

let sheet: Buffer;
beforeAll(async () => {
  sheet = await readFile(join(folder, 'out', /src="([^"]+sheet\.png)"/.exec(page)![1]!));
});

describe('the contact sheet', () => {
  // Shares of the square: the face's outline beside the mouth on both sides, the forehead, and the wall behind the head.
  const [jawLeft, jawRight, eyes, wall] = [[0.2, 0.5, 0.15, 0.2], [0.65, 0.5, 0.15, 0.2], [0.3, 0.35, 0.4, 0.08], [0, 0, 0.06, 0.5]] as const;

  it('shows a jaw that gets narrower with the degree', async () => {
    for (const jaw of [jawLeft, jawRight]) {
      const differences = await Promise.all([1, 2, 3].map((column) => difference(0, column, jaw)));
      expect(differences[0]).toBeGreaterThan(0.5);
      expect(differences[1]).toBeGreaterThan(1.3 * differences[0]!);
      expect(differences[2]).toBeGreaterThan(1.3 * differences[1]!);
    }
  });

  it('shows eyes and background as they were', async () => {
    for (const column of [1, 2, 3]) {
      expect(await difference(0, column, wall)).toBe(0);
      expect(await difference(0, column, eyes)).toBeLessThan(0.5);
    }
  });

  it('paints the displacement at the jaw and the grid everywhere', async () => {
    for (const jaw of [jawLeft, jawRight]) expect(await colourfulness(4, jaw)).toBeGreaterThan(40);
    expect(await colourfulness(4, wall)).toBeLessThan(10);
    expect(await difference(3, 5, wall)).toBeGreaterThan(20);
  });
});

describe('the page', () => {
  it('links to files that are there, with a text for every picture', async () => {
    const links = [...page.matchAll(/(?:src|href)="([^#"][^"]*)"/g)].map((match) => match[1]!);
    expect(links).toHaveLength(2 + 4 + 4);
    for (const link of new Set(links)) expect(await sharp(join(folder, 'out', link)).metadata()).toMatchObject({ format: link.endsWith('.png') ? 'png' : 'jpeg' });
    const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]!);
    for (const anchor of anchors) expect(page).toContain(`<section id="${anchor}">`);
    for (const [image] of page.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/ alt="[^"]+"/);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).not.toContain('<script');
  });

  it('shows the name of a file as text, whatever is in it', () => {
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('sub/&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;&#39;.png</bdi>');
  });

  it('says which photo could not be shown, as the command does', () => {
    expect(page).toMatch(/<bdi>broken\.jpg<\/bdi><\/h2>\n<p class="error">Not shown: Input file contains unsupported image format<\/p>/);
    expect(stderr).toBe('Not shown: broken.jpg, Input file contains unsupported image format\n');
    expect(stdout).toBe(`Wrote ${join(folder, 'out/index.html')}\n`);
  });
});
