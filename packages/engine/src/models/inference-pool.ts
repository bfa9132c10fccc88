import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { InternalError } from '@slimface/core';

/** The models that find a face: BlazeFace for near faces, for far ones, the same with sparse weights, and the 468-point face mesh. */
export type ModelName = 'shortRange' | 'fullRange' | 'fullRangeSparse' | 'faceMesh';

/** Models in worker threads, so that inference neither blocks the event loop nor is bound to one core. */
export interface InferencePool {
  /**
   * Runs a model. Runs may overlap; each goes to the thread that has the fewest to do.
   *
   * @param input the model's input tensor, which is handed over: its memory is gone here afterwards
   * @returns the output tensors, in the model's own order
   * @throws {InternalError} the thread failed, or the pool is closed
   */
  run(model: ModelName, input: Float32Array): Promise<Float32Array[]>;
  /** Ends the threads. Runs under way reject. */
  close(): Promise<void>;
}

/** What goes to a thread. */
export interface RunRequest {
  readonly id: number;
  readonly model: ModelName;
  readonly input: Float32Array;
}

/** What comes back. */
export interface RunAnswer {
  readonly id: number;
  readonly outputs: Float32Array[];
}

/** Threads run built files, also when the rest runs from its TypeScript sources, as in tests. */
const workerFile = join(dirname(createRequire(import.meta.url).resolve('@slimface/engine/package.json')), 'dist/models/inference-worker.js');

/**
 * Starts the threads and waits until each has loaded its models.
 *
 * @param threads how many, from 1 up; each takes about 100 MB
 * @throws {InternalError} a model or runtime file is missing or is not the one that this engine was made for
 */
export async function startInferencePool(threads: number): Promise<InferencePool> {
  const members = Array.from({ length: threads }, createMember);
  const close = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.end()));
  };
  try {
    await Promise.all(members.map(({ ready }) => ready));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    run: (model, input) => members.reduce((least, member) => (member.pending() < least.pending() ? member : least)).run(model, input),
    close,
  };
}

interface Member {
  readonly ready: Promise<void>;
  pending(): number;
  run(model: ModelName, input: Float32Array): Promise<Float32Array[]>;
  end(): Promise<unknown>;
}

function createMember(): Member {
  const worker = new Worker(workerFile, { execArgv: [] }); // a host's loaders and conditions are for its own sources
  const waiting = new Map<number, { resolve: (outputs: Float32Array[]) => void; reject: (error: Error) => void }>();
  let failure: Error | undefined;
  let nextId = 0;

  const ready = new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      failure ??= error;
      reject(failure);
      for (const run of waiting.values()) run.reject(failure);
      waiting.clear();
    };
    worker.on('error', (cause: Error) => fail(new InternalError(cause.message, { cause })));
    worker.on('exit', () => fail(new InternalError('The inference thread has ended')));
    worker.once('message', () => {
      worker.on('message', answer);
      worker.unref(); // an idle engine does not keep the process alive
      resolve();
    });
  });

  const answer = ({ id, outputs }: RunAnswer): void => {
    waiting.get(id)?.resolve(outputs);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
  };

  return {
    ready,
    pending: () => (failure === undefined ? waiting.size : Infinity),
    run: (model, input) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, model, input } satisfies RunRequest, [input.buffer as ArrayBuffer]);
      }),
    end: () => worker.terminate(),
  };
}
