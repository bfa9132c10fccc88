import { describe, expect, it } from 'vitest';
import { readCredits } from '../../src/ailab/credits.ts';

const pool = (unique_sign: unknown, balance: unknown, fields = {}) => ({ unique_sign, name: 'A pool', balance, total: 100, last_recharge_balance: 5, ...fields });

describe('credits', () => {
  it('are those of the slimming pool and of the universal one', () => {
    const data = [pool('common', 40), pool('portrait_intelligent_face_slimming', '15'), pool('portrait_hairstyle', 1000)];
    expect(readCredits(data)).toEqual({
      usable: 55,
      slimming: 15,
      common: 40,
      pools: [
        { id: 'common', name: 'A pool', balance: 40, total: 100 },
        { id: 'portrait_intelligent_face_slimming', name: 'A pool', balance: 15, total: 100 },
        { id: 'portrait_hairstyle', name: 'A pool', balance: 1000, total: 100 },
      ],
    });
  });

  it('of a pool that comes twice are summed', () => expect(readCredits([pool('common', 1), pool('common', 2)])).toMatchObject({ usable: 3, common: 3 }));

  it('have the name for machines where there is none for people', () => {
    expect(readCredits([pool('common', 1, { name: '', total: null })])?.pools).toEqual([{ id: 'common', name: 'common', balance: 1 }]);
  });
});
