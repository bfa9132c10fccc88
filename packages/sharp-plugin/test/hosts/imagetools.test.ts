import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node22 } from '../../../../test/_node-22.ts';
import { animation, difference, lyingPortrait, portrait, samples } from '../_setup.ts';

// imagetools-core 12, for real, on the Node 22 that it needs. The bound function has a degree of 1.8.

interface Output {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly metadata: { readonly info: { readonly width: number; readonly height: number }; readonly transforms: { readonly format: string } };
  readonly used: readonly string[];
}
interface Outcome {
  readonly outputs: readonly Output[];
  readonly calls: number;
  readonly error?: { readonly name: string; readonly code: string; readonly message: string };
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const notDegrees = ['true', 'abc', '2.5', '-1', ' 1', '1,2', '0x1', 'Infinity', 'NaN'];

let folder: string;
let report: Record<string, Outcome>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-imagetools-'));
  const file = async (name: string, bytes: Buffer | Promise<Buffer>) => {
    await writeFile(join(folder, name), await bytes);
    return join(folder, name);
  };
  const lying = await file('lying.jpg', lyingPortrait());
  const tall = await file('tall.jpg', sharp(portrait).extract({ left: 56, top: 0, width: 384, height: 512 }).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer());
  const tagged = sharp(portrait).withIccProfile('p3').withExif({ IFD0: { Copyright: 'NASA' } }).png().toBuffer();
  const p3 = await file('p3.png', tagged);
  const below = await file('below.png', sharp(portrait).extract({ left: 0, top: 312, width: 512, height: 200 }).png().toBuffer());
  const both = (name: string, source: string, directives: string, options = {}) => [
    { name, source, directives: `slimFace&${directives}`, ...options },
    { name: `${name}, plain`, source, directives, plain: true, ...options },
  ];
  const jobs = [
    ...both('sizes', portrait, 'w=160;320;512&format=png;webp'),
    { name: 'degrees', source: portrait, directives: 'slimFace=;0;0.4;1.8' },
    ...both('lying', lying, 'w=256&format=png'),
    ...both('tall', tall, 'w=192&format=png'),
    { name: 'tall, not turned', source: tall, directives: 'slimFace&noAutoOrient&w=192&format=png' },
    ...both('turned', portrait, 'w=200&rotate=90&flip&format=png'),
    ...both('source format', lying, 'w=256'),
    ...both('display p3', p3, 'w=256'),
    ...both('display p3 with metadata', p3, 'w=256', { removeMetadata: false }),
    ...both('no face', below, 'w=256'),
    ...both('animation', await file('animation.gif', animation()), 'w=128'),
    ...notDegrees.map((value) => ({ name: value, source: portrait, directives: `slimFace=${value}` })),
  ];
  await promisify(execFile)(node22, [here('imagetools.mjs'), JSON.stringify({ outputDir: folder, jobs })], { cwd: here('.') });
  report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as typeof report;
});
afterAll(() => rm(folder, { recursive: true }));

function output(job: string, index = 0): Output {
  const { outputs, error } = report[job]!;
  if (outputs === undefined) throw new Error(`${job}: ${JSON.stringify(error)}`);
  return outputs[index]!;
}

/** An output and the same output of imagetools alone, with shares of samples that differ: all, and below the face. */
async function pair(job: string, index = 0, tolerance = 24) {
  const [ours, plain] = [output(job, index), output(`${job}, plain`, index)];
  const [slimmed, original] = await Promise.all([samples(ours.file), samples(plain.file)]);
  const rest = Math.ceil((310 / 512) * ours.height) * (slimmed.length / ours.height);
  return { ours, plain, changed: difference(slimmed, original, 16), below: difference(slimmed.subarray(rest), original.subarray(rest), tolerance) };
}

describe('?slimFace', () => {
  it.each([0, 1, 2, 3, 4, 5])('slims the face and nothing else in each size and format: output %i', async (index) => {
    const { ours, plain, changed, below } = await pair('sizes', index, index % 2 === 0 ? 0 : 24);
    expect(ours).toMatchObject({ width: [160, 320, 512][index >> 1], format: ['png', 'webp'][index % 2] });
    expect(ours.metadata).toEqual(plain.metadata);
    expect(ours.used).toEqual(['slimFace']);
    expect(changed).toBeGreaterThan(0.003);
    expect(below).toBeLessThan(0.001);
  });

  it('takes one call of the engine for all of them', () => {
    expect(report['sizes']!.calls).toBe(1);
  });

  it('is the bound degree without a value, and whatever degree is named otherwise', async () => {
    const [bound, none, some, same] = await Promise.all([0, 1, 2, 3].map((i) => samples(output('degrees', i).file)));
    expect(difference(bound!, same!)).toBe(0);
    expect(difference(none!, await samples(portrait))).toBe(0);
    expect(difference(some!, none!, 8)).toBeGreaterThan(0.001);
    expect(difference(bound!, some!, 8)).toBeGreaterThan(0.003);
    expect(report['degrees']!.calls).toBe(2);
  });

  it.each(notDegrees)('refuses %j and says so', (value) => {
    expect(report[value]!.error).toEqual({ name: 'InvalidSlimDegreeError', code: 'INVALID_SLIM_DEGREE', message: `Expected slimDegree between 0 and 2 but received "${value}"` });
  });
});

describe('other directives', () => {
  it.each(['lying', 'tall'])('count on an upright photo of orientation 6: %s', async (job) => {
    const { ours, plain, changed, below } = await pair(job);
    expect([ours.width, ours.height]).toEqual([plain.width, plain.height]);
    expect(ours.metadata).toEqual(plain.metadata);
    expect(changed).toBeGreaterThan(0.003);
    expect(below).toBeLessThan(0.001);
  });

  it('find the sides of the upright photo also with ?noAutoOrient', () => {
    expect(output('tall, not turned')).toMatchObject({ width: 192, height: 256, metadata: { info: { width: 192, height: 256 } } });
  });

  it('run after the step', async () => {
    const { ours, plain, changed } = await pair('turned');
    expect([ours.width, ours.height]).toEqual([plain.width, plain.height]);
    expect(changed).toBeGreaterThan(0.003);
    expect(changed).toBeLessThan(0.1);
  });

  it('find the format of the source', async () => {
    expect(output('source format')).toMatchObject({ format: 'jpeg', metadata: { transforms: { format: 'jpeg' } } });
  });
});

describe('colours and metadata', () => {
  it('are those of sRGB and none by default', async () => {
    const { ours, changed, below } = await pair('display p3', 0, 1);
    const meta = await sharp(ours.file).metadata();
    expect([meta.icc, meta.exif]).toEqual([undefined, undefined]);
    expect(changed).toBeGreaterThan(0.003);
    expect(below).toBeLessThan(0.001);
  });

  it('are kept with removeMetadata: false', async () => {
    const { ours, changed, below } = await pair('display p3 with metadata', 0, 3); // perhaps in another profile, so as good as the same
    const meta = await sharp(ours.file).metadata();
    expect(meta.exif?.includes('NASA')).toBe(true);
    expect(changed).toBeGreaterThan(0.003);
    expect(below).toBeLessThan(0.001);
  });
});

describe('what has no face, or frames', () => {
  it.each(['no face', 'animation'])('stays as imagetools makes it: %s', async (job) => {
    expect((await readFile(output(job).file)).equals(await readFile(output(`${job}, plain`).file))).toBe(true);
    expect(output(job).metadata).toEqual(output(`${job}, plain`).metadata);
  });
});
