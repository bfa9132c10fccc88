import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../src/upload/byte-budget.ts';

describe('a byte budget', () => {
  it('refuses what is not left, and holds nothing of it', () => {
    const budget = createByteBudget(100);
    const [first, second] = [budget.reserve(), budget.reserve()];
    first.add(60);
    expect(() => second.add(41)).toThrow('Expected at most 40 more bytes of uploads at the moment but received 41; try again in 2 s');
    second.add(40);
  });

  it('gets everything back once, also when bytes still arrive after that', () => {
    const budget = createByteBudget(100);
    const reservation = budget.reserve();
    reservation.add(60);
    reservation.add(40);
    reservation.release();
    reservation.release();
    reservation.add(50);
    expect(() => budget.reserve().add(101)).toThrow('Expected at most 100 more bytes');
    budget.reserve().add(100);
  });
});
