// Uploads: the complete gateway against bare busboy and the GraphQL servers that people already run.
//
//   npm run bench -- gateway [--seconds 3] [--rounds 7] [--connections 16] [--only busboy,slimface] [--profile FOLDER] [--json FILE]
//
// A photo of 2 MB on kept connections; each server but "busboy" has the photo's bytes in the end, and answers. Machines differ and are
// noisy: read the ratios. The servers take turns within a round, each ratio to busboy is the median over the rounds.
// Each turn is a process of its own, warmed up: one that has been idle for 8 s would collect garbage in another way.
// Not equal work: slimface checks the key, the rate, the free places and the photo, and asks an engine, which knows at
// once that there is no face in it; "busboy" only counts the bytes, and "slimface, stored" writes the photo to the disk.
// With --profile, each server writes CPU profiles for Chromium's or VS Code's viewer.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeJpeg } from './core/photos.mjs';
import { load, requestFor } from './gateway/requests.mjs';

/** V8 goes on compiling for some thousand requests: the first second takes twice the time of the sixth. */
const WARM_UP_SECONDS = 6;

const everybody = ['busboy', 'busboy, keeping', 'mercurius', 'yoga', 'apollo', 'slimface', 'slimface, stored'];
const { values: settings } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '7' },
    connections: { type: 'string', default: '16' },
    only: { type: 'string', default: everybody.map((name) => name.replace(', ', '-')).join() },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});
const [seconds, rounds, connections] = [settings.seconds, settings.rounds, settings.connections].map(Number);
const chosen = settings.only.split(',');
const names = everybody.filter((name) => chosen.includes(name.replace(', ', '-')));

const photo = await makeJpeg();
const runs = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  // Who goes first changes, so that nobody always runs on what the same one left behind.
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(round + turn) % names.length];
    runs[name].push(await measure(name, round));
  }
}

const rows = names.map((name) => {
  const all = runs[name];
  const medians = Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((run) => run[key]))]));
  const toBusboy = runs.busboy && median(all.map((run, i) => run.requestsPerSecond / runs.busboy[i].requestsPerSecond));
  return { name, ...medians, toBusboy };
});
console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, rounded(row)])));
console.log(`${connections} connections, photo of ${photo.length} bytes, ${rounds} rounds of ${seconds} s. Medians over the rounds; cpuMs is of all threads of the server, for one request.`);
if (settings.json !== undefined) {
  const report = { suite: 'gateway', node: process.version, platform: `${process.platform}-${process.arch}`, seconds, rounds, connections, photoBytes: photo.length, rows };
  writeFileSync(settings.json, `${JSON.stringify(report, null, 2)}\n`);
}

/** One server's turn, from the start of its process to the end. */
async function measure(name, round) {
  const execArgv = settings.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', settings.profile, '--cpu-prof-name', `${name} ${round}.cpuprofile`];
  const child = fork(fileURLToPath(new URL('gateway/server.mjs', import.meta.url)), [name], { execArgv });
  const [{ port }] = await once(child, 'message');
  const request = requestFor(name, photo);
  await load(port, request, { connections, seconds: WARM_UP_SECONDS });
  const before = await ask(child);
  const { times, requestsPerSecond } = await load(port, request, { connections, seconds });
  const { cpu, peakRssMb } = await ask(child);
  child.send('end');
  await once(child, 'exit');
  const cpuMs = (cpu.user + cpu.system - before.cpu.user - before.cpu.system) / 1000 / times.length;
  return { requestsPerSecond, p50: times[Math.floor(times.length * 0.5)], p99: times[Math.floor(times.length * 0.99)], cpuMs, peakRssMb };
}

/** Asks a server's process what it has used so far. */
async function ask(child) {
  child.send('usage');
  const [usage] = await once(child, 'message');
  return usage;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function rounded(row) {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? Number(value.toFixed(2)) : value]));
}
