import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection';
import type { GraphQLSchema } from 'graphql';
import { createLRUCache, createYoga } from 'graphql-yoga';
import type { GatewayContext, GatewayServices } from './context.ts';
import { notAcceptable, refuseAsGraphql, takesAnswer } from './graphql-refusal.ts';
import type { Route, RoutedRequest } from './http/route.ts';
import { createMaskError } from './plugins/mask-error.ts';
import { useCsrfPrevention } from './plugins/use-csrf-prevention.ts';
import { useErrorCodes } from './plugins/use-error-codes.ts';
import { limitPlugins } from './plugins/use-limits.ts';
import { useOneByOne } from './plugins/use-one-by-one.ts';
import { useRequestFaults } from './plugins/use-request-faults.ts';
import { useTrustedDocuments } from './plugins/use-trusted-documents.ts';
import type { ByteBudget } from './upload/byte-budget.ts';
import type { UploadLimits } from './upload/upload-limits.ts';
import { type NodeServerContext, useUploads } from './upload/use-uploads.ts';

const MAX_JSON_BYTES = 2 ** 18;

/** Each may take 0.4 MB, so Yoga's 1024 would be a way to fill the memory; clients send the same few again and again. */
const MAX_CACHED_DOCUMENTS = 64;

/** What the GraphQL endpoint is made of. */
export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: GatewayServices;
  readonly uploadLimits: UploadLimits;
  /** Bytes that all uploads of the process share. */
  readonly uploadBudget: ByteBudget;
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  readonly trustedDocuments?: Readonly<Record<string, string>> | undefined;
}

/** `/graphql`, over JSON and as GraphQL multipart requests. */
export function graphqlRoute({ schema, services, uploadLimits, uploadBudget, introspection, trustedDocuments }: GraphqlOptions): Route {
  const yoga = createYoga<NodeServerContext & RoutedRequest, GatewayContext>({
    schema,
    context: ({ request, requestId, caller }) => ({ ...services, requestId, caller, signal: request.signal }),
    plugins: [
      useCsrfPrevention(),
      useUploads(uploadLimits, { budget: uploadBudget, maxOtherBytes: MAX_JSON_BYTES, onBytes: services.metrics.addUploadBytes }),
      useRequestFaults(),
      ...(trustedDocuments === undefined ? [] : [useTrustedDocuments(trustedDocuments)]),
      useOneByOne(),
      ...limitPlugins(schema, { suggestions: introspection }),
      ...(introspection ? [] : [useDisableIntrospection()]),
      useErrorCodes({ suggestions: introspection }),
    ],
    multipart: false,
    maxRequestBodySize: MAX_JSON_BYTES,
    parserAndValidationCache: { documentCache: createLRUCache({ max: MAX_CACHED_DOCUMENTS }), errorCache: createLRUCache({ max: 1 }) },
    maskedErrors: { maskError: createMaskError(services) },
    logging: false, // createMaskError logs what nobody gets to see
    cors: false, // http/cors.ts sees to it for every route
    graphiql: false, // its page loads scripts from a public CDN; pages/ has one that does not
    landingPage: false,
  });
  return {
    name: '/graphql',
    matches: (pathname) => pathname === '/graphql',
    refuse: refuseAsGraphql,
    handle(req, res, request) {
      if (takesAnswer(req)) yoga(req, res, request);
      else refuseAsGraphql(res, notAcceptable);
    },
  };
}
