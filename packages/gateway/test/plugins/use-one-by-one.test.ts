import { expect, it } from 'vitest';
import { useOneByOne } from '../../src/plugins/use-one-by-one.ts';

it('lets the event loop turn between operations that arrive together', async () => {
  const order: string[] = [];
  const { onParams } = useOneByOne();
  const operations = ['a', 'b', 'c'].map(async (name) => {
    await (onParams as () => Promise<void>)();
    order.push(name);
  });
  let isOver = false;
  const turn = (): void => {
    order.push('turn');
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await Promise.all(operations);
  isOver = true;
  expect(order.join(' ')).toMatch(/a (turn )+b (turn )+c/);
});
