import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openGoneResults } from '../../src/store/gone-results.ts';

it('remembers only so many results that are gone, and forgets those first that went first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slimface-gone-'));
  const gone = await openGoneResults(folder, { max: 3 });
  const ids = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(32));
  for (const [i, id] of ids.entries()) await gone.add(id, 1000 * (i + 1));
  for (const { expiryOf } of [gone, await openGoneResults(folder)]) expect(ids.map(expiryOf)).toEqual([undefined, undefined, 3000, 4000, 5000]);
  expect(await readdir(folder)).toHaveLength(3);
  await rm(folder, { recursive: true });
});
