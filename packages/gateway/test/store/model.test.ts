import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultExpiredError, ResultUnavailableError } from '@slimface/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createResultStore } from '../../src/store/result-store.ts';
import { about, expectConsistent, image } from './_store.ts';

const MAX_BYTES = 100;
const TTL_SECONDS = 10;

/** What a result must look like from outside. */
interface Expected {
  readonly id: string;
  readonly content: Buffer;
  readonly expiresAt: number;
  /** Not yet deleted, whether it has expired or not. */
  kept: boolean;
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), letter: fc.nat(4), length: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

it('a store does what a simple model of it does, through puts, expiry, eviction and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const folder = await mkdtemp(join(tmpdir(), 'slimface-model-'));
      let now = 1_900_000_000_000;
      const open = () => createResultStore({ folder, ttlSeconds: TTL_SECONDS, maxBytes: MAX_BYTES, now: () => now });
      let store = await open();
      const model: Expected[] = [];
      const size = () => [...new Set(model.filter(({ kept }) => kept).map(({ content }) => content.toString()))].join('').length;

      for (const next of steps) {
        now += 1;
        if (next.kind === 'put') {
          // A letter has one length, mostly: images are to be the same now and then.
          const content = Buffer.alloc(next.letter === 0 ? next.length : 10 * next.letter, 97 + next.letter);
          const result = await store.put(image(content), about);
          model.push({ id: result.id, content, expiresAt: result.expiresAt.getTime(), kept: true });
          for (const oldest of model) if (size() > MAX_BYTES) oldest.kept = false;
        } else if (next.kind === 'wait') {
          now += next.seconds * 1000;
        } else if (next.kind === 'sweep') {
          await store.sweep();
          for (const result of model) if (result.expiresAt <= now) result.kept = false;
        } else {
          store = await open();
        }

        expect((await expectConsistent(store, folder)).toSorted()).toEqual(model.filter(({ kept }) => kept).map(({ id }) => id).toSorted());
        expect(store.byteSize).toBe(size());
        expect(store.byteSize).toBeLessThanOrEqual(MAX_BYTES);
        const lookups = await store.getMany(model.map(({ id }) => id));
        for (const [i, { id, content, expiresAt, kept }] of model.entries()) {
          const lookup = lookups[i];
          if (expiresAt <= now) expect(lookup).toBeInstanceOf(ResultExpiredError);
          else if (!kept) expect(lookup).toBeInstanceOf(ResultUnavailableError);
          else {
            expect(lookup).toMatchObject({ id, sha256: createHash('sha256').update(content).digest('hex') });
            expect(content.equals(await readFile(join(folder, 'content', createHash('sha256').update(content).digest('hex'))))).toBe(true);
          }
        }
      }
      await rm(folder, { recursive: true });
    }),
    { numRuns: 40 },
  );
});
