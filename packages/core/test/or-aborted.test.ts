import { getEventListeners } from 'node:events';
import { AbortedError, orAborted } from '@slimface/core';
import { expect, it, onTestFinished } from 'vitest';
import { rejection } from './_rejection.ts';
import { turn } from './_streams.ts';

const reason = new Error('the client left');
const never = new Promise<never>(() => {});

/** Fails the test when a promise is rejected and nobody handles it. */
async function expectNoUnhandledRejection(act: () => Promise<void>): Promise<void> {
  const unhandled: unknown[] = [];
  const collect = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', collect);
  onTestFinished(() => void process.off('unhandledRejection', collect));
  await act();
  await turn();
  expect(unhandled).toEqual([]);
}

it('gives what the promise gives', async () => {
  const { signal } = new AbortController();
  const failure = new Error('failed');
  expect(await orAborted(Promise.resolve(1), undefined)).toBe(1);
  expect(await orAborted(Promise.resolve(1), signal)).toBe(1);
  expect(await rejection(() => orAborted(Promise.reject(failure), undefined))).toBe(failure);
  expect(await rejection(() => orAborted(Promise.reject(failure), signal))).toBe(failure);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('does not wait when the signal is aborted already', async () => {
  const error = await rejection(() => orAborted(never, AbortSignal.abort(reason)));
  expect(error).toBeInstanceOf(AbortedError);
  expect(error).toMatchObject({ code: 'ABORTED', message: 'The call was aborted', cause: reason });
});

it('stops waiting when the signal is aborted, and leaves no listener on it', async () => {
  const controller = new AbortController();
  const waiting = rejection(() => orAborted(never, controller.signal));
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  controller.abort(reason);
  expect(await waiting).toMatchObject({ code: 'ABORTED', cause: reason });
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

it('carries the reason that the platform gives when the caller gave none', async () => {
  const error = await rejection(() => orAborted(never, AbortSignal.abort()));
  expect(error).toMatchObject({ cause: { name: 'AbortError' } });
});

it('drops a rejection that comes after the abort', async () => {
  await expectNoUnhandledRejection(async () => {
    const controller = new AbortController();
    const waiting = rejection(() => orAborted(new Promise((_, reject) => setImmediate(reject, new Error('late'))), controller.signal));
    controller.abort(reason);
    expect(await waiting).toBeInstanceOf(AbortedError);
    await turn();
  });
});

it('drops the rejection of a promise that it does not wait for', async () => {
  await expectNoUnhandledRejection(async () => {
    expect(await rejection(() => orAborted(Promise.reject(new Error('dropped')), AbortSignal.abort(reason)))).toBeInstanceOf(AbortedError);
  });
});
