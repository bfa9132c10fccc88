import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReadiness } from '../../src/health/readiness.ts';
import { silentLogger } from '../../src/observe/logger.ts';

const notYet = 'the self-test of its engine has not passed yet';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('readiness', () => {
  it('comes with the self-test, which starts at once', async () => {
    let pass!: () => void;
    const readiness = createReadiness(() => new Promise((resolve) => (pass = resolve)), silentLogger);
    expect(readiness.obstacle).toBe(notYet);
    pass();
    await vi.advanceTimersByTimeAsync(0);
    expect(readiness.obstacle).toBeUndefined();
  });

  it('is tried for again after pauses that grow to 30 s, and the reason is for the log alone', async () => {
    const begun: number[] = [];
    const start = Date.now();
    const logged: object[] = [];
    let broken = true;
    const selfTest = async (): Promise<void> => {
      begun.push((Date.now() - start) / 1000);
      if (broken) throw new Error('no models');
    };
    const readiness = createReadiness(selfTest, { info() {}, error: (fields, message) => void logged.push({ ...fields, message }) });
    await vi.advanceTimersByTimeAsync(100_000);
    expect(begun).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect(logged[0]).toEqual({ message: 'self-test failed', nextInSeconds: 1, err: expect.objectContaining({ message: 'no models' }) });
    expect(logged.at(-1)).toMatchObject({ nextInSeconds: 30 });
    expect(readiness.obstacle).toBe(notYet);

    broken = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(readiness.obstacle).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(begun).toHaveLength(9);
  });

  it('ends with the drain', async () => {
    const readiness = createReadiness(async () => {}, silentLogger);
    await vi.advanceTimersByTimeAsync(0);
    readiness.drain();
    expect(readiness.obstacle).toBe('this one is shutting down');
  });

  it('closed, tries no more and says nothing of an engine that was closed before it', async () => {
    let fail!: (error: Error) => void;
    let tries = 0;
    const logged: string[] = [];
    const selfTest = (): Promise<void> => new Promise((_, reject) => (tries++, (fail = reject)));
    const readiness = createReadiness(selfTest, { info() {}, error: (_fields, message) => void logged.push(message) });
    fail(new Error('broken'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(tries).toBe(2);
    readiness.close();
    fail(new Error('the engine was closed'));
    await vi.advanceTimersByTimeAsync(100_000);
    expect(tries).toBe(2);
    expect(logged).toEqual(['self-test failed']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
