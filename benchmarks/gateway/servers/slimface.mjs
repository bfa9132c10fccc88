// The whole gateway with an engine that answers at once, so that neither an engine nor the disk is measured.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiRequirements, createSlimmedImage, inspectImage, NoFaceError } from '@slimface/core';
import { createGateway, createHttpServer } from '@slimface/gateway';

export const apiKey = 'key-of-a-benchmark';

async function start(listen, slim) {
  const dataDir = mkdtempSync(join(tmpdir(), 'slimface-bench-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const slimmer = { id: 'benchmark', version: '1', requirements: apiRequirements, slim, close: async () => {} };
  const gateway = await createGateway({
    slimmer,
    dataDir,
    publicUrl: 'http://127.0.0.1',
    apiKeys: [{ name: 'benchmark', sha256: createHash('sha256').update(apiKey).digest('hex') }],
    photosPerMinute: 1e9,
    queueLength: 64,
    selfTest: async () => {},
  });
  return listen(createHttpServer(gateway.handle));
}

/** Every photo ends in `NoFaceError`, behind all checks. */
export const startWithoutFaces = (listen) =>
  start(listen, async () => {
    throw new NoFaceError();
  });

/** Every photo is given back as it is, and stored. */
export const startStoring = (listen) => start(listen, async (image) => createSlimmedImage({ ...inspectImage(image), faces: [], slimDegree: 1, engine: 'benchmark' }, image));
