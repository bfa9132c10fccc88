// Uploads: the complete gateway against bare busboy and the GraphQL servers that people already run.
//
//   npm run bench -- gateway [--seconds 3] [--rounds 7] [--connections 16] [--only busboy,slimface] [--profile FOLDER] [--json FILE]
//
// A photo of 2 MB on kept connections, each server in a process of its own, this process sends. Machines differ and are
// noisy: read the ratios. The servers take turns within a round, each ratio to busboy is the median over the rounds.
// Not equal work: busboy and the peers count the bytes and forget them. slimface checks the key, the rate and the
// free places, keeps the whole photo, checks it and asks an engine, which knows at once that there is no face in it.
// With --profile, each server writes a CPU profile for Chromium's or VS Code's viewer.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeJpeg } from './core/photos.mjs';
import { load, requestFor } from './gateway/requests.mjs';

const { values: settings } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '7' },
    connections: { type: 'string', default: '16' },
    only: { type: 'string', default: 'busboy,mercurius,yoga,apollo,slimface' },
    stored: { type: 'boolean', default: true },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});
const [seconds, rounds, connections] = [settings.seconds, settings.rounds, settings.connections].map(Number);

const photo = await makeJpeg();
const names = [...settings.only.split(','), ...(settings.only.includes('slimface') ? ['slimface, stored'] : [])];
const servers = await Promise.all(names.map(startServer));
const runs = Object.fromEntries(names.map((name) => [name, []]));
for (let round = -1; round < rounds; round++) {
  // Who goes first changes, so that nobody always runs on what the same one left behind.
  const order = servers.map((_, i) => servers[(i + round + servers.length) % servers.length]);
  for (const server of order) {
    const run = await measure(server);
    if (round >= 0) runs[server.name].push(run); // the first round warms up
  }
}
const peakRssMb = Object.fromEntries(await Promise.all(servers.map(async (server) => [server.name, (await ask(server)).peakRssMb])));
for (const { child } of servers) child.send('end');

const rows = names.map((name) => {
  const [first] = runs[name];
  const medians = Object.fromEntries(Object.keys(first).map((key) => [key, median(runs[name].map((run) => run[key]))]));
  const toBusboy = runs.busboy && median(runs[name].map((run, i) => run.requestsPerSecond / runs.busboy[i].requestsPerSecond));
  return { name, ...medians, toBusboy, peakRssMb: peakRssMb[name] };
});
console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, rounded(row)])));
console.log(`${connections} connections, photo of ${photo.length} bytes, ${rounds} rounds of ${seconds} s. Medians over the rounds; cpuMs is of the server's process, for one request; peakRssMb of all rounds.`);
if (settings.json !== undefined) {
  const report = { suite: 'gateway', node: process.version, platform: `${process.platform}-${process.arch}`, seconds, rounds, connections, photoBytes: photo.length, rows };
  writeFileSync(settings.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function startServer(name) {
  const execArgv = settings.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', settings.profile, '--cpu-prof-name', `${name}.cpuprofile`];
  const child = fork(fileURLToPath(new URL('gateway/server.mjs', import.meta.url)), [name], { execArgv });
  const [{ port }] = await once(child, 'message');
  return { name, child, origin: `http://127.0.0.1:${port}`, request: requestFor(name, photo) };
}

async function measure(server) {
  const before = await ask(server);
  const { times, requestsPerSecond } = await load(server.origin, server.request, { connections, seconds });
  const { cpu } = await ask(server);
  const cpuMs = (cpu.user + cpu.system - before.cpu.user - before.cpu.system) / 1000 / times.length;
  return { requestsPerSecond, p50: times[Math.floor(times.length * 0.5)], p99: times[Math.floor(times.length * 0.99)], cpuMs };
}

/** Asks a server's process what it has used so far. */
async function ask({ child }) {
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
