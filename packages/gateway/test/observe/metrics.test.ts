import { execFile } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createAdmission } from '../../src/admission/admission.ts';
import { closeServer, createHttpServer, listen } from '../../src/http/http-server.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { metricsRoute } from '../../src/observe/metrics-route.ts';
import { parseSamples } from './_samples.ts';

const store = { byteSize: 0 };
const nothing = { admission: createAdmission({ capacity: 1, queueLength: 1 }), store };

describe('metrics', () => {
  it('of two gateways in a process do not mix, and those of the process are in both', async () => {
    const [one, other] = [createMetrics(nothing), createMetrics(nothing)];
    one.addUploadBytes(7);
    other.addUploadBytes(5);
    const [ones, others] = [parseSamples((await one.render()).body), parseSamples((await other.render()).body)];
    expect([ones.get('slimface_upload_bytes_total'), others.get('slimface_upload_bytes_total')]).toEqual([7, 5]);
    for (const samples of [ones, others]) expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(2 ** 20);
  });

  it('show the queue and the store as they are at that moment', async () => {
    const admission = createAdmission({ capacity: 1, queueLength: 1 });
    const now = { byteSize: 0 };
    const metrics = createMetrics({ admission, store: now });
    const depth = async (): Promise<unknown[]> => {
      const samples = parseSamples((await metrics.render()).body);
      return ['slimface_queue_depth{state="working"}', 'slimface_queue_depth{state="waiting"}', 'slimface_store_bytes'].map((name) => samples.get(name));
    };
    expect(await depth()).toEqual([0, 0, 0]);
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const held = [0, 1].map(() => admission.hold(async (place) => {
      await place.turn();
      await ended;
    }));
    await Promise.resolve();
    now.byteSize = 12;
    expect(await depth()).toEqual([1, 1, 12]);
    end();
    await Promise.all(held);
    expect(await depth()).toEqual([0, 0, 12]);
  });

  it('have no more time series than there are names of operations, outcomes and stages', async () => {
    const metrics = createMetrics(nothing);
    const count = async (): Promise<number> => parseSamples((await metrics.render()).body).size;
    metrics.countOperation('slimFace', 'WHO_KNOWS');
    const before = await count();
    for (let i = 0; i < 100; i++) metrics.countOperation('slimFace', `CODE_${i}`);
    metrics.countOperation('slimFace', 'toString');
    expect(await count()).toBe(before);
    expect(parseSamples((await metrics.render()).body).get('slimface_operations_total{operation="slimFace",outcome="OTHER"}')).toBe(102);
  });

  it('sort stages from a millisecond to half a minute', async () => {
    const metrics = createMetrics(nothing);
    for (const seconds of [0.0005, 0.2, 29, 31]) metrics.observeStage('slim', seconds);
    const samples = parseSamples((await metrics.render()).body);
    const upTo = (le: string): number | undefined => samples.get(`slimface_stage_seconds_bucket{le="${le}",stage="slim"}`);
    expect(['0.001', '0.1', '0.3', '10', '30', '+Inf'].map(upTo)).toEqual([1, 1, 2, 2, 3, 4]);
    expect(samples.get('slimface_stage_seconds_sum{stage="slim"}')).toBeCloseTo(60.2005);
  });

  it('of the process are watched without keeping it alive', async () => {
    const program = "const { collectDefaultMetrics, Registry } = await import('prom-client'); collectDefaultMetrics({ register: new Registry() }); console.log('out');";
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: import.meta.dirname, timeout: 30_000 });
    expect(stdout).toBe('out\n');
  });
});

describe('GET /metrics', () => {
  let close = async (): Promise<unknown> => undefined;
  afterEach(() => close());

  async function serve(caller: { name: string; countedAs: string } | undefined): Promise<string> {
    const route = metricsRoute(createMetrics(nothing));
    const server = createHttpServer((req, res: ServerResponse) => void route.handle(req, res, { url: new URL(`http://test${req.url}`), requestId: 'r-1', caller }));
    close = () => closeServer(server, 0);
    return `${await listen(server, { host: '127.0.0.1', port: 0 })}/metrics`;
  }
  const known = { name: 'prometheus', countedAs: 'prometheus' };

  it('answers who has a key, in the text format', async () => {
    const response = await fetch(await serve(known));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(parseSamples(await response.text()).get('slimface_store_bytes')).toBe(0);
  });

  it('refuses who has none', async () => {
    const response = await fetch(await serve(undefined));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringContaining('Expected an API key') });
  });

  it('answers HEAD, and no other method', async () => {
    const url = await serve(known);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await fetch(url, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
