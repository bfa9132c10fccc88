import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createSingleFlight } from '../../../src/ailab/pacing/single-flight.ts';

const photo = (byte: number) => Buffer.alloc(100, byte);

/** A piece of work that ends on command, and tells of its signal. */
function createWork() {
  const works: { signal: AbortSignal; succeed(value: string): void; fail(error: Error): void }[] = [];
  const start = ({ signal }: { signal: AbortSignal }) =>
    new Promise<string>((resolve, reject) => {
      works.push({ signal, succeed: resolve, fail: reject });
      signal.addEventListener('abort', () => reject(new Error('aborted', { cause: signal.reason })));
    });
  return { works, start };
}

function join(flights: ReturnType<typeof createSingleFlight<string>>, start: Parameters<ReturnType<typeof createSingleFlight<string>>['run']>[1], image = photo(1), options = 'a', left = 1000) {
  const caller = new AbortController();
  const onShared = vi.fn<() => void>();
  const result = flights.run({ image, options, deadline: { signal: caller.signal, left: () => left }, onShared }, start);
  result.catch(() => {});
  return { caller, onShared, result };
}

describe('callers who ask for the same', () => {
  it('share one piece of work', async () => {
    const { works, start } = createWork();
    const flights = createSingleFlight<string>();
    const calls = [join(flights, start), join(flights, start, photo(1)), join(flights, start)];
    expect(works).toHaveLength(1);
    works[0]!.succeed('done');
    expect(await Promise.all(calls.map(({ result }) => result))).toEqual(['done', 'done', 'done']);
    expect(calls.map(({ onShared }) => onShared.mock.calls.length)).toEqual([0, 1, 1]);
    for (const { caller } of calls) expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });

  it('share its failure', async () => {
    const { works, start } = createWork();
    const flights = createSingleFlight<string>();
    const calls = [join(flights, start), join(flights, start)];
    works[0]!.fail(new Error('broken'));
    for (const { result } of calls) await expect(result).rejects.toThrow('broken');
  });

  it('start anew when it is over', async () => {
    const { works, start } = createWork();
    const flights = createSingleFlight<string>();
    const first = join(flights, start);
    works[0]!.succeed('first');
    await first.result;
    join(flights, start);
    expect(works).toHaveLength(2);
  });
});

it('keeps other bytes and other options apart', () => {
  const { works, start } = createWork();
  const flights = createSingleFlight<string>();
  join(flights, start, photo(1), 'a');
  join(flights, start, photo(2), 'a');
  join(flights, start, photo(1), 'b');
  join(flights, start, Buffer.alloc(101, 1), 'a');
  expect(works).toHaveLength(4);
});

it('has as much time as the caller who can wait longest', () => {
  let timeOf = (): number => 0;
  const start = ({ left }: { left(): number }) => {
    timeOf = left;
    return new Promise<string>(() => {});
  };
  const flights = createSingleFlight<string>();
  join(flights, start, photo(1), 'a', 10);
  expect(timeOf()).toBe(10);
  const patient = join(flights, start, photo(1), 'a', 30);
  join(flights, start, photo(1), 'a', 20);
  expect(timeOf()).toBe(30);
  patient.caller.abort();
  expect(timeOf()).toBe(20);
});

describe('a caller who leaves', () => {
  it('leaves the work to the others', async () => {
    const { works, start } = createWork();
    const flights = createSingleFlight<string>();
    const [first, second] = [join(flights, start), join(flights, start)];
    first.caller.abort('no time');
    await expect(first.result).rejects.toMatchObject({ code: 'ABORTED', cause: 'no time', billed: 'unknown' });
    expect(works[0]!.signal.aborted).toBe(false);
    works[0]!.succeed('done');
    expect(await second.result).toBe('done');
  });

  it('ends the work when nobody is left, and the next caller starts anew', async () => {
    const { works, start } = createWork();
    const flights = createSingleFlight<string>();
    const [first, second] = [join(flights, start), join(flights, start)];
    first.caller.abort();
    second.caller.abort('the last one');
    expect(works[0]!.signal).toMatchObject({ aborted: true, reason: 'the last one' });
    join(flights, start);
    expect(works).toHaveLength(2);
    await expect(second.result).rejects.toMatchObject({ message: 'aborted', cause: 'the last one' });
  });

  it('still gets what has been paid for when the work succeeds all the same', async () => {
    let succeed: (value: string) => void = () => {};
    const flights = createSingleFlight<string>();
    const { caller, result } = join(flights, () => new Promise((resolve) => (succeed = resolve)));
    caller.abort();
    await pause(0);
    succeed('too late');
    expect(await result).toBe('too late');
  });

  it('does not even begin with a signal that was aborted before', async () => {
    const start = vi.fn<() => Promise<string>>();
    const run = createSingleFlight<string>().run({ image: photo(1), options: 'a', deadline: { signal: AbortSignal.abort('before'), left: () => 0 }, onShared() {} }, start);
    await expect(run).rejects.toMatchObject({ code: 'ABORTED', cause: 'before', billed: 'no' });
    expect(start).not.toHaveBeenCalled();
  });
});
