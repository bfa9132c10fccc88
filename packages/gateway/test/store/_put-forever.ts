// Puts images side by side until it is killed, and writes the id of each that is kept.
import { randomBytes } from 'node:crypto';
import { createSlimmedImage } from '@slimface/core';
import { createResultStore } from '../../src/store/result-store.ts';

const [folder, maxBytes] = process.argv.slice(2);
const store = await createResultStore({ folder: folder!, ttlSeconds: 3600, maxBytes: Number(maxBytes) });
const fields = { mediaType: 'image/png', width: 512, height: 512, faces: [], slimDegree: 1, engine: 'local' } as const;

async function putForever(): Promise<never> {
  for (;;) {
    const { id } = await store.put(createSlimmedImage(fields, randomBytes(20_000)), { requestId: 'a-request' });
    process.stdout.write(`${id}\n`);
  }
}
await Promise.all([putForever(), putForever(), putForever()]);
