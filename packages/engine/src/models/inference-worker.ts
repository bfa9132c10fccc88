// Runs in a worker thread: loads the models and answers one run after the other.
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
  fullRangeSparse: await load('fullRangeSparse'),
  faceMesh: await load('faceMesh'),
};

async function answer({ id, model, input }: RunRequest): Promise<void> {
  const outputs = await models[model].run(input);
  port.postMessage({ id, outputs } satisfies RunAnswer, outputs.map(({ buffer }) => buffer as ArrayBuffer));
}

// A model has one input buffer, so runs are strung together. One that fails ends the thread, and the pool hears of it.
let last: Promise<void> = Promise.resolve();
port.on('message', (request: RunRequest) => {
  last = last.then(() => answer(request));
});
port.postMessage('ready');
