import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine, type LocalEngine } from '../../src/index.ts';
import { faceless, fixture } from '../_photos.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await createLocalEngine();
});
afterAll(() => engine.close());

describe.each(faceless)('%s', (name) => {
  it.skipIf(!existsSync(fixture(name))).each(['fast', 'auto', 'deep'] as const)('shows no face with the plan %s, whichever way up', async (plan) => {
    const turns = plan === 'deep' ? [0] : [0, 90, 180, 270]; // every plan looks in four directions anyway, and deep takes its time
    for (const degrees of turns) {
      expect(await engine.detectFaces(await sharp(fixture(name)).rotate(degrees).toBuffer(), { plan }), `at ${degrees}`).toEqual([]);
    }
  });
});
