import type { LookupAddress } from 'node:dns';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createConnections } from '../../src/ailab/connections.ts';
import { isNotPublic } from '../../src/ailab/result/public-address.ts';
import { rejection } from '../_rejection.ts';
import { serves, startResultServer } from './result/_result-server.ts';

/** Names and what they stand for; the look-up of any other one never ends. */
const names: Record<string, LookupAddress[]> = {
  'mixed.example': [{ address: '8.8.8.8', family: 4 }, { address: '10.0.0.7', family: 4 }],
  'inside.example': [{ address: '::ffff:169.254.169.254', family: 6 }],
};

vi.mock('node:dns', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:dns')>()),
  promises: { lookup: async (name: string) => names[name] ?? Promise.reject(new Error('ENOTFOUND')) },
  lookup: (name: string, _: unknown, callback: (error: null, addresses: LookupAddress[]) => void) => names[name] && setImmediate(callback, null, names[name]),
}));

describe('the connections of a client', () => {
  it('are kept between requests and gone after close()', async () => {
    const server = await startResultServer(serves(Buffer.from('here')));
    const connections = createConnections();
    const dispatcher = await connections.toApi();
    expect(await connections.toApi()).toBe(dispatcher);
    const { body } = await dispatcher.request({ origin: server.origin, path: '/', method: 'GET', headers: {}, signal: new AbortController().signal });
    await body.resume().toArray();
    expect(server.openSockets()).toBe(1);
    await connections.close();
    await server.allGone();
  });

  it('are others for results, unless private hosts are allowed', async () => {
    const connections = createConnections();
    onTestFinished(() => connections.close());
    const api = await connections.toApi();
    expect(await connections.toResults('a.example', { allowPrivateHosts: true })).toBe(api);
    expect(await connections.toResults('a.example', { allowPrivateHosts: false })).not.toBe(api);
  });

  it.each(Object.keys(names))('are not made to a name with one address that is not public: %s', async (name) => {
    const connections = createConnections();
    onTestFinished(() => connections.close());
    const dispatcher = await connections.toResults('a.example', { allowPrivateHosts: false });
    expect(isNotPublic(await rejection(() => dispatcher.request({ origin: `http://${name}`, path: '/', method: 'GET', headers: {}, signal: new AbortController().signal })))).toBe(true);
  });

  // undici gives up a connection after 10 s, and its close() waits for that.
  it('do not keep close() waiting for a connection that nobody wants any more', { timeout: 3000 }, async () => {
    const connections = createConnections();
    const dispatcher = await connections.toResults('a.example', { allowPrivateHosts: false });
    const request = rejection(() => dispatcher.request({ origin: 'http://silent.example', path: '/', method: 'GET', headers: {}, signal: AbortSignal.timeout(5) }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    await connections.close();
    expect(await request).toBeInstanceOf(Error);
  });

  it('are nothing to close before the first request', async () => {
    await createConnections().close();
  });

  it.each(Object.keys(names))('are not made to such a name through a dispatcher that was given either: %s', async (name) => {
    const given = new Agent();
    onTestFinished(() => given.close());
    const connections = createConnections(given);
    expect(isNotPublic(await rejection(() => connections.toResults(name, { allowPrivateHosts: false })))).toBe(true);
    expect(await connections.toResults(name, { allowPrivateHosts: true })).toBe(given);
  });

  it('are those of the dispatcher that was given, and it stays open', async () => {
    const given = new Agent();
    onTestFinished(() => given.close());
    const connections = createConnections(given);
    expect([await connections.toApi(), await connections.toResults('a.example', { allowPrivateHosts: false })]).toEqual([given, given]);
    await connections.close();
    expect(given.closed || given.destroyed).toBe(false);
  });
});
