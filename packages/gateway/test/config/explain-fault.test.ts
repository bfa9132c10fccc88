import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { findListenAddress } from '../../src/access/listen-address.ts';
import { explainFault } from '../../src/config/explain-fault.ts';
import { listen } from '../../src/http/http-server.ts';

/** What is said about a host that cannot be listened on. */
async function explain(host: string, port: number): Promise<string> {
  try {
    const { address } = await findListenAddress({ host, apiKeys: [], allowAnonymous: true });
    await listen(createServer(), { host: address, port });
    return 'listens';
  } catch (error) {
    return explainFault(error);
  }
}

describe('explainFault', () => {
  it('names an address of another machine', async () => {
    expect(await explain('192.0.2.1', 0)).toBe('this machine has no address 192.0.2.1; set SLIMFACE_HOST to one that it has');
  });

  it('names a name without an address', async () => {
    expect(await explain('nosuch.invalid', 0)).toMatch(/^no address is known for the name nosuch\.invalid \((ENOTFOUND|EAI_AGAIN)\); set SLIMFACE_HOST to an address of this machine$/);
  });

  it('names a port that belongs to another', async () => {
    const other = createServer();
    const port = Number(new URL(await listen(other, { host: '127.0.0.1', port: 0 })).port);
    expect(await explain('127.0.0.1', port)).toBe(`127.0.0.1:${port} is in use; set SLIMFACE_PORT to another port, or to 0 for any free one`);
    other.close();
  });

  it('names the data folder where the system names no path, and a disk that is full', () => {
    const failed = (fields: Partial<NodeJS.ErrnoException>): string => explainFault(Object.assign(new Error('failed'), { syscall: 'write', ...fields }));
    expect(failed({ code: 'ENOSPC' })).toBe('the data folder has no room on its disk (ENOSPC); free some, or set SLIMFACE_DATA_DIR to a folder on another disk');
    expect(failed({ code: 'ENOSPC', path: '/data/results' })).toMatch(/^\/data\/results has no room on its disk \(ENOSPC\)/);
    expect(failed({ code: 'EIO' })).toBe('the data folder cannot be used (EIO); set SLIMFACE_DATA_DIR to a folder that this user may write to');
  });

  it('gives the message of whatever else it is', () => {
    expect(explainFault(new Error('Expected a key of 32 bytes'))).toBe('Expected a key of 32 bytes');
  });
});
