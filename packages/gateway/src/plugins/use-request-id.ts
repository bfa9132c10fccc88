import type { Plugin } from 'graphql-yoga';

/** Puts the request's id into the answer, so that a caller can name it. */
export function useRequestId(): Plugin<object, { requestId: string }> {
  return {
    onResponse({ response, serverContext }) {
      response.headers.set('x-request-id', serverContext.requestId);
    },
  };
}
