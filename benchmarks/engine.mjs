// engine.slim (warm) against sharp's own decode + encode of the same photo with the same options and metadata kept.
//
//   npm run bench -- engine [--sizes 1,3,12,24] [--faces 1,3] [--rounds 9] [--json FILE]
//
// Machines differ and are noisy: read the ratios. All take turns within a round, and each ratio is the median over the
// rounds. "raw" is sharp's decode to raw pixels and encode from them, the floor of any engine that edits pixels: sharp's
// one pipeline overlaps the two on two cores, a raw round trip cannot. The stages are timed in runs of their own, so they
// need not add up to the whole.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createLocalEngine } from '@slimface/engine';
import sharp from 'sharp';
import { loadPipeline } from './engine/pipeline.mjs';
import { makePhoto } from './engine/photos.mjs';

const { values: settings } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,3,12,24' },
    faces: { type: 'string', default: '1,3' },
    rounds: { type: 'string', default: '9' },
    json: { type: 'string' },
  },
});
const rounds = Number(settings.rounds);
const engine = await createLocalEngine();
const pipeline = await loadPipeline();
const rows = [];

for (const megapixels of settings.sizes.split(',').map(Number)) {
  for (const faces of settings.faces.split(',').map(Number)) rows.push(await measure(megapixels, faces));
}
await engine.close();
await pipeline.close();

console.table(Object.fromEntries(rows.map((row) => [`${row.megapixels} MP, ${row.faces} face${row.faces > 1 ? 's' : ''}`, summary(row)])));
console.log('ms are medians; raw and wall (wall time) and CPU are ratios to sharp; the stages are wall time as shares of sharp\'s.');
if (settings.json !== undefined) {
  const report = { suite: 'engine', node: process.version, sharp: sharp.versions, platform: `${process.platform}-${process.arch}`, rounds, rows };
  writeFileSync(settings.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function measure(megapixels, faces) {
  const photo = await makePhoto(megapixels, faces);
  const { chromaSubsampling } = await sharp(photo).metadata();
  const peer = () => sharp(photo).keepMetadata().jpeg({ quality: 92, chromaSubsampling }).toBuffer();
  const roundTrip = async () => {
    const { data, info } = await sharp(photo, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    await sharp(data, { raw: info }).jpeg({ quality: 92, chromaSubsampling }).toBuffer();
  };
  const found = (await engine.slim(photo)).faces.length;
  if (found !== faces) throw new Error(`Expected ${faces} faces in the photo of the benchmark but found ${found}`);

  const [sharpRuns, rawRuns, slimRuns, stageRuns] = [[], [], [], []];
  for (let round = -2; round < rounds; round++) {
    const results = [await timed(peer), await timed(roundTrip), await timed(() => engine.slim(photo)), await pipeline.timeStages(photo)];
    if (round < 0) continue; // warm-up
    [sharpRuns, rawRuns, slimRuns, stageRuns].forEach((runs, i) => runs.push(results[i]));
  }
  const ratio = (runs, key) => median(runs.map((run, i) => run[key] / sharpRuns[i][key]));
  const sharpMs = median(sharpRuns.map(({ wall }) => wall));
  return {
    megapixels,
    faces,
    megabytes: photo.length / 1e6,
    sharpMs,
    slimMs: median(slimRuns.map(({ wall }) => wall)),
    rawWallRatio: ratio(rawRuns, 'wall'),
    wallRatio: ratio(slimRuns, 'wall'),
    cpuRatio: ratio(slimRuns, 'cpu'),
    stages: Object.fromEntries(Object.keys(stageRuns[0]).map((stage) => [stage, median(stageRuns.map((run) => run[stage])) / sharpMs])),
  };
}

/** Wall and CPU time in ms; the CPU time is that of all threads. */
async function timed(task) {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await task();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function summary({ megabytes, sharpMs, slimMs, rawWallRatio, wallRatio, cpuRatio, stages }) {
  const shares = Object.fromEntries(Object.entries(stages).map(([stage, share]) => [stage, share.toFixed(2)]));
  return { MB: megabytes.toFixed(1), 'sharp ms': Math.round(sharpMs), 'slim ms': Math.round(slimMs), raw: rawWallRatio.toFixed(2), wall: wallRatio.toFixed(2), CPU: cpuRatio.toFixed(2), ...shares };
}
