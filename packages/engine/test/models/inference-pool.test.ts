import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startInferencePool } from '../../src/models/inference-pool.ts';

const engine = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

it('gives the same bits from every thread and in every order', async () => {
  const pool = await startInferencePool(2);
  const input = (seed: number): Float32Array => Float32Array.from({ length: 192 * 192 * 3 }, (_, i) => Math.sin(seed + i));
  const models = ['fullRange', 'faceMesh', 'fullRangeSparse', 'faceMesh', 'fullRange', 'fullRangeSparse'] as const;
  const alone: Float32Array[][] = [];
  for (const [seed, model] of models.entries()) alone.push(await pool.run(model, input(seed)));
  const together = await Promise.all(models.map((model, seed) => pool.run(model, input(seed))));
  expect(together).toEqual(alone);
  await pool.close();
});

it('rejects what runs when it is closed, and what comes later', async () => {
  const pool = await startInferencePool(1);
  const running = pool.run('faceMesh', new Float32Array(192 * 192 * 3)).catch((error: unknown) => error);
  await pool.close();
  expect(await running).toMatchObject({ code: 'INTERNAL', message: 'The inference thread has ended' });
  await expect(pool.run('faceMesh', new Float32Array(192 * 192 * 3))).rejects.toMatchObject({ code: 'INTERNAL' });
});

it('ends createLocalEngine with both hashes when a model has other bytes', async () => {
  const copy = await copyOfEngine();
  const model = join(copy, 'node_modules/@mediapipe/face_detection/face_detection_full_range.tflite');
  const bytes = await readFile(model);
  bytes[500_000]! ^= 1;
  await writeFile(model, bytes);
  const script = `import('./dist/index.js').then((m) => m.createLocalEngine()).catch((error) => console.log(error.code, error.message))`;
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: copy });
  expect(stdout).toMatch(
    /^INTERNAL Expected face_detection_full_range\.tflite of the npm package @mediapipe\/face_detection to have SHA-256 99bf9494\w+ but found \w{64}: reinstall the exact version/,
  );
  await rm(copy, { recursive: true });
});

it('lets a process end that forgot to close its engine', async () => {
  const script = `import('@slimface/engine').then((m) => m.createLocalEngine()).then(() => console.log('ready'))`;
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: engine, timeout: 30_000 });
  expect(stdout).toBe('ready\n');
});

/** The built engine with its dependencies, the face detection models as a copy. */
async function copyOfEngine(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'slimface-engine-'));
  await cp(join(engine, 'dist'), join(copy, 'dist'), { recursive: true });
  await cp(join(engine, 'package.json'), join(copy, 'package.json'));
  for (const scope of ['@litertjs', '@slimface', 'async-mutex', 'sharp', '@mediapipe/face_mesh']) {
    await mkdir(dirname(join(copy, 'node_modules', scope)), { recursive: true });
    await symlink(join(engine, 'node_modules', scope), join(copy, 'node_modules', scope), 'dir');
  }
  const models = dirname(createRequire(join(engine, 'package.json')).resolve('@mediapipe/face_detection/package.json'));
  await cp(models, join(copy, 'node_modules/@mediapipe/face_detection'), { recursive: true });
  return copy;
}
