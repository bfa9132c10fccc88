import { describe, expect, it } from 'vitest';
import { resolveFindOptions, type FindFacesOptions } from '../src/find-options.ts';

const usual = { plan: 'auto', mayEscalate: true, minFaceSize: 1, maxFaces: Infinity };

describe('resolveFindOptions', () => {
  it('looks as it sees fit, and keeps every face', () => {
    expect(resolveFindOptions({})).toEqual(usual);
    expect(resolveFindOptions({ plan: undefined, smallFaces: undefined, minFaceSize: undefined, maxFaces: undefined })).toEqual(usual);
  });

  it.each<[FindFacesOptions, FindFacesOptions, object]>([
    [{ smallFaces: true }, {}, { plan: 'deep' }],
    [{ smallFaces: false }, {}, { plan: 'auto', mayEscalate: false }],
    [{ plan: 'fast', smallFaces: false }, {}, { plan: 'fast', mayEscalate: false }],
    [{ plan: 'auto', smallFaces: true }, {}, { plan: 'deep' }],
    [{}, { plan: 'fast' }, { plan: 'fast' }],
    [{ plan: 'deep' }, { plan: 'fast' }, { plan: 'deep' }],
    // What the call says of small faces replaces both of the engine's wishes, which it may contradict.
    [{ smallFaces: true }, { plan: 'fast' }, { plan: 'deep' }],
    [{ smallFaces: false }, { plan: 'deep' }, { plan: 'auto', mayEscalate: false }],
    [{ plan: 'fast' }, { smallFaces: true }, { plan: 'fast' }],
    [{ minFaceSize: 40 }, { minFaceSize: 80, maxFaces: 3 }, { minFaceSize: 40, maxFaces: 3 }],
    [{ maxFaces: Infinity }, { maxFaces: 3 }, { maxFaces: Infinity }],
  ])('takes %o of the call before %o of the engine', (ofCall, ofEngine, expected) => {
    expect(resolveFindOptions(ofCall, ofEngine)).toEqual({ ...usual, ...expected });
  });

  it.each([
    [{ plan: 'slow' }, `Expected plan to be 'fast', 'auto' or 'deep' but received "slow"`],
    [{ smallFaces: 1 }, 'Expected smallFaces to be true or false but received 1'],
    [{ plan: 'fast', smallFaces: true }, `Expected the plan 'auto' or 'deep' with smallFaces but received "fast"`],
    [{ plan: 'deep', smallFaces: false }, `Expected the plan 'fast' or 'auto' without smallFaces but received "deep"`],
    [{ minFaceSize: 0 }, 'Expected minFaceSize '],
    [{ minFaceSize: Infinity }, 'Expected minFaceSize '],
    [{ maxFaces: 1.5 }, 'Expected maxFaces '],
    [{ maxFaces: Number.NaN }, 'Expected maxFaces '],
  ])('refuses %o', (options, message) => {
    expect(() => resolveFindOptions(options as FindFacesOptions)).toThrowError(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining(message) }));
  });
});
