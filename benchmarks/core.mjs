// createAilabClient against undici's bare `request`, both making the same two requests: post a photo of 2 MB, fetch a
// result of 2 MB. The server is a process of its own, and every photo is another one, so that no call is shared.
//
//   npm run bench -- core [--calls 320] [--concurrency 16] [--rounds 9] [--memory 2000] [--json FILE]
//
// Machines differ and are noisy: read the ratios. The two take turns within a round, each ratio is the median over the
// rounds. "undici" gets bodies that were put together before; the client reads the photo's header, compares it with those
// under way, puts the body together, reads the envelope, counts and checks the result.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createAilabClient } from '@slimface/core';
import { connectWithUndici } from './core/bare-undici.mjs';
import { makeJpeg } from './core/photos.mjs';

const { values: settings } = parseArgs({
  options: {
    calls: { type: 'string', default: '320' },
    concurrency: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '9' },
    memory: { type: 'string', default: '2000' },
    json: { type: 'string' },
  },
});
const [calls, concurrency, rounds, memoryCalls] = [settings.calls, settings.concurrency, settings.rounds, settings.memory].map(Number);

const server = fork(fileURLToPath(new URL('core/server.mjs', import.meta.url)));
const [port] = await once(server, 'message');
const baseUrl = `http://127.0.0.1:${port}`;
const photos = await Promise.all(Array.from({ length: 2 * concurrency }, makeJpeg));

const client = createAilabClient({ baseUrl, apiKey: 'key-of-a-benchmark', concurrency });
const undici = await connectWithUndici(baseUrl, photos);
const callers = {
  undici: (number) => undici.call(number % photos.length),
  slimface: async (number) => (await client.slim(photos[number % photos.length])).bytes(),
};

const runs = { undici: [], slimface: [] };
for (let round = -2; round < rounds; round++) {
  // Who goes first changes, so that neither always runs on what the other one left behind.
  const order = round % 2 === 0 ? ['undici', 'slimface'] : ['slimface', 'undici'];
  for (const name of order) {
    const run = await measure(callers[name]);
    if (round >= 0) runs[name].push(run); // the first rounds warm up
  }
}
const memory = await watchMemory(callers.slimface);
await client.close();
await undici.close();
server.kill();

const keys = Object.keys(runs.undici[0]);
const rows = Object.entries(runs).map(([name, all]) => ({ name, ...Object.fromEntries(keys.map((key) => [key, median(all.map((run) => run[key]))])) }));
const ratios = Object.fromEntries(keys.map((key) => [key, median(runs.slimface.map((run, i) => run[key] / runs.undici[i][key]))]));
console.table(Object.fromEntries([...rows, { name: 'ratio', ...ratios }].map(({ name, ...row }) => [name, rounded(row)])));
console.log(`${concurrency} at a time, ${calls} calls a round. msPerCall is wall time of a round over its calls, cpuMs that of all threads; p50 and p99 are of single calls.`);
console.table(memory.map(rounded));
console.log('MB of the client\'s process after so many calls, garbage collected when node runs with --expose-gc.');
if (settings.json !== undefined) {
  const report = { suite: 'core', node: process.version, platform: `${process.platform}-${process.arch}`, calls, concurrency, rounds, rows, ratios, memory };
  writeFileSync(settings.json, `${JSON.stringify(report, null, 2)}\n`);
}

/** Makes `calls` calls, `concurrency` at a time. */
async function measure(call) {
  const times = [];
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await runAll(calls, async (number) => {
    const begin = performance.now();
    await call(number);
    times.push(performance.now() - begin);
  });
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const sorted = times.toSorted((a, b) => a - b);
  return { msPerCall: wall / calls, cpuMs: (user + system) / 1000 / calls, p50: sorted[Math.floor(calls * 0.5)], p99: sorted[Math.floor(calls * 0.99)] };
}

async function watchMemory(call) {
  const marks = [];
  const step = memoryCalls / 8;
  for (let done = 0; done <= memoryCalls; done += step) {
    if (done > 0) await runAll(step, call);
    await turn();
    globalThis.gc?.();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    marks.push({ calls: done, rss: rss / 1e6, heapUsed: heapUsed / 1e6, arrayBuffers: arrayBuffers / 1e6 });
  }
  return marks;
}

async function runAll(count, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function rounded(row) {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? Number(value.toFixed(2)) : value]));
}
