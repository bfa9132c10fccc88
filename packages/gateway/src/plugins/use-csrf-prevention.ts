import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { createGraphQLError, type Plugin } from 'graphql-yoga';

/** A browser sends none of these across origins without asking first. */
const requestHeaders = ['x-graphql-yoga-csrf', 'apollo-require-preflight', 'x-api-key', 'authorization'];

/** Refuses what any web page can make a browser send, and says how to send it instead. */
export function useCsrfPrevention(): Plugin {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders }) as Required<Pick<Plugin, 'onRequestParse'>>;
  return {
    onRequestParse(payload) {
      try {
        return onRequestParse(payload);
      } catch (error) {
        throw createGraphQLError(`Expected one of the headers ${requestHeaders.join(', ')} (any value) or a JSON body but received neither`, {
          originalError: error as Error,
          extensions: { code: 'CSRF_PREVENTED', retryable: false, http: { status: 403 } },
        });
      }
    },
  };
}
