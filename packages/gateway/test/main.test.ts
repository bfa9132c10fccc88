import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../src/http-server.ts';
import { fixture, query, type RunningGateway, slimFace, slimFaceDocument } from './_setup.ts';
import { contentType, graphqlParts, openSocket, rawBody } from './upload/_raw.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = join(root, 'packages/gateway/dist/main.js');

interface Started {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly out: () => string;
  readonly err: () => string;
  /** Exit code. */
  readonly ended: Promise<number | null>;
}

let folder: string;
let running: Started[] = [];
beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/gateway'], { cwd: root });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slimface-main-'));
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  running = [];
  await rm(folder, { recursive: true });
});

function start(env: Record<string, string> = {}): Started {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLIMFACE_')));
  const child = spawn(process.execPath, [main], { cwd: folder, env: { ...inherited, SLIMFACE_PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = { child, out: () => out, err: () => err, ended };
  running.push(started);
  return started;
}

async function untilReady(started: Started): Promise<Pick<RunningGateway, 'url'> & RunningGateway> {
  const ready = /^slimface gateway ready at (http:\/\/127\.0\.0\.1:\d+)\/graphql\n$/;
  await expect.poll(started.out, { timeout: 40_000 }).toMatch(ready);
  const url = ready.exec(started.out())![1]!;
  return { url, dataDir: join(folder, '.slimface'), logged: [], stop: async () => {} };
}

describe('main', () => {
  it('says when it is ready, slims a photo, and ends with 0 on SIGTERM', async () => {
    const started = start();
    const gateway = await untilReady(started);
    const { body } = await slimFace(gateway, fixture('astronaut.png'));
    const { url } = body.data.slimFace;
    expect(url.startsWith(`${gateway.url}/results/`)).toBe(true);
    expect((await fetch(url)).status).toBe(200);
    expect((await readdir(gateway.dataDir)).toSorted()).toEqual(['results', 'signing-key']);

    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(started.out().split('\n')).toHaveLength(2);
    const lines = started.err().trim().split('\n').map((line) => JSON.parse(line) as { msg: string });
    expect(lines.map(({ msg }) => msg)).toEqual(['slimFace', 'request', 'request']);
    expect(started.err()).not.toContain('signature');
  });

  it('ends with 0 on SIGINT', async () => {
    const started = start();
    await untilReady(started);
    started.child.kill('SIGINT');
    expect(await started.ended).toBe(0);
  });

  it('answers the request that runs before it ends', async () => {
    const started = start();
    const gateway = await untilReady(started);
    const operations = { query: slimFaceDocument, variables: { input: { image: null } } };
    const body = rawBody(graphqlParts(operations, { 0: ['variables.input.image'] }, { 0: fixture('astronaut.png') }));
    const { socket, closed } = await openSocket(gateway, { 'content-length': String(body.length), 'content-type': contentType });
    socket.write(body.subarray(0, 1000));
    await query(gateway, '{ __typename }'); // by now the other request has arrived
    started.child.kill('SIGTERM');
    await expect.poll(() => query(gateway, '{ __typename }').then(() => 'taken', () => 'refused'), { timeout: 20_000 }).toBe('refused');
    socket.write(body.subarray(1000));
    expect(await closed).toMatch(/^HTTP\/1\.1 200 [^]*"SlimmedImage"/);
    expect(await started.ended).toBe(0);
  });

  it('keeps results and their URLs over a restart', async () => {
    const first = start({ SLIMFACE_PUBLIC_URL: 'http://photos.test/slim' });
    const { body } = await slimFace(await untilReady(first), fixture('astronaut.png'), { slimDegree: 0 });
    first.child.kill('SIGTERM');
    await first.ended;
    const second = await untilReady(start());
    const { url } = body.data.slimFace;
    expect(url).toMatch(/^http:\/\/photos\.test\/slim\/results\//);
    const response = await fetch(url.replace('http://photos.test/slim', second.url));
    expect(fixture('astronaut.png').equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
  });

  it('lifts the limits to those of the engine', async () => {
    const gateway = await untilReady(start({ SLIMFACE_LIMITS: 'engine' }));
    const { body } = await query(gateway, '{ imageRequirements { maxFaces maxSide } }');
    expect(body.data.imageRequirements.maxFaces).toBeGreaterThan(3);
    expect(body.data.imageRequirements.maxSide).toBeGreaterThan(5000);
  });

  it('names a port that is in use, and the variable for another', async () => {
    const other = createServer();
    const port = new URL(await listen(other, { host: '127.0.0.1', port: 0 })).port;
    const started = start({ SLIMFACE_PORT: port });
    expect(await started.ended).toBe(1);
    expect(started.err()).toBe(`slimface gateway: 127.0.0.1:${port} is in use; set SLIMFACE_PORT to another port, or to 0 for any free one\n`);
    expect(started.out()).toBe('');
    other.close();
  });

  const faults: [name: string, env: Record<string, string>, line: RegExp][] = [
    ['a bad variable', { SLIMFACE_PORT: 'http' }, /^slimface gateway: Expected SLIMFACE_PORT to be a whole number from 0 to 65535 but received "http"\n$/],
    ['an address of another machine', { SLIMFACE_HOST: '192.0.2.1' }, /^slimface gateway: this machine has no address 192\.0\.2\.1; set SLIMFACE_HOST to one that it has\n$/],
    ['a name without an address', { SLIMFACE_HOST: 'nosuch.invalid' }, /^slimface gateway: no address is known for the name nosuch\.invalid \((ENOTFOUND|EAI_AGAIN)\); set SLIMFACE_HOST to an address of this machine\n$/],
    ['a data folder that is a file', { SLIMFACE_DATA_DIR: 'occupied' }, /^slimface gateway: occupied cannot be used \(EEXIST\); set SLIMFACE_DATA_DIR to a folder that this user may write to\n$/],
  ];
  for (const [name, env, line] of faults) {
    it(`ends with 1 and one line for ${name}`, async () => {
      await writeFile(join(folder, 'occupied'), '');
      const started = start(env);
      expect(await started.ended).toBe(1);
      expect(started.err()).toMatch(line);
    });
  }
});
