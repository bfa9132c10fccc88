import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, slimFace, startGateway } from '../_setup.ts';

const portrait = fixture('astronaut.png');

it('a gateway serves what it has slimmed under a URL that its log never shows', async () => {
  const gateway = await startGateway();
  const { body } = await slimFace(gateway, portrait, { slimDegree: 0 });
  const { url, byteSize } = body.data.slimFace;
  const response = await fetch(url, { headers: { origin: 'https://page.example' } });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes).toHaveLength(byteSize);
  expect(portrait.equals(bytes)).toBe(true); // at degree 0 the very bytes that were sent

  for (const forged of [`${url}0`, url.replace(/signature=.*/, 'signature=')]) expect((await fetch(forged)).status).toBe(403);
  await expect.poll(() => JSON.stringify(gateway.logged).match(/"route":"\/results"/g)?.length).toBe(3);
  const log = JSON.stringify(gateway.logged);
  expect(log).not.toContain('signature');
  expect(log).not.toContain(new URL(url).searchParams.get('signature'));
  expect(log).not.toContain(/results\/([0-9a-f]+)/.exec(url)![1]);
  await gateway.stop();
});

it('a gateway deletes what has expired and says so', async () => {
  const gateway = await startGateway({ resultTtlSeconds: 1 });
  const { body } = await slimFace(gateway, portrait, { slimDegree: 0 });
  const { url, expiresAt } = body.data.slimFace;
  await expect.poll(async () => (await fetch(url)).status, { timeout: 20_000 }).toBe(410);
  expect(await (await fetch(url)).json()).toEqual({ code: 'RESULT_EXPIRED', message: `The result expired at ${expiresAt}` });
  for (const folder of ['content', 'records']) await expect.poll(() => readdir(join(gateway.dataDir, 'results', folder)), { timeout: 20_000 }).toEqual([]);
  await gateway.stop();
});
