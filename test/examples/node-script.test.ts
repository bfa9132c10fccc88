import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root, run } from '../_run.ts';

const portrait = join(root, 'fixtures/astronaut.png');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-node-script-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the example as its README says. */
async function slim(...args: string[]) {
  const running = run(process.execPath, ['slim.mjs', ...args], { cwd: join(root, 'examples/node-script') });
  return { exit: await running.ended, stdout: running.stdout, stderr: running.stderr };
}

it('writes each size once, with the face slimmed and nothing else', async () => {
  const [slimmed, plain] = [join(folder, 'slimmed'), join(folder, 'plain')];
  expect(await slim('../../fixtures/astronaut.png', slimmed)).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringMatching(/^1 face\(s\) slimmed\n/) });
  expect(await slim('../../fixtures/astronaut.png', plain, '0')).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^nothing to slim: zero-degree\n/) });

  for (const [name, side] of [['astronaut-256.webp', 256], ['astronaut-512.webp', 512], ['astronaut-1024.webp', 512]] as const) {
    expect(await sharp(join(slimmed, name)).metadata()).toMatchObject({ format: 'webp', width: side, height: side });
    const [a, b] = await Promise.all([slimmed, plain].map((path) => sharp(join(path, name)).raw().toBuffer()));
    const rowsOf = (pixels: Buffer, from: number, to: number) => pixels.subarray(Math.round(from * side) * side * 3, Math.round(to * side) * side * 3);
    expect(changed(rowsOf(a!, 0, 0.6), rowsOf(b!, 0, 0.6))).toBeGreaterThan(0.002);
    expect(changed(rowsOf(a!, 0.62, 1), rowsOf(b!, 0.62, 1))).toBeLessThan(0.0001);
  }
  expect((await readdir(slimmed)).length).toBe(3);
});

it('says what is wrong, and writes nothing', async () => {
  expect(await slim()).toMatchObject({ exit: 2, stderr: expect.stringContaining('Usage: node slim.mjs') });
  const none = join(folder, 'none');
  expect(await slim(portrait, none, '3')).toMatchObject({ exit: 1, stderr: 'Expected slimDegree between 0 and 2 but received 3\n' });
  expect(await slim('missing.jpg', none)).toMatchObject({ exit: 1, stderr: expect.stringContaining('missing.jpg') });
  expect(await readdir(folder)).not.toContain('none');
});

/** Share of samples that differ by more than the noise of WebP. */
function changed(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > 24) count++;
  return count / a.length;
}
