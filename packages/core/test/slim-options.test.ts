import { checkSignal, checkSlimDegree, InvalidInputError, InvalidSlimDegreeError, resolveSlimOptions, slimDegreeRange, type SlimOptions } from '@slimface/core';
import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

class Strength {
  readonly value = 1;
}
const longText = 'x'.repeat(41);

/** What is not a degree, and how a message names it. */
const notDegrees: [received: unknown, named: string][] = [
  [-0.1, '-0.1'],
  [2.1, '2.1'],
  [2.5, '2.5'],
  [2 + Number.EPSILON * 2, '2.0000000000000004'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [null, 'null'],
  ['abc', '"abc"'],
  ['1', '"1"'],
  ['"\n', String.raw`"\"\n"`],
  [longText, 'a string of 41 characters'],
  [true, 'true'],
  [{}, 'Object'],
  [[1], 'Array'],
  [new Strength(), 'Strength'],
  [new (class { readonly value = 1 })(), 'an object'],
  [Object.create(null), 'an object'],
  [() => 1, 'a function'],
  [Symbol('degree'), 'Symbol(degree)'],
];

describe.each(notDegrees)('%o as slimDegree', (received, named) => {
  const refusal = expect.objectContaining({
    code: 'INVALID_SLIM_DEGREE',
    min: 0,
    max: 2,
    received,
    message: `Expected slimDegree between 0 and 2 but received ${named}`,
  });

  it('is refused with a message that names it', () => {
    expect(() => checkSlimDegree(received)).toThrow(refusal);
    expect(() => resolveSlimOptions({ slimDegree: received as number })).toThrow(refusal);
    expect(() => resolveSlimOptions({ faces: [{ index: 0, slimDegree: received as number }] })).toThrow(refusal);
  });
});

describe('checkSlimDegree', () => {
  it.each([0, -0, Number.MIN_VALUE, 0.5, 1, 2])('takes %d', (slimDegree) => expect(checkSlimDegree(slimDegree)).toBe(slimDegree));

  it('has no default', () => {
    expect(() => checkSlimDegree(undefined)).toThrow('Expected slimDegree between 0 and 2 but received undefined');
  });
});

describe('resolveSlimOptions', () => {
  it('fills in defaults', () => {
    const defaults = { slimDegree: 1, faceDegrees: new Map(), signal: undefined };
    expect(resolveSlimOptions()).toEqual(defaults);
    expect(resolveSlimOptions({})).toEqual(defaults);
    expect(resolveSlimOptions({ slimDegree: undefined, faces: undefined, signal: undefined } as unknown as SlimOptions)).toEqual(defaults);
    expect(slimDegreeRange).toEqual({ min: 0, max: 2, default: 1 });
  });

  it('keeps what is given, 0 too', () => {
    const { signal } = new AbortController();
    const faces = [
      { index: 2, slimDegree: 0 },
      { index: 0, slimDegree: 2 },
    ];
    const resolved = resolveSlimOptions({ slimDegree: 0, faces, signal });
    expect(resolved.slimDegree).toBe(0);
    expect([...resolved.faceDegrees]).toEqual([[2, 0], [0, 2]]);
    expect(resolved.signal).toBe(signal);
  });

  it.each<[index: unknown, named: string]>([
    [-1, '-1'],
    [0.5, '0.5'],
    [NaN, 'NaN'],
    [undefined, 'undefined'],
    ['0', '"0"'],
  ])('refuses %o as index of a face', (index, named) => {
    const resolve = () => resolveSlimOptions({ faces: [{ index: index as number, slimDegree: 1 }] });
    expect(resolve).toThrow(InvalidInputError);
    expect(resolve).toThrow(`Expected faces[].index to be a whole number from 0 up but received ${named}`);
  });

  it('refuses a face that is listed twice', () => {
    const twice = [3, 1, 3].map((index) => ({ index, slimDegree: 1 }));
    expect(() => resolveSlimOptions({ faces: twice })).toThrow(InvalidInputError);
    expect(() => resolveSlimOptions({ faces: twice })).toThrow('Expected each face in faces once but received face 3 twice');
  });

  it('refuses a degree of a face as it refuses that of the call', () => {
    expect(() => resolveSlimOptions({ faces: [{ index: 0 } as never] })).toThrow(InvalidSlimDegreeError);
  });
});

describe('a signal of many calls', () => {
  const warned = vi.fn<(warning: Error) => void>();
  beforeAll(() => void process.on('warning', warned));
  beforeEach(() => void warned.mockClear());
  afterAll(() => void process.off('warning', warned));

  async function warningsAfter(calls: number, signal: AbortSignal): Promise<string[]> {
    for (let i = 0; i < calls; i++) {
      checkSignal(signal);
      signal.addEventListener('abort', () => i);
    }
    await new Promise((resolve) => setImmediate(resolve));
    return warned.mock.calls.map(([{ name }]) => name);
  }

  it('does not make Node warn', async () => expect(await warningsAfter(50, new AbortController().signal)).toEqual([]));

  it('keeps a limit that somebody else has set', async () => {
    const { signal } = new AbortController();
    setMaxListeners(3, signal);
    expect(await warningsAfter(5, signal)).toEqual(['MaxListenersExceededWarning']);
  });
});
