import { isDiskFull } from '../store/file-errors.ts';
import { FolderInUseError } from '../store/claim-folder.ts';
import { ConfigError } from './read-config.ts';

/** What kept a gateway from starting, in one line for whoever started it. */
export function explainFault(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof FolderInUseError) return `${error.message}; set SLIMFACE_DATA_DIR to another folder`;
  const { code, port, address, hostname, path, syscall, message } = error as NodeJS.ErrnoException & { port?: number; address?: string; hostname?: string };
  const place = `${address}:${port}`;
  if (code === 'EADDRINUSE') return `${place} is in use; set SLIMFACE_PORT to another port, or to 0 for any free one`;
  if (code === 'EACCES' && port !== undefined) return `${place} may not be used by this user; set SLIMFACE_PORT to a port from 1024 up`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${address}; set SLIMFACE_HOST to one that it has`;
  if (hostname !== undefined) return `no address is known for the name ${hostname} (${code}); set SLIMFACE_HOST to an address of this machine`;
  const folder = path ?? 'the data folder'; // an open file fails without its path
  if (isDiskFull(error)) return `${folder} has no room on its disk (${code}); free some, or set SLIMFACE_DATA_DIR to a folder on another disk`;
  if (path !== undefined || syscall !== undefined) return `${folder} cannot be used (${code}); set SLIMFACE_DATA_DIR to a folder that this user may write to`;
  return message;
}
