import { getEventListeners } from 'node:events';
import { AbortedError } from '@slimface/core';
import { describe, expect, it } from 'vitest';
import { createPulledStream, type Write } from '../../../src/ailab/result/pulled-stream.ts';
import { rejection } from '../../_rejection.ts';
import { turn } from '../../_streams.ts';

const piece = (i: number): Uint8Array => Uint8Array.of(i);

/** Work that writes some pieces and notes what happens to it. */
function work(pieces: number, notes: string[] = []) {
  return async (write: Write, signal: AbortSignal): Promise<void> => {
    notes.push('began');
    signal.addEventListener('abort', () => void notes.push(`aborted: ${String(signal.reason)}`));
    try {
      for (let i = 1; i <= pieces; i++) {
        notes.push(`writes ${i}`);
        await write(piece(i));
      }
      notes.push('ended');
    } catch (error) {
      notes.push(`failed: ${(error as Error).name}`);
      throw error;
    }
  };
}

describe('a pulled stream', () => {
  it('gives what is written, in order', async () => {
    const seen: number[] = [];
    for await (const chunk of createPulledStream(work(3), undefined)) seen.push(...chunk);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('ends without a chunk when nothing is written', async () => {
    expect(await createPulledStream(work(0), undefined).getReader().read()).toEqual({ done: true, value: undefined });
  });

  it('begins with the first read and stays one chunk behind the reader', async () => {
    const notes: string[] = [];
    const reader = createPulledStream(work(3, notes), undefined).getReader();
    await turn();
    expect(notes).toEqual([]);
    await reader.read();
    await turn();
    expect(notes).toEqual(['began', 'writes 1']);
    await reader.read();
    await turn();
    expect(notes).toEqual(['began', 'writes 1', 'writes 2']);
  });

  it('serves reads that wait at the same time', async () => {
    const reader = createPulledStream(work(3), undefined).getReader();
    const reads = await Promise.all([reader.read(), reader.read(), reader.read(), reader.read()]);
    expect(reads.map(({ value }) => value?.[0])).toEqual([1, 2, 3, undefined]);
  });

  it('fails with what the work fails with', async () => {
    const failure = new Error('broken');
    const reader = createPulledStream(async (write) => {
      await write(piece(1));
      throw failure;
    }, undefined).getReader();
    expect((await reader.read()).value).toEqual(piece(1));
    expect(await rejection(() => reader.read())).toBe(failure);
  });

  it('can be cancelled before it began', async () => {
    const notes: string[] = [];
    await createPulledStream(work(1, notes), undefined).cancel();
    expect(notes).toEqual([]);
  });

  it('aborts the work when it is cancelled, and is cancelled when the work has ended', async () => {
    const notes: string[] = [];
    const reader = createPulledStream(work(3, notes), undefined).getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(notes).toEqual(['began', 'writes 1', 'aborted: enough', 'failed: AbortedError']);
  });

  it('aborts work that hangs', async () => {
    const heard: unknown[] = [];
    const hang = (_: Write, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          heard.push(signal.reason);
          resolve();
        }),
      );
    const reader = createPulledStream(hang, undefined).getReader();
    const read = reader.read();
    await turn();
    await reader.cancel('enough');
    expect(heard).toEqual(['enough']);
    expect(await read).toEqual({ done: true, value: undefined });
  });
});

describe('the signal of a pulled stream', () => {
  const reason = new Error('the client left');

  it('fails the stream while nobody reads, and keeps no listener', async () => {
    const controller = new AbortController();
    const notes: string[] = [];
    const reader = createPulledStream(work(3, notes), controller.signal).getReader();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await reader.read();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort(reason);
    const error = await rejection(() => reader.closed);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: reason });
    expect(notes.at(-1)).toBe('failed: AbortedError');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('reaches the work when it was aborted before', async () => {
    const seen: unknown[] = [];
    const reader = createPulledStream(async (write, signal) => {
      seen.push(signal.aborted, signal.reason);
      await write(piece(1));
    }, AbortSignal.abort(reason)).getReader();
    expect(await rejection(() => reader.read())).toMatchObject({ code: 'ABORTED', cause: reason });
    expect(seen).toEqual([true, reason]);
  });

  it.each(['end', 'cancel', 'failure'])('loses its listener with the %s', async (ending) => {
    const { signal } = new AbortController();
    const reader = createPulledStream(async (write) => {
      await write(piece(1));
      if (ending === 'failure') throw reason;
    }, signal).getReader();
    await reader.read();
    if (ending === 'cancel') await reader.cancel();
    else await reader.read().catch(() => {});
    await turn();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
