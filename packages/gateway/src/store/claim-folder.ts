import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** The path of a socket has room for 107 bytes, on macOS for 103, and Node cuts a longer one without a word. */
const MAX_PATH_BYTES = 100;

/** Another gateway has the folder. */
export class FolderInUseError extends Error {
  constructor(folder: string) {
    super(`Expected a data folder of its own but received ${folder}, which another gateway uses`);
  }
}

/**
 * Keeps other gateways out of `folder`, by a socket in it: the system closes that also when the process crashes, and
 * containers that share the folder see it too. It is no lock. Where there can be no socket nobody is kept out: on
 * Windows, on some network disks, at a path of more than 100 bytes; nor are gateways of other machines, nor two that
 * start in the same moment after a crash.
 *
 * @returns gives the folder up
 * @throws {FolderInUseError} another gateway has it
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'in-use.sock');
  const nothing = async (): Promise<void> => {};
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return nothing;
  try {
    return await listenAt(path);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') return nothing;
  }
  if (await isAnswered(path)) throw new FolderInUseError(folder);
  await rm(path, { force: true }); // a crash left it there
  return listenAt(path).catch((error: unknown) => {
    if (codeOf(error) === 'EADDRINUSE') throw new FolderInUseError(folder);
    return nothing;
  });
}

function listenAt(path: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', reject);
    server.listen(path, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
  });
}

/** Only a refusal is sure to mean that nobody is there. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))));
  });
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
