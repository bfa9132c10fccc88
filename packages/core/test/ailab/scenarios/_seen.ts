import { SlimFaceError, type SlimFaceErrorCode } from '@slimface/core';
import { expect } from 'vitest';
import { everyError } from '../../errors/_every-error.ts';

/** What a call did, as far as it can be seen from outside. */
export interface Seen extends Traces {
  readonly code: 'OK' | SlimFaceErrorCode;
  readonly retryable?: boolean;
  readonly billed?: string;
}

/** What a call left on the servers and in the process. */
export interface Traces {
  /** Requests that cost something. */
  readonly paidCalls: number;
  /** Requests to fetch a result, each hop of a redirect counted. */
  readonly downloadTries: number;
  /** Requests that are still under way when the call is over, and everything that is open after the client was closed. */
  readonly left: readonly string[];
}

/** How a call ended. */
export interface Ended<T> {
  readonly seen: Seen;
  /** What it gave; absent when it failed. */
  readonly value?: T;
  /** What it failed with, so that a test can look closer. */
  readonly error?: SlimFaceError & Record<string, unknown>;
}

/** What should be seen of a call that succeeded: one paid call and no download, unless told otherwise. */
export function succeeded({ paidCalls = 1, downloadTries = 0 }: Partial<Traces> = {}): Seen {
  return { code: 'OK', paidCalls, downloadTries, left: [] };
}

/** What should be seen of a call that failed: after one paid call that cost nothing, and for good, unless told otherwise. */
export function failed(code: SlimFaceErrorCode, { retryable = false, billed = 'no', paidCalls = 1, downloadTries = 0 }: Partial<Seen> = {}): Seen {
  return { code, retryable, billed, paidCalls, downloadTries, left: [] };
}

/** Does the work and describes how it ended. Failures that are no errors of ours are thrown on, so that they fail the test. */
export async function describeEnd<T>(work: () => Promise<T>, trace: () => Promise<Traces>): Promise<Ended<T>> {
  const end = await (async () => work())().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const traces = await trace();
  if ('value' in end) return { seen: { code: 'OK', ...traces }, value: end.value };
  const { error } = end;
  if (!(error instanceof SlimFaceError)) throw error;
  const { code, retryable, billed } = error;
  expect(error).toBeInstanceOf(everyError.find(({ errorClass }) => errorClass.code === code)!.errorClass);
  return { seen: { code, retryable, billed, ...traces }, error: error as SlimFaceError & Record<string, unknown> };
}
