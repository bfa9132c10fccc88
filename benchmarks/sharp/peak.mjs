// Runs one chain or fan-out of the benchmark three times in a process of its own, for its memory:
//
//   node benchmarks/sharp/peak.mjs PHOTO NAME WIDTH [SIZES]
//
// Prints what is resident once the engine has slimmed a small photo, and at most ever after, in MB. All processes load the
// engine, also those that do not use it.
import { readFileSync, writeFileSync } from 'node:fs';
import { createLocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { makeChains } from './chains.mjs';
import { makeFanOut } from './fan-out.mjs';

const [file, name, width, sizes] = process.argv.slice(2);
const engine = await createLocalEngine();
sharp.cache(false);
await engine.slim(readFileSync(new URL('../../fixtures/astronaut.png', import.meta.url)));
const photo = readFileSync(file);
const tasks = sizes === undefined ? makeChains(photo, engine, Number(width)) : makeFanOut(photo, engine, Number(sizes));
const atRest = process.memoryUsage().rss / 1e6;
forgetPeak();
for (let run = 0; run < 3; run++) await tasks[name]();
console.log(JSON.stringify({ atRest, peak: (peakKiB() * 1024) / 1e6 }));
await engine.close();

/** Linux counts the peak anew when it is told so; elsewhere the peak is that of the whole process. */
function forgetPeak() {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

/** Not `maxRSS` on Linux, where a process begins with the one of its parent. */
function peakKiB() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}
