import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultUnavailableError } from '@slimface/core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createResultStore } from '../../src/store/result-store.ts';
import { bundle, expectConsistent, start } from './_store.ts';

let code: string;
let folder: string;
beforeAll(async () => {
  code = await bundle('./_put-forever.ts');
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-crash-'));
  await writeFile(join(folder, 'put.mjs'), code);
});
afterEach(() => rm(folder, { recursive: true }));

/** Kills the process in the middle of its puts. @returns ids that it has told of */
async function crash(maxBytes: number, after: number): Promise<string[]> {
  const { child, lines, ended } = start(process.execPath, [join(folder, 'put.mjs'), join(folder, 'store'), String(maxBytes)]);
  await expect.poll(() => lines().length, { timeout: 20_000, interval: 1 }).toBeGreaterThan(after);
  child.kill('SIGKILL');
  await ended;
  return lines();
}

it('a store keeps all that it has confirmed, and nothing half, when its process is killed', async () => {
  const confirmed: string[] = [];
  for (const after of [0, 5, 17]) {
    confirmed.push(...(await crash(1e9, after)));
    const store = await createResultStore({ folder: join(folder, 'store'), ttlSeconds: 3600, maxBytes: 1e9 });
    const kept = await expectConsistent(store, join(folder, 'store'));
    for (const result of await store.getMany(confirmed)) expect(result).toMatchObject({ byteSize: 20_000 });
    expect(kept.length - confirmed.length).toBeLessThanOrEqual(9); // three a crash may have been kept and not told of yet
  }
});

it('a full store loses only what had to make room, when its process is killed', async () => {
  for (const after of [5, 20]) {
    const confirmed = await crash(100_000, after);
    const store = await createResultStore({ folder: join(folder, 'store'), ttlSeconds: 3600, maxBytes: 100_000 });
    const kept = await expectConsistent(store, join(folder, 'store'));
    expect(store.byteSize).toBeLessThanOrEqual(100_000);
    expect(kept.length).toBeGreaterThan(0);
    for (const result of await store.getMany(kept)) expect(result).toMatchObject({ byteSize: 20_000 });
    const others = confirmed.filter((id) => !kept.includes(id));
    const told = (await store.getMany(others)).filter((result) => result instanceof ResultUnavailableError);
    expect(others.length - told.length).toBeLessThanOrEqual(3); // those whose deletion was cut short
  }
});
