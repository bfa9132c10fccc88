import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The root of the repository, without a slash at its end. */
export const root: string = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** A command that runs, and everything it has printed so far. */
export interface Running {
  readonly process: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves at the command's end with its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts a command; `env` is added to this process's environment. */
export function run(command: string, args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Running {
  const { cwd = root, env = {} } = options;
  const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return Object.assign(output, { process: child, ended });
}

/** Runs `scripts/run.mjs`, the file behind `npm start` and `npm test`. */
export function runScript(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Running {
  return run(process.execPath, ['scripts/run.mjs', ...args], options);
}
