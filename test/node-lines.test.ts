import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { root, run, runScript } from './_run.ts';

// The forms that look right fail on one line of Node or another: undici.request with undici's FormData hangs on 24, with
// the global one it throws on 20, and undici.fetch with the global one sends "[object FormData]" everywhere.

const lines = { 'this Node': process.execPath, 'Node 22': binary('node-22'), 'Node 24': binary('node-24'), 'Node 26': binary('node-26') };
const hasBinaries = process.platform === 'linux' && process.arch === 'x64';
let photo: string;

beforeAll(async () => {
  const build = runScript(['build']);
  expect(await build.ended, build.stdout + build.stderr).toBe(0);
  const picture = sharp({ create: { width: 200, height: 150, channels: 3, background: '#888' } }).jpeg();
  photo = (await picture.toBuffer()).toString('base64');
});

describe.each(Object.entries(lines))('%s', (line, node) => {
  test.runIf(hasBinaries || line === 'this Node')('sends every kind of input whole, and lets the process end', async () => {
    expect(existsSync(node), `${node} is installed`).toBe(true);
    const script = run(node, [join(root, 'test/node-lines/use-client.mjs'), photo]);
    expect(await script.ended, script.stdout + script.stderr).toBe(0);
    const { arrived, results } = JSON.parse(script.stdout) as { arrived: object[]; results: Record<string, unknown> };
    const kinds = ['buffer', 'uint8array', 'arraybuffer', 'blob', 'file', 'response', 'nodeStream', 'webStream'];
    expect(results).toEqual({ ...Object.fromEntries(kinds.map((kind) => [kind, true])), aborted: 'ABORTED' });
    expect(arrived).toEqual(kinds.map(() => ({ degree: '0', name: 'image.jpg', type: 'image/jpeg', same: true, length: true })));
    expect(script.stderr).toBe('');
  });
});

function binary(name: string): string {
  return join(root, 'test/node-lines/node_modules', name, 'bin/node');
}
