import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../packages/gateway/dist/main.js', import.meta.url));

/** The program as it is, with the real engine, in a process of its own and with a data folder of its own. */
export async function startGateway(env = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'slimface-load-'));
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, MALLOC_ARENA_MAX: '2', SLIMFACE_PORT: '0', SLIMFACE_DATA_DIR: dataDir, SLIMFACE_PHOTOS_PER_MINUTE: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value = '' } = await lines.next();
  const url = /ready at (http:\/\/\S+)\/graphql/.exec(value)?.[1];
  if (url === undefined) throw new Error(`The gateway did not start: ${value}\n${log}`);
  await until('the gateway to be ready', async () => (await fetch(`${url}/health/ready`)).status === 200);
  return {
    url,
    port: Number(new URL(url).port),
    dataDir,
    pid: child.pid,
    log: () => log,
    /** Figures of `/metrics`: a name with its labels to its value. */
    async metrics() {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Object.fromEntries(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
    },
    /** @returns its exit code */
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      await rm(dataDir, { recursive: true });
      return code;
    },
  };
}

/** Asks again and again until `condition` holds. */
export async function until(what, condition, { timeoutMs = 60_000 } = {}) {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
