import { createGraphQLError, type Plugin } from 'graphql-yoga';

/**
 * Answers JSON that cannot be read in our words. In a URL or a form Yoga takes it for a fault of ours; of a body it
 * repeats the error of the platform, which quotes all of it. It belongs behind all parsers.
 */
export function useRequestFaults(): Plugin {
  return {
    onRequestParse({ request: { method }, requestParser, setRequestParser }) {
      if (requestParser === undefined) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          if (!isAboutJson(error)) throw error;
          throw createGraphQLError(`Expected ${method === 'GET' ? 'variables and extensions' : 'a body'} of valid JSON but received something else`, {
            extensions: { code: 'BAD_REQUEST', retryable: false, http: { status: 400 } },
          });
        }
      });
    },
  };
}

function isAboutJson(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { originalError } = ('extensions' in error ? error.extensions : {}) as { originalError?: { name?: string } };
  return error.name === 'SyntaxError' || originalError?.name === 'SyntaxError';
}
