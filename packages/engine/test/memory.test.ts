import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { portrait } from './_photos.ts';

const run = promisify(execFile);
const engine = fileURLToPath(new URL('..', import.meta.url));

/** Slims a photo ten times at once in a process of its own and prints the highest resident set, in MB. */
const script = `
  const [{ createLocalEngine }, photo] = await Promise.all([import('@slimface/engine'), import('node:fs').then((fs) => fs.readFileSync(process.argv[1]))]);
  const slimmer = await createLocalEngine();
  let peak = 0;
  const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 10);
  const done = await Promise.all(Array.from({ length: 10 }, () => slimmer.slim(photo)));
  clearInterval(watch);
  console.log(done.length, Math.round(peak / 1e6));
  await slimmer.close();
`;

it('works on photos of 25 megapixels one after the other, however many come at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slimface-memory-'));
  const photo = join(folder, 'large.jpg');
  await sharp(portrait).resize(5000, 5000).jpeg({ quality: 80 }).toFile(photo);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, photo], { cwd: engine, env: { ...process.env, MALLOC_ARENA_MAX: '2' } });
  const [done, peak] = stdout.trim().split(' ').map(Number);
  expect(done).toBe(10);
  // Ten decoded photos alone would be 750 MB on top of an engine's 250; one at a time it is 600 in all.
  expect(peak).toBeLessThan(900);
  await rm(folder, { recursive: true });
});
