import { createHmac } from 'node:crypto';
import { orAborted, ResultUnavailableError } from '@slimface/core';
import { invalidArgument } from './invalid-argument.ts';
import type { ResultStore } from './store/result-store.ts';
import type { StoredResult } from './store/stored-result.ts';

/** A request that may come more than once. */
export interface RepeatableRequest {
  /** Who asks, as callers are counted, so that those without a name are told apart: keys of others are others. */
  readonly caller: string;
  /** The caller's own name for the request. */
  readonly key: string;
  /** Of everything that the result depends on. */
  readonly fingerprint: string;
  /** Ends the waiting for a run that another request has started. */
  readonly signal?: AbortSignal | undefined;
}

/** Answers a request that is repeated with what its first try gave. */
export interface Idempotency {
  /**
   * Runs `make` once for a caller's key while the result is kept; whoever comes with the same key meanwhile or later gets
   * that result. A run that fails leaves the key as it was.
   *
   * @param make gets the id that the result must be stored under
   * @throws {InvalidInputError} the key was used with another fingerprint
   * @throws {ResultUnavailableError} the result is kept but cannot be read right now
   * @throws {AbortedError} `signal` was aborted while another request's run was waited for
   */
  once(request: RepeatableRequest, make: (id: string) => Promise<StoredResult>): Promise<StoredResult>;
}

/**
 * Finds earlier results by their ids alone: an id is computed from caller and key, so that the store is all that has to
 * outlive a restart.
 *
 * @param options.secret makes ids that nobody can guess out of callers' keys; with another one, keys are new again
 */
export function createIdempotency({ store, secret }: { store: Pick<ResultStore, 'getMany'>; secret: Uint8Array }): Idempotency {
  const running = new Map<string, { readonly fingerprint: string; readonly result: Promise<StoredResult> }>();

  const findOrMake = async (id: string, fingerprint: string, make: (id: string) => Promise<StoredResult>): Promise<StoredResult> => {
    const [known] = await store.getMany([id]);
    if (known instanceof ResultUnavailableError && known.retryable) throw known; // it is there, only not right now
    if (known === undefined || known instanceof Error) return make(id); // nobody has it any more
    if (known.fingerprint === fingerprint) return known;
    throw invalidArgument('idempotencyKey', 'Expected idempotencyKey to come with the photo and the options of its first use but received others');
  };

  return {
    async once({ caller, key, fingerprint, signal }, make) {
      const id = createHmac('sha256', secret).update(`slimface-idempotency\n${JSON.stringify([caller, key])}`).digest('hex').slice(0, 32);
      for (let other = running.get(id); other !== undefined; other = running.get(id)) {
        if (other.fingerprint === fingerprint) return orAborted(other.result, signal);
        // Whether the key is taken is known when that run has ended: it may yet fail.
        await orAborted(Promise.allSettled([other.result]), signal);
      }
      // No signal here: whoever runs it keeps the photo's place until it is done.
      const result = findOrMake(id, fingerprint, make).finally(() => running.delete(id));
      running.set(id, { fingerprint, result });
      return result;
    },
  };
}

/** @throws {InvalidInputError} not 1 to 200 printable ASCII characters; the key itself is in no message */
export function checkIdempotencyKey(key: string): void {
  if (/^[\x20-\x7e]{1,200}$/.test(key)) return;
  const received = key.length >= 1 && key.length <= 200 ? 'one with others' : String(key.length);
  throw invalidArgument('idempotencyKey', `Expected idempotencyKey of 1 to 200 printable ASCII characters but received ${received}`);
}
