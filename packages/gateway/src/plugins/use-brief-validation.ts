import type { Plugin } from 'graphql-yoga';

/** A person mends the first few faults; a program that makes hundreds is not waiting for each of them. */
const MAX_ERRORS = 10;

/** @param options.suggestions whether errors may name fields that come close: they tell the schema bit by bit */
export function useBriefValidation({ suggestions }: { suggestions: boolean }): Plugin {
  return {
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, documentAST, rules) => validateFn(schema, documentAST, rules, { maxErrors: MAX_ERRORS, hideSuggestions: !suggestions }));
    },
  };
}
