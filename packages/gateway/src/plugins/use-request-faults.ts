import { getOperationAST, type GraphQLError } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';

/**
 * Tells in our words what is wrong with a request before its document is looked at. Of some faults Yoga says nothing at
 * all. JSON that cannot be read, in a URL or a form, it takes for a fault of ours; of a body it repeats the error of the
 * platform, which quotes all of it. It belongs behind all parsers.
 */
export function useRequestFaults(): Plugin {
  return {
    onRequestParse({ request: { method, headers }, requestParser, setRequestParser }) {
      if (method !== 'GET' && method !== 'POST') throw wrongMethod('GET, POST', `Expected method GET or POST but received ${method}`);
      if (requestParser === undefined) {
        const type = headers.get('content-type');
        const received = type === null ? 'none' : JSON.stringify(type.slice(0, 60));
        throw fault(415, 'UNSUPPORTED_MEDIA_TYPE', `Expected content type application/json, application/graphql, application/x-www-form-urlencoded or multipart/form-data but received ${received}`);
      }
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          if (!isAboutJson(error)) throw error;
          throw fault(400, 'BAD_REQUEST', `Expected ${method === 'GET' ? 'variables and extensions' : 'a body'} of valid JSON but received something else`);
        }
      });
    },
    onParse: () => ({ result, context: { request, params } }) => {
      if (request.method !== 'GET' || result instanceof Error) return;
      const operation = getOperationAST(result, params.operationName)?.operation;
      if (operation === 'mutation') throw wrongMethod('POST', 'Expected method POST for a mutation but received GET');
    },
  };
}

function fault(status: number, code: string, message: string, headers: Record<string, string> = {}): GraphQLError {
  return createGraphQLError(message, { extensions: { code, retryable: false, http: { status, headers } } });
}

function wrongMethod(allow: string, message: string): GraphQLError {
  return fault(405, 'METHOD_NOT_ALLOWED', message, { allow });
}

function isAboutJson(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { originalError } = ('extensions' in error ? error.extensions : {}) as { originalError?: { name?: string } };
  return error.name === 'SyntaxError' || originalError?.name === 'SyntaxError';
}
