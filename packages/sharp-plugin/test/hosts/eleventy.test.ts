import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node22 } from '../../../../test/_node-22.ts';
import { difference, portrait, samples } from '../_setup.ts';
import { writeJobs } from './eleventy.jobs.ts';

// Eleventy Image 7, for real, on the Node 22 that it needs.

interface Stat {
  readonly width: number;
  readonly height: number;
  readonly filename: string;
  readonly outputPath: string;
}
interface Outcome {
  readonly images: readonly Readonly<Record<string, readonly Stat[]>>[];
  readonly calls: number;
  readonly error?: { readonly name: string; readonly code: string; readonly message: string };
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Least share of samples that a slimmed face changes by more than 16. */
const changed = 0.0015;

let folder: string;
let report: Record<string, Outcome>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-eleventy-'));
  await promisify(execFile)(node22, [here('eleventy.mjs'), JSON.stringify({ outputDir: folder, jobs: await writeJobs(folder) })], { cwd: here('.') });
  report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as typeof report;
});
afterAll(() => rm(folder, { recursive: true }));

function stats(job: string, format = 'png', image = 0): readonly Stat[] {
  const { images, error } = report[job]!;
  if (images === undefined) throw new Error(`${job}: ${JSON.stringify(error)}`);
  return images[image]![format]!;
}

/** Samples of an output and of the same output of Eleventy alone, and where the face ends in them. */
async function pair(job: string, { format = 'png', index = 0 } = {}) {
  const [ours, plain] = [stats(job, format)[index]!, stats(`${job}, plain`, format)[index]!];
  const [slimmed, original, meta, plainMeta] = await Promise.all([samples(ours.outputPath), samples(plain.outputPath), sharp(ours.outputPath).metadata(), sharp(plain.outputPath).metadata()]);
  const rest = Math.ceil((310 / 512) * meta.height) * meta.width * meta.channels;
  return { ours, plain, slimmed, original, meta, plainMeta, belowFace: [slimmed.subarray(rest), original.subarray(rest)] as const };
}

describe('several sizes and formats', () => {
  it('take one call of the engine', () => {
    expect(report['sizes']!.calls).toBe(1);
    expect(Object.values(report['sizes']!.images[0]!).flat()).toHaveLength(9);
  });

  it.each([['png', 0], ['png', 1], ['png', 2], ['webp', 0], ['webp', 2], ['jpeg', 1], ['jpeg', 2]])('%s %#: slim the face and nothing else, at the right size', async (format, index) => {
    const { ours, plain, slimmed, original, meta, belowFace } = await pair('sizes', { format, index });
    expect([ours.width, ours.height]).toEqual([plain.width, plain.height]);
    expect(meta).toMatchObject({ format, width: [160, 320, 512][index], height: [160, 320, 512][index], channels: 3, hasAlpha: false });
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(difference(...belowFace, format === 'png' ? 0 : 24)).toBeLessThan(0.001);
  });
});

describe('file names', () => {
  it('differ by degree and version, so that no file of another degree is taken for it', async () => {
    const names = ['no slimming', 'degree 0.8', 'degree 1.6', 'version 2'].map((job) => stats(job)[0]!.filename);
    expect(new Set(names).size).toBe(4);
    const [none, some, more] = await Promise.all(['no slimming', 'degree 0.8', 'degree 1.6'].map((job) => samples(stats(job)[0]!.outputPath)));
    expect(difference(none!, some!, 16)).toBeGreaterThan(changed);
    expect(difference(some!, more!, 16)).toBeGreaterThan(changed);
  });

  it('are those of each source when many share one object of options', async () => {
    const [file, flopped] = [stats('two sources')[0]!, stats('two sources', 'png', 1)[0]!];
    expect(report['two sources']!.calls).toBe(2);
    expect(file.filename).not.toBe(flopped.filename);
    expect(difference(await samples(file.outputPath), await samples(sharp(flopped.outputPath).flop()), 40)).toBeLessThan(0.02);
  });
});

describe('colours', () => {
  it.each(['png', 'webp'])('of a Display P3 photo stay in Display P3: %s', async (format) => {
    const { slimmed, original, meta, plainMeta, belowFace } = await pair('display p3', { format });
    expect(meta.icc).toBeDefined();
    expect(meta.icc).toEqual(plainMeta.icc);
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(difference(...belowFace, format === 'png' ? 0 : 24)).toBeLessThan(0.001);
  });

  it.each([
    ['deep display p3', 1],
    ['grey', 1],
    ['alpha', 1],
  ])('of a %s source are those of Eleventy alone', async (job, tolerance) => {
    const { slimmed, original, meta, plainMeta, belowFace } = await pair(job);
    expect(meta.channels).toBe(plainMeta.channels);
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(difference(...belowFace, tolerance)).toBeLessThan(0.001);
  });
});

describe('colours of a profile that is not of RGB', () => {
  it.each(['png', 'webp', 'jpeg'])('are sRGB: CMYK as %s', async (format) => {
    const { slimmed, original, meta, plainMeta, belowFace } = await pair('cmyk', { format });
    expect(meta.icc).toEqual(plainMeta.icc);
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(difference(...belowFace, 24)).toBeLessThan(0.001);
  });

  it.each(['png', 'jpeg'])('are sRGB: grey as %s', async (format) => {
    const slimmed = await samples(stats('grey of its own', format)[0]!.outputPath);
    const original = await samples(join(folder, 'grey.png'));
    expect(difference(original, await samples(sharp(join(folder, 'grey.png')).keepIccProfile()), 16)).toBeGreaterThan(0.5);
    const rest = 310 * 512 * 3;
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(difference(slimmed.subarray(rest), original.subarray(rest), format === 'png' ? 0 : 24)).toBeLessThan(0.001);
  });
});

describe('orientation', () => {
  it.each([['lying', 0, 256], ['lying', 1, 512], ['lying and told to fix', 0, 512]])('of a photo of orientation 6 is baked in once: %s %i', async (job, index, side) => {
    const { meta, slimmed, original, belowFace } = await pair(job, { index });
    expect(meta).toMatchObject({ width: side, height: side });
    expect(meta.orientation).toBeUndefined();
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(difference(slimmed, await samples(sharp(portrait).resize(side)), 40)).toBeLessThan(0.05);
    expect(difference(...belowFace, 24)).toBeLessThan(0.001);
  });

  it('does not mix up the sides', async () => {
    const { ours, meta, plainMeta, belowFace } = await pair('tall');
    expect([meta.width, meta.height]).toEqual([plainMeta.width, plainMeta.height]);
    expect([ours.width, ours.height]).toEqual([191, 255]);
    expect(difference(...belowFace, 24)).toBeLessThan(0.001);
  });

  it.each(['upside down', 'upside down, with EXIF'])('of a photo that Eleventy does not turn is baked in too: %s', async (job) => {
    const { slimmed, meta } = await pair(job); // samples() heeds the orientation that may be in the file
    expect(difference(slimmed, await samples(portrait), 40)).toBeLessThan(0.05);
    expect(meta.orientation ?? 1).toBe(1);
  });
});

describe('what has no face, frames, or no pixels', () => {
  it.each([['no face', 'png', 1], ['no face', 'jpeg', 1], ['animation', 'gif', 0], ['svg', 'svg', 0]])('stays as Eleventy makes it: %s as %s', async (job, format) => {
    const { ours, plain } = await pair(job, { format });
    expect((await readFile(ours.outputPath)).equals(await readFile(plain.outputPath))).toBe(true);
    expect([ours.width, ours.height]).toEqual([plain.width, plain.height]);
  });

  it('is slimmed where a drawing becomes pixels', async () => {
    const { slimmed, original, meta } = await pair('svg');
    expect(meta).toMatchObject({ width: 512, height: 512 });
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(report['svg']!.calls).toBe(1);
    expect(report['svg alone']!.calls).toBe(0);
  });
});

describe('a transform of the user', () => {
  it.each(['own crop', 'own greys'])('runs before ours: %s', async (job) => {
    const { ours, plain, slimmed, original, meta, plainMeta } = await pair(job);
    expect([meta.width, meta.height]).toEqual([plainMeta.width, plainMeta.height]);
    expect([ours.width, ours.height]).toEqual([meta.width, meta.height]);
    expect([ours.width, ours.height]).toEqual([plain.width, plain.height]);
    expect(difference(slimmed, original, 16)).toBeGreaterThan(changed);
    expect(difference(slimmed, original, 24)).toBeLessThan(0.2);
  });

  it('is refused where sharp would run it twice', () => {
    expect(report['own negative']!.error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('negate()') as string });
  });
});

describe('a failure', () => {
  it('reaches the caller of Eleventy Image as it is', () => {
    expect(report['failure']!.error).toEqual({ name: 'Error', code: 'ON_STRIKE', message: 'The engine is on strike' });
    expect(report['no degree']!.error).toEqual({ name: 'InvalidSlimDegreeError', code: 'INVALID_SLIM_DEGREE', message: 'Expected slimDegree between 0 and 2 but received 3' });
  });
});
