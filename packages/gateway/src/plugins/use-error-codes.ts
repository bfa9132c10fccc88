import type { Plugin } from 'graphql-yoga';

/**
 * Gives a code to the errors of GraphQL's executor, which has none for values that do not fit their types. Errors of
 * syntax and validation get theirs from Yoga: `GRAPHQL_PARSE_FAILED` and `GRAPHQL_VALIDATION_FAILED`.
 */
export function useErrorCodes(): Plugin {
  return {
    onExecutionResult({ result }) {
      // By now a fault of ours is masked and has a code.
      if (result === undefined || !('errors' in result)) return;
      for (const { extensions } of result.errors ?? []) extensions['code'] ??= 'BAD_USER_INPUT';
    },
  };
}
