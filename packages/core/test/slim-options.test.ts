import {
  changesNothing,
  checkSignal,
  checkSlimDegree,
  InvalidInputError,
  resolveFaceShape,
  resolveSlimOptions,
  slimDegreeRange,
  type FaceDegree,
  type SlimOptions,
} from '@slimface/core';
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

const none = resolveFaceShape();

describe('resolveSlimOptions', () => {
  it('fills in defaults', () => {
    const defaults = { slimDegree: 1, shape: none, faceWishes: [], signal: undefined };
    expect(resolveSlimOptions()).toEqual(defaults);
    expect(resolveSlimOptions({})).toEqual(defaults);
    expect(resolveSlimOptions({ slimDegree: undefined, shape: undefined, faces: undefined, signal: undefined })).toEqual(defaults);
    expect(slimDegreeRange).toEqual({ min: 0, max: 2, default: 1 });
  });

  it('keeps what is given, 0 too', () => {
    const { signal } = new AbortController();
    const faces = [
      { index: 2, slimDegree: 0 },
      { at: { x: 10.5, y: 0 }, slimDegree: 2, shape: { jaw: -1 } },
    ];
    expect(resolveSlimOptions({ slimDegree: 0, shape: { chin: 1 }, faces, signal })).toEqual({
      slimDegree: 0,
      shape: { ...none, chin: 1 },
      faceWishes: [
        { face: 2, slimDegree: 0, shape: { ...none, chin: 1 } },
        { face: { x: 10.5, y: 0 }, slimDegree: 2, shape: { ...none, jaw: -1 } },
      ],
      signal,
    });
    expect(resolveSlimOptions({ signal }).signal).toBe(signal);
  });

  it('leaves faces that are not listed as they are, unless the call has a degree', () => {
    const faces = [{ index: 1 }];
    expect(resolveSlimOptions({ faces })).toMatchObject({ slimDegree: 0, faceWishes: [{ face: 1, slimDegree: 1 }] });
    expect(resolveSlimOptions({ faces: [] })).toMatchObject({ slimDegree: 0, faceWishes: [] });
    expect(resolveSlimOptions({ faces, slimDegree: 1.5 })).toMatchObject({ slimDegree: 1.5, faceWishes: [{ face: 1, slimDegree: 1.5 }] });
    expect(resolveSlimOptions({ faces, slimDegree: 0 })).toMatchObject({ slimDegree: 0, faceWishes: [{ slimDegree: 0 }] });
  });

  it('gives a face the shape of the call, or its own in place of all of it', () => {
    const faces = [{ index: 0 }, { index: 1, shape: { chin: 0.5 } }, { index: 2, shape: {} }];
    const { shape, faceWishes } = resolveSlimOptions({ shape: { jaw: -0.5 }, faces });
    expect(shape).toEqual({ ...none, jaw: -0.5 });
    expect(faceWishes.map((wish) => wish.shape)).toEqual([{ ...none, jaw: -0.5 }, { ...none, chin: 0.5 }, none]);
  });

  it.each<[face: unknown, message: string]>([
    [{ index: -1 }, 'Expected faces[].index to be a whole number from 0 up but received -1'],
    [{ index: 0.5 }, 'Expected faces[].index to be a whole number from 0 up but received 0.5'],
    [{ index: NaN }, 'Expected faces[].index to be a whole number from 0 up but received NaN'],
    [{ index: '0' }, 'Expected faces[].index to be a whole number from 0 up but received "0"'],
    [{ slimDegree: 1 }, 'Expected either index or at in faces[] but received neither'],
    [{ index: 0, at: { x: 1, y: 1 } }, 'Expected either index or at in faces[] but received both'],
    [[0], 'Expected faces[] to be objects with index or at, and slimDegree but received Array'],
    [{ index: 0, degree: 2 }, 'Expected faces[] to have index or at, slimDegree, shape and nothing else but received "degree"'],
    [{ at: null }, 'Expected faces[].at to be a point with x and y but received null'],
    [{ at: [1, 2] }, 'Expected faces[].at to be a point with x and y but received Array'],
    [{ at: { x: 1 } }, 'Expected faces[].at to be a point with x and y but received Object'],
    [{ at: { x: 1, y: Infinity } }, 'Expected faces[].at to be a point with x and y but received Object'],
    [{ index: 0, shape: null }, 'Expected shape to be an object but received null'],
    [{ index: 0, shape: { jaw: 2 } }, 'Expected shape.jaw between -1 and 1 but received 2'],
    [null, 'Expected faces[] to be objects with index or at, and slimDegree but received null'],
    [7, 'Expected faces[] to be objects with index or at, and slimDegree but received 7'],
  ])('refuses %o among faces', (face, message) => {
    const resolve = () => resolveSlimOptions({ faces: [face as FaceDegree] });
    expect(resolve).toThrow(InvalidInputError);
    expect(resolve).toThrow(message);
  });

  it('refuses a list with holes', () => {
    expect(() => resolveSlimOptions({ faces: Object.assign([], { length: 1 }) })).toThrow('Expected faces[] to be objects with index or at, and slimDegree but received undefined');
  });

  it.each([null, {}, 'all', 0])('refuses %o as faces', (faces) => {
    expect(() => resolveSlimOptions({ faces: faces as never })).toThrow('Expected faces to be a list but received');
  });

  it('refuses a face that is listed twice, as far as indices tell', () => {
    const twice = [3, 1, 3].map((index) => ({ index, slimDegree: 1 }));
    expect(() => resolveSlimOptions({ faces: twice })).toThrow(InvalidInputError);
    expect(() => resolveSlimOptions({ faces: twice })).toThrow('Expected each face in faces once but received face 3 twice');
    const points = [{ at: { x: 1, y: 1 } }, { at: { x: 1, y: 1 } }, { index: 0 }];
    expect(resolveSlimOptions({ faces: points }).faceWishes).toHaveLength(3); // whose face that is, the photo tells
  });

  it('does not see what becomes of a point later', () => {
    const at = { x: 1, y: 2 };
    const { faceWishes } = resolveSlimOptions({ faces: [{ at }] });
    at.x = 100;
    expect(faceWishes[0]!.face).toEqual({ x: 1, y: 2 });
  });
});

describe('changesNothing', () => {
  it.each<[options: SlimOptions, nothing: boolean]>([
    [{ slimDegree: 0 }, true],
    [{ slimDegree: -0, shape: { jaw: 0, cheek: -0 } }, true],
    [{ faces: [] }, true],
    [{}, false],
    [{ slimDegree: Number.MIN_VALUE }, false],
    [{ slimDegree: 0, shape: { symmetry: -0.01 } }, false],
    [{ slimDegree: 0, shape: { chinWidth: 1 } }, false],
  ])('of %o is %s', (options, nothing) => expect(changesNothing(resolveSlimOptions(options))).toBe(nothing));
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
