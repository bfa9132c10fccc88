// A gateway with the real engine, and with less patience than usual, that tells how long its event loop stood still and what
// it holds in memory. Run by hostile.mjs.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { apiRequirements } from '@slimface/core';
import { createLocalEngine } from '@slimface/engine';
import { createGateway, createHttpServer } from '@slimface/gateway';

const slimmer = await createLocalEngine({ requirements: apiRequirements });
const dataDir = await mkdtemp(join(tmpdir(), 'slimface-hostile-'));
const server = createHttpServer((req, res) => gateway.handle(req, res));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
const gateway = await createGateway({ slimmer, dataDir, publicUrl: `http://127.0.0.1:${port}`, photosPerMinute: 0, uploadLimits: { maxIdleMs: 500 } });

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', (message) => {
  if (message === 'reset') delay.reset();
  if (message === 'memory') globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ answerTo: message, port, longestMs: delay.max / 1e6, heapUsed, arrayBuffers });
});
process.send({ answerTo: 'start', port });
