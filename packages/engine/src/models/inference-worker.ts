// Runs in a worker thread: loads the three models and answers one run after the other.
import { parentPort } from 'node:worker_threads';
import type { ModelName, RunAnswer, RunRequest } from './inference-pool.ts';
import { loadRuntime, type Model } from './litert.ts';
import { modelFiles, readModelFile } from './model-files.ts';

const port = parentPort!;
const runtime = await loadRuntime();
const load = async (name: ModelName): Promise<Model> => runtime.load(await readModelFile(modelFiles[name]));
const models: Readonly<Record<ModelName, Model>> = {
  shortRange: await load('shortRange'),
  fullRange: await load('fullRange'),
  faceMesh: await load('faceMesh'),
};

// A model has one input buffer, so runs are strung together.
let last: Promise<void> = Promise.resolve();
port.on('message', ({ id, model, input }: RunRequest) => {
  last = last.then(async () => {
    const outputs = await models[model].run(input);
    port.postMessage({ id, outputs } satisfies RunAnswer, outputs.map(({ buffer }) => buffer as ArrayBuffer));
  });
});
port.postMessage('ready');
