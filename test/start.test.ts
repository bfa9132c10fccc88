import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { run, runScript, type Running } from './_run.ts';

let folder: string;
let started: Running | undefined;

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'slimface-start-'))));
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  started?.process.kill('SIGTERM');
  await started?.ended;
  started = undefined;
});

const settings = (port: number): Record<string, string> => ({ SLIMFACE_PORT: String(port), SLIMFACE_DATA_DIR: folder });

/** Resolves with the origin that a started gateway announces. */
async function readyOrigin(command: Running): Promise<string> {
  const ready = vi.waitFor(() => {
    const origin = command.stdout.match(/ready at (http:\/\/127\.0\.0\.1:\d+)\/graphql\n/)?.[1];
    if (!origin) throw new Error(`not ready yet:\n${command.stdout}${command.stderr}`);
    return origin;
  }, { timeout: 50_000, interval: 50 });
  const ended = command.ended.then((code) => Promise.reject(new Error(`ended with ${code}:\n${command.stderr}`)));
  return Promise.race([ready, ended]);
}

const answers = (origin: string): Promise<boolean> => fetch(`${origin}/graphql`).then(() => true, () => false);

test('the curl line that "npm start" prints slims a face, and SIGTERM stops the server with exit code 0', async () => {
  started = runScript(['start'], { env: settings(0) });
  const origin = await readyOrigin(started);
  const line = await vi.waitFor(() => started?.stdout.match(/^curl .*$/m)?.[0] ?? Promise.reject(new Error('no curl line')));

  const curl = run('sh', ['-c', line]);
  expect(await curl.ended, curl.stderr).toBe(0);
  const slimmed = { __typename: 'SlimmedImage', url: expect.stringMatching(`^${origin}/`) as string, width: 512, height: 512, faces: [{ slimDegree: 1 }] };
  expect(JSON.parse(curl.stdout)).toEqual({ data: { slimFace: slimmed } });

  started.process.kill('SIGTERM');
  expect(await started.ended).toBe(0);
  expect(await answers(origin)).toBe(false);
});

test('the server ends with the shell that npm put in between, even when that shell is killed', async () => {
  // The trailing command keeps sh from replacing itself with node.
  const shell = run('sh', ['-c', `"${process.execPath}" scripts/run.mjs start; true`], { env: { ...settings(0), npm_lifecycle_event: 'start' } });
  const origin = await readyOrigin(shell);
  expect(await answers(origin)).toBe(true);
  shell.process.kill('SIGKILL');
  await vi.waitFor(async () => expect(await answers(origin)).toBe(false), { timeout: 20_000 });
  await shell.ended; // not before the last holder of its output, the server, is gone
});

test('a port in use is one clear line and exit code 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const command = runScript(['start'], { env: settings(port) });
  expect(await command.ended).toBe(1);
  expect(command.stdout).toBe('');
  expect(command.stderr).toMatch(new RegExp(`\nStarting the gateway\n.*127\\.0\\.0\\.1:${port} is in use.*\n$`));
  holder.close();
});
