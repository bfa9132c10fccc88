import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The root of the repository; every command runs there. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Prints a line about what is going on; stdout is left to the commands themselves. */
export function say(line) {
  console.error(line);
}

const graceMs = 15_000; // longer than the gateway's own, which ends the requests under way
let child;
let stopping = false;

/**
 * Runs a command to its end, one at a time, and resolves with its exit code.
 *
 * A stop signal is handed on to the command. One that was cut off ends this process with 143, as a shell would report
 * it; only a `server` is meant to be stopped, and for it the end by SIGTERM is a good one.
 */
export async function run(command, args, { stdio = 'inherit', env = process.env, server = false, onStart } = {}) {
  // On Windows npm and pnpm are .cmd files, which only a shell can start.
  const shell = process.platform === 'win32' && command !== process.execPath;
  child = spawn(command, args, { cwd: root, env, stdio, shell });
  onStart?.(child);
  const [code, signal] = await once(child, 'close');
  if (stopping && !server) process.exit(143);
  if (stopping && signal === 'SIGTERM') return 0; // before it could listen for the signal
  return code ?? 143;
}

function stop() {
  if (stopping) return;
  stopping = true;
  const busy = child && child.exitCode === null && child.signalCode === null;
  if (!busy) process.exit(143);
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);

// The shell between npm and this process dies of SIGTERM without passing it on, and would leave the server behind.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 250).unref();
}
