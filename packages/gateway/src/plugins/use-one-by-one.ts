import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Plugin } from 'graphql-yoga';

/**
 * Begins one operation in a turn of the event loop. Many small ones that arrive at the same time would otherwise run in
 * one go, and who asks for the gateway's health meanwhile would wait for them all.
 */
export function useOneByOne(): Plugin {
  let last: Promise<void> = Promise.resolve();
  return {
    onParams: () => (last = last.then(() => nextTurn())),
  };
}
