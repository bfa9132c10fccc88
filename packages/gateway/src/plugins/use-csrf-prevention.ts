import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { createGraphQLError, type Plugin } from 'graphql-yoga';

/** A browser sends none of these across origins without asking first. */
const requestHeaders = ['x-graphql-yoga-csrf', 'graphql-require-preflight', 'apollo-require-preflight', 'x-apollo-operation-name', 'x-api-key'];

/** Refuses what any web page can make a browser send, and says how to send it instead. */
export function useCsrfPrevention(): Plugin {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders }) as Required<Pick<Plugin, 'onRequestParse'>>;
  return {
    onRequestParse(payload) {
      // Another scheme proves nothing: a browser that knows a password for Basic sends it unasked.
      if (/^bearer /i.test(payload.request.headers.get('authorization') ?? '')) return;
      try {
        return onRequestParse(payload);
      } catch (error) {
        throw createGraphQLError(`Expected a JSON body, authorization: Bearer or one of the headers ${requestHeaders.join(', ')} (any value) but received none of them`, {
          originalError: error as Error,
          extensions: { code: 'CSRF_PREVENTED', retryable: false, http: { status: 403 } },
        });
      }
    },
  };
}
