import { ConfigError } from './read-config.ts';

/** What kept a gateway from starting, in one line for whoever started it. */
export function explainFault(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, address, hostname, path, message } = error as NodeJS.ErrnoException & { port?: number; address?: string; hostname?: string };
  const place = `${address}:${port}`;
  if (code === 'EADDRINUSE') return `${place} is in use; set SLIMFACE_PORT to another port, or to 0 for any free one`;
  if (code === 'EACCES' && port !== undefined) return `${place} may not be used by this user; set SLIMFACE_PORT to a port from 1024 up`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${address}; set SLIMFACE_HOST to one that it has`;
  if (hostname !== undefined) return `no address is known for the name ${hostname} (${code}); set SLIMFACE_HOST to an address of this machine`;
  if (path !== undefined) return `${path} cannot be used (${code}); set SLIMFACE_DATA_DIR to a folder that this user may write to`;
  return message;
}
