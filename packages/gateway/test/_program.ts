import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { RunningGateway } from './_setup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = join(root, 'packages/gateway/dist/main.js');

/** The program in a process of its own. */
export interface Program {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly out: () => string;
  readonly err: () => string;
  /** The log. */
  readonly lines: () => Record<string, unknown>[];
  /** Messages in the log. */
  readonly messages: () => string[];
  /** Exit code. */
  readonly ended: Promise<number | null>;
}

const running = new Set<Program>();

/** Compiles what the program is made of. */
export async function buildProgram(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/gateway'], { cwd: root });
}

/** Starts the program in `folder`, on a free port and with no other settings than these. */
export function startProgram(folder: string, env: Record<string, string> = {}, args: readonly string[] = []): Program {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLIMFACE_') && name !== 'AILABAPI_API_KEY'));
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...inherited, SLIMFACE_PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = (): Record<string, unknown>[] => err.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  const program = { child, out: () => out, err: () => err, lines, messages: () => lines().map(({ msg }) => String(msg)), ended };
  running.add(program);
  return program;
}

/** Waits until the program says where it is. */
export async function untilReady(program: Program, folder: string): Promise<RunningGateway> {
  const ready = /^slimface gateway ready at (http:\/\/[\w.]+:\d+)\/graphql\n/;
  await expect.poll(() => ready.test(program.out()) || program.child.exitCode !== null, { timeout: 40_000 }).toBe(true);
  const [, url] = ready.exec(program.out()) ?? [];
  if (url === undefined) throw new Error(`The program ended: ${program.err()}`);
  return { url, dataDir: join(folder, '.slimface'), logged: [], stop: async () => {} };
}

export function killPrograms(): void {
  for (const { child } of running) child.kill('SIGKILL');
  running.clear();
}
