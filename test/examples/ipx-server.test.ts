import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, run, type Running } from '../_run.ts';
import { difference } from './_pixels.ts';

// The example as its user starts it.

let server: Running;
let address: string;

beforeAll(async () => {
  const cwd = join(root, 'examples/ipx-server');
  const { scripts } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [program, ...args] = scripts.start.split(' ');
  expect(program).toBe('node');
  server = run(process.execPath, args, { cwd, env: { PORT: '0' } });
  while (!server.stdout.includes('\n') && server.process.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(server.stdout, server.stderr).toMatch(/^http:\/\/localhost:\d+\/slim_1\.2,w_400\/astronaut\.png\n$/);
  address = server.stdout.trim();
});
afterAll(() => void server.process.kill('SIGKILL'));

test('answers the address it prints with the slimmed photo, in the size that was asked for', async () => {
  const slimmed = await get(address);
  const plain = await get(address.replace('slim_1.2,', ''));
  for (const image of [slimmed, plain]) expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width: 400, height: 400 });
  expect(await difference(slimmed, plain, { left: 0, top: 0, width: 400, height: 234 }, 8)).toBeGreaterThan(0.002);
  expect(await difference(slimmed, plain, { left: 0, top: 250, width: 400, height: 150 }, 0)).toBe(0);
});

test('answers every line of the table in its README', async () => {
  const { width, format } = await sharp(await get(address.replace('slim_1.2,w_400', 'slim_2'))).metadata();
  expect([width, format]).toEqual([512, 'png']);
  const webp = await get(address.replace('w_400', 'w_400,f_webp'));
  expect((await sharp(webp).metadata()).format).toBe('webp');
  expect((await fetch(address.replace('slim_1.2', 'slim_3'))).status).toBe(400);
});

test('ends by itself when it is told to', async () => {
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(server.stderr).toBe('');
});

async function get(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toContain('max-age=3600');
  return Buffer.from(await answer.arrayBuffer());
}
