import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../src/upload/byte-budget.ts';

describe('a byte budget', () => {
  it('refuses what is not left, and holds nothing of it', () => {
    const budget = createByteBudget(100);
    const [first, second] = [budget.reserve('a'), budget.reserve('b')];
    first.add(60);
    expect(() => second.add(41)).toThrow('Expected at most 40 more bytes of uploads at the moment but received 41; try again in 2 s');
    second.add(40);
  });

  it('gets everything back once, also when bytes still arrive after that', () => {
    const budget = createByteBudget(100);
    const reservation = budget.reserve('a');
    reservation.add(60);
    reservation.add(40);
    reservation.release();
    reservation.release();
    reservation.add(50);
    expect(() => budget.reserve('a').add(101)).toThrow('Expected at most 100 more bytes');
    budget.reserve('a').add(100);
  });

  it('gives a caller half at most, unless it is for one upload', () => {
    const budget = createByteBudget(100);
    const [first, second] = [budget.reserve('a'), budget.reserve('a')];
    first.add(30);
    first.add(30); // alone, as long as it is
    expect(() => second.add(1)).toThrow('Expected at most 0 more bytes of uploads at the moment but received 1;');
    first.release();
    second.add(30);
    const third = budget.reserve('a');
    expect(() => third.add(21)).toThrow('Expected at most 20 more bytes of uploads at the moment but received 21;');
    third.add(20);
    const other = budget.reserve('b');
    expect(() => other.add(51)).toThrow('Expected at most 50 more bytes');
    other.add(50);
    for (const reservation of [second, third, other]) reservation.release();
    budget.reserve('a').add(100);
  });
});
