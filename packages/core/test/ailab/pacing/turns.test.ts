import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTurns } from '../../../src/ailab/pacing/turns.ts';

/** Asks for turns and notes who got one, in order. */
async function queue(concurrency: number, names: string[]) {
  const turns = createTurns(concurrency);
  const served: string[] = [];
  const callers = names.map((name) => {
    const caller = new AbortController();
    const taken = turns.take(caller.signal).then((release) => (served.push(name), release));
    taken.catch(() => {});
    return { caller, taken };
  });
  await turn();
  return { served, callers };
}

describe('turns', () => {
  it('are given in the order of arrival, and no more of them than there are', async () => {
    const { served, callers } = await queue(2, ['a', 'b', 'c', 'd']);
    expect(served).toEqual(['a', 'b']);
    (await callers[1]!.taken)();
    await turn();
    expect(served).toEqual(['a', 'b', 'c']);
    (await callers[0]!.taken)();
    await turn();
    expect(served).toEqual(['a', 'b', 'c', 'd']);
  });

  it('skip who has left the queue', async () => {
    const { served, callers } = await queue(1, ['a', 'b', 'c']);
    callers[1]!.caller.abort('left');
    await expect(callers[1]!.taken).rejects.toBe('left');
    (await callers[0]!.taken)();
    await turn();
    expect(served).toEqual(['a', 'c']);
    for (const { caller } of callers.slice(0, 2)) expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });

  it('are not given to who has left before', async () => {
    const turns = createTurns(1);
    await expect(turns.take(AbortSignal.abort('before'))).rejects.toBe('before');
    expect(await turns.take(new AbortController().signal)).toBeTypeOf('function');
  });
});
