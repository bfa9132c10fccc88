import { afterEach, describe, expect, it } from 'vitest';
import { slimSelfTestImage } from '../../src/health/self-test.ts';
import { localEngine, type RunningGateway, startGateway } from '../_setup.ts';

let gateway: RunningGateway;
afterEach(() => gateway.stop());

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(gateway.url + path, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? '' : JSON.parse(text), headers: response.headers };
}

describe('health', () => {
  it('is alive at once, and ready as soon as the engine has slimmed its image', async () => {
    let mayTest!: () => void;
    const allowed = new Promise<void>((resolve) => (mayTest = resolve));
    const engine = await localEngine();
    gateway = await startGateway({ selfTest: () => allowed.then(() => slimSelfTestImage(engine)) });
    expect(await ask('/health/live')).toMatchObject({ status: 200, body: { code: 'OK', message: 'alive' } });
    expect(await ask('/health/ready')).toMatchObject({
      status: 503,
      body: { code: 'NOT_READY', message: 'Expected a gateway that can take photos but the self-test of its engine has not passed yet' },
    });
    mayTest();
    await expect.poll(() => ask('/health/ready'), { timeout: 20_000 }).toMatchObject({ status: 200, body: { code: 'OK', message: 'ready' } });
  });

  it('is not ready with an engine that fails, and tells strangers nothing of the reason', async () => {
    gateway = await startGateway({ selfTest: () => Promise.reject(new Error('secret detail')) });
    await expect.poll(() => gateway.logged.map(({ message }) => message), { timeout: 20_000 }).toContain('self-test failed');
    const { status, body } = await ask('/health/ready');
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('is asked without a key, by GET and HEAD alone, and never cached', async () => {
    gateway = await startGateway({ apiKeys: [{ name: 'shop', sha256: 'a'.repeat(64) }] });
    for (const path of ['/health', '/health/live', '/health/ready']) {
      await expect.poll(async () => (await ask(path)).status, { timeout: 20_000 }).toBe(200);
      expect((await ask(path)).headers.get('cache-control')).toBe('no-store');
      expect(await ask(path, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
      const post = await ask(path, { method: 'POST' });
      expect(post).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
      expect(post.headers.get('allow')).toBe('GET, HEAD');
    }
    expect((await ask('/health/other')).status).toBe(404);
  });
});
