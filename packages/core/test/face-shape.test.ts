import { InvalidInputError, resolveFaceShape, shapeControls } from '@slimface/core';
import { describe, expect, it } from 'vitest';

const none = { jaw: 0, cheek: 0, chin: 0, chinWidth: 0, symmetry: 0 };

describe('resolveFaceShape', () => {
  it('changes nothing by default', () => {
    expect(resolveFaceShape()).toEqual(none);
    expect(resolveFaceShape({})).toEqual(none);
    expect(resolveFaceShape({ jaw: undefined, symmetry: undefined })).toEqual(none);
    expect(shapeControls).toEqual(Object.keys(none));
  });

  it.each(shapeControls)('takes -1 to 1 for %s and nothing else', (control) => {
    for (const value of [-1, -0.25, 0, Number.MIN_VALUE, 1]) expect(resolveFaceShape({ [control]: value })).toEqual({ ...none, [control]: value });
    for (const [value, named] of [[-1.01, '-1.01'], [1 + Number.EPSILON, '1.0000000000000002'], [NaN, 'NaN'], [Infinity, 'Infinity'], [null, 'null'], ['1', '"1"'], [true, 'true'], [[0], 'Array']]) {
      const resolve = () => resolveFaceShape({ [control]: value });
      expect(resolve).toThrow(InvalidInputError);
      expect(resolve).toThrow(`Expected shape.${control} between -1 and 1 but received ${named}`);
    }
  });

  it.each([[null, 'null'], [0.5, '0.5'], ['jaw', '"jaw"'], [[1], 'Array'], [new Map([['jaw', 1]]), 'Map'], [() => 1, 'a function']])('refuses %o', (shape, named) => {
    expect(() => resolveFaceShape(shape as never)).toThrow(`Expected shape to be an object but received ${named}`);
  });

  it.each(['nose', 'chinwidth', '0', 'toString', '__proto__'])('refuses the control %j by name', (name) => {
    const shape = JSON.parse(`{ "jaw": 0.5, ${JSON.stringify(name)}: 0 }`);
    expect(() => resolveFaceShape(shape)).toThrow(`Expected shape to have jaw, cheek, chin, chinWidth, symmetry and nothing else but received ${JSON.stringify(name)}`);
  });
});
