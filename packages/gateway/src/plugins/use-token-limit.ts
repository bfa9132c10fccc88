import type { Plugin } from 'graphql-yoga';

/** The longest operation that makes sense here, introspection included, stays far below. */
const MAX_TOKENS = 2000;

/** Refuses documents that are longer than any honest one: a parser that descends into 50 000 levels runs out of stack. */
export function useTokenLimit(): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: MAX_TOKENS }));
    },
  };
}
