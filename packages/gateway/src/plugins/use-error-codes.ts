import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Some of GraphQL's own messages quote what was received as a whole. */
const MAX_MESSAGE_LENGTH = 500;

/** There may be more beside data: each is about a field of its own. */
const MAX_ERRORS = 10;

/**
 * Gives a code to the errors of GraphQL's executor, which has none for values that do not fit their types, says of all
 * errors whether another try makes sense, and cuts long messages. Errors of syntax and validation get their codes from Yoga: `GRAPHQL_PARSE_FAILED` and `GRAPHQL_VALIDATION_FAILED`.
 */
export function useErrorCodes({ suggestions }: { suggestions: boolean }): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      // By now a fault of ours is masked and has a code.
      if (!('errors' in result) || result.errors === undefined) return;
      const errors = result.data == null ? result.errors.slice(0, MAX_ERRORS) : result.errors;
      for (const error of errors) {
        error.extensions['code'] ??= 'BAD_USER_INPUT';
        error.extensions['retryable'] ??= false;
        error.message = brief(suggestions ? error.message : withoutSuggestions(error.message));
        if (result.data == null && error.extensions['code'] === 'UNAUTHORIZED') askForKey(error);
      }
      setResult({ ...result, errors });
    },
  };
}

/** Nothing of the request could be answered without a key. */
function askForKey({ extensions }: GraphQLError): void {
  extensions['http'] = { status: 401, headers: { 'www-authenticate': 'Bearer' } };
}

/** Validation can be told to leave them out; the executor, about input objects, cannot. */
function withoutSuggestions(message: string): string {
  return message.replace(/ Did you mean [^]*$/, '');
}

function brief(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}
