import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node22 } from '../../../../test/_node-22.ts';
import { difference, portrait, samples } from '../_setup.ts';

// Builds of Vite 8 with vite-imagetools 12, for real, on the Node 22 that they need. The bound function has a degree of 0.9.

interface Outcome {
  readonly calls: number;
  readonly outDir: string;
  readonly exported: unknown;
  readonly error?: string;
  readonly type?: string;
  readonly image?: string;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const srcset = 'portrait.png?slimFace=0.7&w=160;320&format=png&as=srcset';

let root: string;
let report: Record<string, Outcome>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'slimface-vite-'));
  await copyFile(portrait, join(root, 'portrait.png'));
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  const jobs = [
    { name: 'first', request: srcset, cache: 'cache' },
    { name: 'again', request: srcset, cache: 'cache' },
    { name: 'second-version', request: srcset, cache: 'cache', version: '2' },
    { name: 'plain', request: 'portrait.png?w=160;320&format=png&as=srcset', cache: 'cache' },
    { name: 'plain-of-second-version', request: 'portrait.png?w=160;320&format=png&as=srcset', cache: 'cache', version: '2' },
    { name: 'picture', request: 'portrait.png?slimFace&w=160;320&format=webp;png&as=picture' },
    { name: 'own-directives', request: 'portrait.png?format=png', own: 'directives' },
    { name: 'own-function', request: 'portrait.png?slimFace&half', own: 'function', cache: 'own-cache' },
    { name: 'own-function-second-version', request: 'portrait.png?slimFace&half', own: 'function', cache: 'own-cache', version: '2' },
    { name: 'own-transforms', request: 'portrait.png?slimFace&mirrored&w=200', own: 'transforms' },
    { name: 'not-slimmed', request: 'portrait.png?w=200' },
    { name: 'slimmed', request: 'portrait.png?slimFace=0.9&w=200' },
    { name: 'no-degree', request: 'portrait.png?slimFace=yes' },
    { name: 'failure', request: 'portrait.png?slimFace', fails: true },
    { name: 'served', request: 'portrait.png?slimFace&w=200', serve: true },
  ];
  await promisify(execFile)(node22, [here('vite-imagetools.mjs'), JSON.stringify({ root, jobs })], { cwd: here('.') });
  report = JSON.parse(await readFile(join(root, 'report.json'), 'utf8')) as typeof report;
});
afterAll(() => rm(root, { recursive: true }));

function exportOf(job: string): string {
  const { exported, error } = report[job]!;
  if (error !== undefined) throw new Error(`${job}: ${error}`);
  return exported as string;
}

/** The file that a built module names. */
function file(job: string, url: string = exportOf(job)): string {
  return join(report[job]!.outDir, url);
}

/** The files that a srcset of a built module names. */
function files(job: string, list: string = exportOf(job)): string[] {
  return list.split(', ').map((entry) => file(job, entry.split(' ')[0]));
}

async function expectSlimmed(slimmed: string | Buffer, plain: string | Buffer, { side, tolerance = 0 }: { side: number; tolerance?: number }): Promise<void> {
  const [ours, original] = await Promise.all([samples(slimmed), samples(plain)]);
  expect(ours.length).toBe(side * side * 3);
  const rest = Math.ceil((310 / 512) * side) * side * 3;
  expect(difference(ours, original, 16)).toBeGreaterThan(0.001);
  expect(difference(ours.subarray(rest), original.subarray(rest), tolerance)).toBeLessThan(0.001);
}

describe('a build', () => {
  it('slims once for all sizes and leaves the rest of the picture alone', async () => {
    expect(report['first']!.calls).toBe(1);
    expect(report['first']!.exported).toMatch(/^\S+\.png 160w, \S+\.png 320w$/);
    const [slimmed, plain] = [files('first'), files('plain')];
    await expectSlimmed(slimmed[0]!, plain[0]!, { side: 160 });
    await expectSlimmed(slimmed[1]!, plain[1]!, { side: 320 });
  });

  it('makes a picture of several formats', async () => {
    const { sources, img } = report['picture']!.exported as { sources: Record<string, string>; img: { src: string; w: number; h: number } };
    expect(report['picture']!.calls).toBe(1);
    expect(Object.keys(sources)).toEqual(['webp', 'png']);
    expect(img).toMatchObject({ w: 320, h: 320 });
    const [webp] = files('picture', sources['webp']).slice(-1);
    expect((await sharp(webp).metadata()).format).toBe('webp');
    await expectSlimmed(webp!, await sharp(files('plain')[1]).webp().toBuffer(), { side: 320, tolerance: 24 });
    await expectSlimmed(file('picture', img.src), files('plain')[1]!, { side: 320 });
  });
});

describe('the cache of imagetools', () => {
  it('spares the engine the second build', async () => {
    expect(report['again']!.calls).toBe(0);
    expect(report['again']!.exported).toBe(report['first']!.exported);
    expect((await readFile(files('again')[0]!)).equals(await readFile(files('first')[0]!))).toBe(true);
  });

  it('does not give files of an older engine', async () => {
    expect(report['second-version']!.calls).toBe(1);
    const [first, second] = await Promise.all(['first', 'second-version'].map((job) => samples(files(job)[1]!)));
    expect(difference(first!, second!, 8)).toBeGreaterThan(0.001);
    expect(report['own-function']!.calls).toBe(1);
    expect(report['own-function-second-version']!.calls).toBe(1);
  });

  it('keeps what is not slimmed, whatever the engine', () => {
    expect(report['plain-of-second-version']!.exported).toBe(report['plain']!.exported);
    expect(report['plain']!.calls).toBe(0);
  });
});

describe("options of the user's own", () => {
  it('may slim every image by default directives', async () => {
    await expectSlimmed(file('own-directives'), file('not-slimmed'), { side: 200 });
    expect(difference(await samples(file('own-directives')), await samples(file('slimmed')))).toBe(0);
  });

  it('may be a function that gives default directives', async () => {
    expect(await sharp(file('own-function')).metadata()).toMatchObject({ width: 256, height: 256 });
  });

  it('may bring other transforms', async () => {
    const mirrored = await sharp(file('own-transforms')).flop().png().toBuffer();
    expect(difference(await samples(mirrored), await samples(file('slimmed')))).toBe(0);
  });
});

describe('a build that cannot slim', () => {
  it('fails and says why', () => {
    expect(report['no-degree']!.error).toContain('Expected slimDegree between 0 and 2 but received "yes"');
    expect(report['failure']!.error).toContain('The engine is on strike');
  });
});

describe('the dev server', () => {
  it('serves slimmed images', async () => {
    const { type, image } = report['served']!;
    expect(type).toBe('image/png');
    expect(difference(await samples(Buffer.from(image!, 'base64')), await samples(file('slimmed')))).toBe(0);
  });
});
