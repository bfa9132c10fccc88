import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/create-gateway.ts';
import { whileStarting } from '../../src/health/while-starting.ts';
import { closeServer, createHttpServer, listen } from '../../src/http/http-server.ts';

let server: Server;
let url: string;
let begin: (gateway: Pick<Gateway, 'handle'>) => void;
let fail: (error: Error) => void;
beforeEach(async () => {
  server = createHttpServer(whileStarting(new Promise((resolve, reject) => ([begin, fail] = [resolve, reject]))));
  url = await listen(server, { host: '127.0.0.1', port: 0 });
});
afterEach(() => closeServer(server, 0));

const ask = async (path: string): Promise<[number, unknown]> => {
  const response = await fetch(url + path);
  return [response.status, await response.json()];
};

describe('a gateway that starts', () => {
  it('is alive and not ready, and answers all else when it is there', async () => {
    expect(await ask('/health/live')).toEqual([200, { code: 'OK', message: 'alive' }]);
    expect(await ask('/health/ready?from=probe')).toEqual([503, { code: 'NOT_READY', message: 'Expected a gateway that can take photos but this one is still starting' }]);
    const early = ask('/early');
    await ask('/health/live'); // by now it has come
    begin({ handle: (req, res) => void res.end(JSON.stringify(`this is ${req.url}`)) });
    expect(await early).toEqual([200, 'this is /early']);
    expect(await ask('/health/ready')).toEqual([200, 'this is /health/ready']);
  });

  it('that never gets there leaves nobody waiting', async () => {
    const early = ask('/early').then(() => 'answered', () => 'cut off');
    fail(new Error('no models'));
    expect(await early).toBe('cut off');
  });
});
