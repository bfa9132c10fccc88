import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';

const sha256Pattern = /^[0-9a-f]{64}$/;

/**
 * Takes no document but those known by their hash, which is sent as `extensions.persistedQuery.sha256Hash` or, as in the
 * draft of GraphQL over HTTP, as `documentId` with or without `sha256:` in front.
 *
 * @param documents SHA-256 in lower-case hexadecimal to document
 * @throws {Error} a key is no such hash
 */
export function useTrustedDocuments(documents: Readonly<Record<string, string>>): Plugin {
  const known = new Map(Object.entries(documents));
  for (const hash of known.keys()) {
    if (!sha256Pattern.test(hash)) throw new Error(`Expected trusted documents by their SHA-256 in lower-case hexadecimal but received ${JSON.stringify(hash).slice(0, 80)}`);
  }
  return usePersistedOperations({
    extractPersistedOperationId: (params, request) => hashOf(params) ?? documentIdOfUrl(request),
    getPersistedOperation: (hash) => known.get(hash) ?? null,
    customErrors: {
      persistedQueryOnly: () => refusal('PERSISTED_QUERY_ONLY', 'Expected the hash of a document that this gateway knows but received a document'),
      keyNotFound: () => refusal('PERSISTED_QUERY_ONLY', 'Expected the hash of a document that this gateway knows but received none'),
      notFound: () => refusal('PERSISTED_QUERY_NOT_FOUND', 'Expected the hash of a document that this gateway knows but received another one'),
    },
  });
}

function hashOf({ extensions, ...params }: GraphQLParams & { documentId?: unknown }): string | null {
  const persisted = extensions?.['persistedQuery'] as { sha256Hash?: unknown } | null | undefined;
  return hashIn(persisted?.sha256Hash) ?? hashIn(params.documentId);
}

/** Yoga takes what it knows from the URL of a GET request, and `documentId` is not among it. */
function documentIdOfUrl({ method, url }: Request): string | null {
  return method === 'GET' ? hashIn(new URL(url).searchParams.get('documentId')) : null;
}

function hashIn(value: unknown): string | null {
  return typeof value === 'string' ? value.replace(/^sha256:/, '') : null;
}

function refusal(code: string, message: string): Error {
  return createGraphQLError(message, { extensions: { code, retryable: false, http: { status: 400, spec: true } } });
}
