// The step's cost in a chain of sharp: decode + resize(1600) + JPEG with slimFace against the same chain without it.
//
//   npm run bench -- sharp [--sizes 3,12] [--profiles srgb,none] [--width 1600] [--fan-out 1,3,8] [--rounds 9] [--json FILE]
//
// Machines differ and are noisy: read the ratios. All take turns within a round, and each ratio is the median over the
// rounds. The photo is a group of three, enlarged and with grain, so that it has the bytes of a phone's photo, with an ICC
// profile, which sharp obeys at full size, or without. "hop" is what the step costs besides the engine: its time less the
// engine's less the plain chain's, as a ratio to the plain chain. "raw hop" is sharp's own two pipelines without a step.
// With a --width under half of the photo's, the plain chain decodes at half the size or less, which nothing can that needs
// all pixels. Fan-out is measured with the first profile. Peaks of memory are those of processes of their own.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createLocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { makePhoto } from './engine/photos.mjs';
import { chainNames, makeChains, withClock } from './sharp/chains.mjs';
import { median, takeTurns, timed } from './sharp/clock.mjs';
import { makeFanOut, timeClones } from './sharp/fan-out.mjs';
import { makeParts } from './sharp/parts.mjs';
import { withoutProfile } from './sharp/without-profile.mjs';

const { values: settings } = parseArgs({
  options: {
    sizes: { type: 'string', default: '3,12' },
    profiles: { type: 'string', default: 'srgb,none' },
    width: { type: 'string', default: '1600' },
    'fan-out': { type: 'string', default: '1,3,8' },
    rounds: { type: 'string', default: '9' },
    json: { type: 'string' },
  },
});
const [rounds, width] = [settings.rounds, settings.width].map(Number);
const fanOuts = settings['fan-out'].split(',').map(Number);
sharp.cache(false); // a server meets another photo every time
const engine = await createLocalEngine();
const { slimmer, clock } = withClock(engine);
const folder = await mkdtemp(join(tmpdir(), 'slimface-bench-'));
const results = [];

try {
  for (const megapixels of settings.sizes.split(',').map(Number)) {
    const photo = await makePhoto(megapixels, 3);
    for (const [i, profile] of settings.profiles.split(',').entries()) {
      const measured = await measure(profile === 'none' ? withoutProfile(photo) : photo, i === 0 ? fanOuts : []);
      results.push({ megapixels, profile, ...measured });
    }
  }
} finally {
  await engine.close();
  await rm(folder, { recursive: true });
}

for (const { megapixels, profile, megabytes, chains, parts, fanOut, cloneMs, slowestCloneMs } of results) {
  console.log(`\n${megapixels} MP, ${megabytes.toFixed(1)} MB, profile ${profile}: the chain with each form of the step; ms, ratios to the plain chain, MB resident`);
  console.table(Object.fromEntries(chains.map(({ name, ...row }) => [name, rounded(row)])));
  console.log('The parts of the step alone; ms, ratios to the plain chain');
  console.table(Object.fromEntries(parts.map(({ name, ...row }) => [name, rounded(row)])));
  if (fanOut.length > 0) console.log('One photo in several sizes: slimmed once and cloned, slimmed for each, or asked of one createSlimFace; ms, ratios, MB resident');
  if (fanOut.length > 0) console.table(Object.fromEntries(fanOut.map(({ sizes, ...row }) => [sizes, rounded(row)])));
  console.log(`clone(): ${cloneMs.toFixed(2)} ms, the slowest of 100 ${slowestCloneMs.toFixed(2)} ms`);
}
if (settings.json !== undefined) {
  const report = { suite: 'sharp', node: process.version, sharp: sharp.versions, platform: `${process.platform}-${process.arch}`, rounds, width, results };
  await writeFile(settings.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function measure(photo, sizesToMake) {
  const file = join(folder, 'photo.jpg');
  await writeFile(file, photo);
  const chains = await measureChains(photo, file);
  const parts = await measureParts(photo);
  const fanOut = [];
  for (const sizes of sizesToMake) fanOut.push(await measureFanOut(photo, file, sizes));
  const clones = await timeClones(photo, slimmer);
  return { megabytes: photo.length / 1e6, chains, parts, fanOut, cloneMs: median(clones), slowestCloneMs: Math.max(...clones) };
}

async function measureChains(photo, file) {
  const chains = makeChains(photo, slimmer, width);
  const withEngineTime = (chain) => async () => {
    clock.ms = 0;
    const wall = await timed(chain);
    return { wall, engine: clock.ms };
  };
  const runs = await takeTurns(Object.fromEntries(chainNames.map((name) => [name, withEngineTime(chains[name])])), rounds);
  const ratio = (name, part) => median(runs[name].map((run, i) => part(run) / runs.plain[i].wall));
  const rows = [];
  for (const name of chainNames) {
    const { atRest, peak } = await peakOf(file, name, width);
    const [ms, engineMs] = [median(runs[name].map(({ wall }) => wall)), median(runs[name].map((run) => run.engine))];
    rows.push({ name, ms, engineMs, wall: ratio(name, ({ wall }) => wall), hop: ratio(name, (run) => run.wall - run.engine) - 1, atRest, peak });
  }
  return rows;
}

async function measureParts(photo) {
  const runs = await takeTurns(mapValues(await makeParts(photo, engine, width), (part) => () => timed(part)), rounds);
  const plain = Object.values(runs)[0];
  return Object.entries(runs).map(([name, times]) => ({ name, ms: median(times), ratio: median(times.map((ms, i) => ms / plain[i])) }));
}

async function measureFanOut(photo, file, sizes) {
  const tasks = makeFanOut(photo, slimmer, sizes);
  const runs = await takeTurns(mapValues(tasks, (task) => () => timed(task)), Math.ceil(rounds / 3));
  const ms = mapValues(runs, median);
  const row = { sizes, plainMs: ms.plain, onceMs: ms.once, eachMs: ms.each, boundMs: ms.bound };
  row.onceToEach = median(runs.once.map((time, i) => time / runs.each[i]));
  for (const name of Object.keys(tasks)) row[`${name}Peak`] = (await peakOf(file, name, width, sizes)).peak;
  return row;
}

async function peakOf(...args) {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('sharp/peak.mjs', import.meta.url)), ...args.map(String)]);
  return JSON.parse(stdout);
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function rounded(row) {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, key.endsWith('Ms') || key === 'ms' || /peak|atRest/i.test(key) ? Math.round(value) : Number(value.toFixed(2))]));
}
