import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResultStore } from '../../src/store/result-store.ts';
import { about, bundle, expectConsistent, files, image, start } from './_store.ts';

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-full-'));
});
afterEach(() => rm(folder, { recursive: true }));

// Works for every user, so that one of the two always runs; `ulimit` counts in kilobytes or half ones.
it('a file that may not grow further is told to the caller, and the store goes on', async () => {
  const script = join(folder, 'put.mjs');
  await writeFile(script, await bundle('./_put-large.ts'));
  const { lines, ended } = start('sh', ['-c', `ulimit -f 64; exec "$0" "$@"`, process.execPath, script, join(folder, 'store')]);
  expect(await ended).toBe(0);
  expect(lines().map((line) => JSON.parse(line))).toEqual([
    { byteSize: 1000, total: 1000 },
    { code: 'RESULT_UNAVAILABLE', retryable: true, message: 'Expected room on disk for the result but there is none left', cause: 'EFBIG', total: 1000 },
    { byteSize: 1000, total: 2000 },
  ]);
  expect(await files(join(folder, 'store'))).toMatchObject({ content: { length: 2 }, records: { length: 2 } });
});

/** Only root may mount. */
const canMount = await mkdtemp(join(tmpdir(), 'slimface-mount-')).then(async (probe) => {
  const mounted = await mount(probe).then(() => true, () => false);
  if (mounted) await run('umount', [probe]);
  await rm(probe, { recursive: true });
  return mounted;
});

async function mount(path: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', path]);
}

describe.runIf(canMount)('on a disk of 256 kB', () => {
  beforeEach(() => mount(folder));
  afterEach(() => run('umount', [folder]));
  const put = (length: number) => image(randomBytes(length));

  it('a store says that it is full, keeps what it has, and takes more when there is room again', async () => {
    let now = Date.now();
    const store = await createResultStore({ folder, ttlSeconds: 3600, maxBytes: 1e9, now: () => now });
    const first = await store.put(put(50_000), about);
    const kept = [first];
    now += 1_000_000;
    let refusal: unknown;
    while (refusal === undefined) await store.put(put(50_000), about).then((result) => kept.push(result), (error) => (refusal = error));

    expect(refusal).toBeInstanceOf(ResultUnavailableError);
    expect(refusal).toMatchObject({ retryable: true, cause: { code: 'ENOSPC' } });
    expect(kept.length).toBeGreaterThan(2);
    expect(await store.getMany(kept.map(({ id }) => id))).toEqual(kept);
    expect(await expectConsistent(store, folder)).toHaveLength(kept.length);

    now = first.expiresAt.getTime(); // the first has not been swept up, but its room is there for the next
    const next = await store.put(put(50_000), about);
    expect(await store.getMany([first.id, next.id])).toEqual([expect.any(ResultExpiredError), next]);
    await expectConsistent(store, folder);
  });

  it('many puts at the same time are each kept or refused, and leave nothing behind', async () => {
    const store = await createResultStore({ folder, ttlSeconds: 3600, maxBytes: 1e9 });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => store.put(put(20_000), about)));
    const kept = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value.id);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ResultUnavailableError);
    expect(kept.length).toBeLessThan(20);
    expect((await expectConsistent(store, folder)).toSorted()).toEqual(kept.toSorted());
    expect((await files(folder)).records).toHaveLength(kept.length);
    await store.put(put(1000), about);
  });
});
