import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { ProxyAgent } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { startScenario } from './_scenario.ts';
import { succeeded } from './_seen.ts';

it('goes through a proxy, the call and the download', async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url }, client: Socket) => {
    tunnels.push(url!);
    const [host, port] = url!.split(':');
    const server = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n')).on('error', () => client.destroy());
    client.on('error', () => server.destroy());
    client.pipe(server).pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const dispatcher = new ProxyAgent(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  onTestFinished(() => void proxy.close());
  const { api, run, fetchResult } = await startScenario({ dispatcher });
  const { seen } = await run(async () => {
    await fetchResult();
    await dispatcher.close();
  });
  expect(seen).toEqual(succeeded({ downloadTries: 1 }));
  expect(new Set(tunnels)).toEqual(new Set([new URL(api.origin).host]));
});
