import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstPhotoCommand, firstPhotoRestCommand } from '../../src/pages/commands.ts';
import { fixture, type RunningGateway, startGateway } from '../_setup.ts';

const key = 'a-key-of-32-characters-at-the-least';

describe('the commands that / shows', () => {
  let folder: string;
  const gateways: RunningGateway[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slimface-commands-'));
    await writeFile(join(folder, 'photo.jpg'), fixture('astronaut.png')); // it is the bytes that count
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await rm(folder, { recursive: true });
  });

  async function answerTo(command: string): Promise<any> {
    const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('curl ', 'curl --silent --show-error ').replace('YOUR_KEY', key)], { cwd: folder });
    return JSON.parse(stdout);
  }

  it.each([false, true])('slim a photo, with a key: %s', async (keysNeeded) => {
    const gateway = await startGateway(keysNeeded ? { apiKeys: [{ name: 'someone', sha256: await sha256(key) }] } : {});
    gateways.push(gateway);
    const where = { publicUrl: gateway.url, keysNeeded };

    const overGraphql = await answerTo(firstPhotoCommand(where));
    expect(overGraphql).toMatchObject({ data: { slimFace: { width: 512, height: 512, faces: [{ slimDegree: 1 }] } } });
    const overRest = await answerTo(firstPhotoRestCommand(where));
    expect(overRest).toMatchObject({ error_code: 0 });
    for (const url of [overGraphql.data.slimFace.url, overRest.data.image_url]) expect((await fetch(url)).status).toBe(200);
  });

  it('are one command each, whatever is in the address', async () => {
    const publicUrl = "https://slim.example/it's $(touch caught)`touch caught`/";
    for (const command of [firstPhotoCommand, firstPhotoRestCommand]) {
      const { stdout } = await promisify(execFile)('sh', ['-c', command({ publicUrl, keysNeeded: false }).replace('curl', 'printf "%s\\n"')], { cwd: folder });
      expect(stdout.split('\n')[0]).toMatch(/^https:\/\/slim\.example\/it%27s%20\$\(touch%20caught\)%60touch%20caught%60\/(graphql|api\/)/);
    }
  });
});

async function sha256(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex');
}
